// SPDX-License-Identifier: Apache-2.0
#include "config/layers.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <utility>

#include "config/command_line.hpp"
#include "config/lines.hpp"
#include "report/table.hpp"

namespace hanfs::config {
namespace {

std::string option_name(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return key;
}

std::string variable_of(std::string_view name) {
  std::string variable = "HANFS_";
  for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

constexpr std::pair<std::string_view, Program> tools[] = {
    {"setupnfsv4replication", node}, {"setuphanfs", server}, {"makehanfs", cluster}, {"checkhanfs", check}};

// nullptr: the section is no tool's.
const Program* tool_of(std::string_view section) {
  const auto* const found =
      std::find_if(std::begin(tools), std::end(tools), [&](const auto& tool) { return tool.first == section; });
  return found == std::end(tools) ? nullptr : &found->second;
}

// The sections of a shared hanfs.conf.
bool is_known_section(std::string_view section) {
  return tool_of(section) != nullptr || section.substr(0, 7) == "domain ";
}

using SeenKeys = std::map<std::string, std::size_t>;  // with the line where each is set first

Status read_key(const Line& line, const std::string& file, const std::vector<Option>& options, const Checks& checks,
                SeenKeys& seen, Values& values) {
  Result<Item> item = item_of(line.text);
  if (!item) return item.error();
  const auto [first, is_new] = seen.try_emplace(option_name(item->name), line.number);
  if (!is_new)
    return Error{report::quoted(item->name) + " is set again, first in line " + std::to_string(first->second)};
  const Option* option = find_option(options, first->first);
  if (option == nullptr || option->group != Group::setting) return Error{"unknown key " + report::quoted(item->name)};
  if (const Status checked = check_words(*option, item->values, checks); !checked) return checked;
  values.set(option->name, std::move(item->values), file + ":" + std::to_string(line.number));
  return Done{};
}

}  // namespace

Result<Values> read_settings(std::string_view text, const std::string& name, const std::string& tool,
                             const std::vector<Option>& options, const Checks& checks) {
  Values values;
  SeenKeys seen;
  const Status read = read_lines(text, name, [&](const Line& line) -> Status {
    // Before the first section every tool reads along.
    const bool is_ours = line.section == tool || (line.section.empty() && !line.is_header());
    if (!line.is_header()) return is_ours ? read_key(line, name, options, checks, seen, values) : Done{};
    if (is_ours || is_known_section(line.section)) return Done{};
    return Error{"unknown section [" + report::escape_control(line.section) + "]"};
  });
  if (!read) return read.error();
  return values;
}

std::vector<std::string> problems_of_other_sections(std::string_view text, const std::string& name,
                                                    const std::string& tool) {
  std::vector<std::string> problems;
  std::map<std::string, SeenKeys> seen;
  (void)read_lines(text, name, [&](const Line& line) -> Status {
    const std::string section(line.section);
    const Program* const other = section == tool || line.is_header() ? nullptr : tool_of(section);
    if (other == nullptr) return Done{};
    Values values;
    if (const Status read = read_key(line, name, options_of(*other), {}, seen[section], values); !read)
      problems.push_back(name + ":" + std::to_string(line.number) + ": " + read.error().what + ", so " + section +
                         " refuses this file");
    return Done{};
  });
  return problems;
}

Result<std::optional<std::string>> read_trusted_file(sys::Files& files, const std::string& path, bool asked_for) {
  constexpr std::size_t limit = std::size_t{1} << 20;
  Result<std::optional<std::string>> text = files.read(path, limit);
  if (!text) return text;
  if (!*text) {
    if (asked_for) return Error{path + ": no such settings file"};
    const Result<std::string> end = files.behind_links(path);
    if (!end) return end.error();
    if (*end != path)
      return Error{path + ": a link to " + *end + ", which is not there; cure: that file, or remove the link"};
    return text;
  }
  if (const Status trusted = files.check_trusted(path); !trusted) return trusted.error();
  // An editor's mark, which nobody sees.
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if ((*text)->compare(0, byte_order_mark.size(), byte_order_mark) == 0) (*text)->erase(0, byte_order_mark.size());
  return text;
}

Result<Values> read_environment(const Variable& variable, const std::vector<Option>& options, const Checks& checks) {
  Values values;
  for (const Option& option : options) {
    if (option.group != Group::setting) continue;
    const std::string name = variable_of(option.name);
    const std::string value = variable(name);
    if (value.empty()) continue;
    Result<Item> item = item_of(std::string(option.name) + " = " + value);
    const Status status = item ? check_words(option, item->values, checks) : Status(item.error());
    if (!status) return Error{"environment " + name + ": " + status.error().what};
    values.set(option.name, std::move(item->values), "environment " + name);
  }
  return values;
}

Result<Values> read_command_line(const std::vector<std::string>& words, const std::vector<Option>& options,
                                 const Checks& checks) {
  Result<Values> values = read_words(options, words);
  if (!values || values->truth("help")) return values;
  for (const Option& option : options)
    if (const Status checked = check_words(option, values->list(option.name), checks); !checked) return checked.error();
  return values;
}

std::vector<std::string> normalized_words(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--") {  // behind it nothing is an option
      words.insert(words.end(), argv + i, argv + argc);
      break;
    }
    const std::size_t equals = word.find('=');
    const std::size_t name_end = std::min(equals, word.size());
    const bool is_option = word.compare(0, 2, "--") == 0;
    const bool is_setting =
        equals != std::string::npos && equals != 0 &&
        std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                    [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '-' || (c >= '0' && c <= '9'); }) &&
        word.front() != '-';
    if (is_option || is_setting)
      std::replace(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(name_end), '_', '-');
    words.push_back(is_setting ? "--" + word : word);
  }
  return words;
}

bool only_looks(int argc, const char* const* argv) {
  const std::vector<std::string> words = normalized_words(argc, argv);
  const auto end_of_options = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end_of_options, [](const std::string& word) {
    const std::string name = word.substr(0, word.find('='));
    return name == "--dry-run" || name == "--check" || name == "--status" || name == "--from" || name == "--sysroot";
  });
}

bool asks_for_json(int argc, const char* const* argv) {
  const std::vector<std::string> words = normalized_words(argc, argv);
  return std::find(words.begin(), words.end(), "--json") != words.end();
}

}  // namespace hanfs::config
