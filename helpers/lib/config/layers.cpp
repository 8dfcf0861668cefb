// SPDX-License-Identifier: Apache-2.0
#include "config/layers.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <numeric>
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

// How many letters have to be put in, taken out or replaced to make one of the other (Levenshtein's distance).
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : a) {
    std::size_t diagonal = row[0]++;
    for (std::size_t i = 0; i < b.size(); ++i) {
      const std::size_t replaced = diagonal + (letter == b[i] ? 0 : 1);
      diagonal = row[i + 1];
      row[i + 1] = std::min({replaced, row[i] + 1, row[i + 1] + 1});
    }
  }
  return row.back();
}

// The variables of the settings of all programs.
std::vector<std::string> known_variables() {
  std::vector<std::string> variables;
  for (const auto& [name, program] : tools)
    for (const Option& option : options_of(program))
      if (option.group == Group::setting) variables.push_back(variable_of(option.name));
  return variables;
}

// `known` but for a letter or two; in a short name two would make another word.
bool may_mean(const std::string& variable, const std::string& known) {
  constexpr std::size_t short_name = std::string_view("HANFS_").size() + 4;
  return edits_between(variable, known) <= (known.size() > short_name ? 2U : 1U);
}

Status check_name(const std::string& variable) {
  const std::vector<std::string> known = known_variables();
  if (std::find(known.begin(), known.end(), variable) != known.end()) return Done{};
  for (const char* const look : {"dry-run", "check", "status"})  // who says this wants nothing to be changed
    if (variable_of(look) == variable)
      return Error{"environment " + variable + ": has no effect, since this is no setting; cure: unset it, and say --" +
                   look + " on the command line"};
  const auto meant =
      std::find_if(known.begin(), known.end(), [&](const std::string& name) { return may_mean(variable, name); });
  if (meant == known.end()) return Done{};
  return Error{"environment " + variable + ": there is no such setting, " + *meant + " may be meant; cure: unset it"};
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
  return text;
}

Result<Values> read_environment(const Variables& variables, const std::vector<Option>& options, const Checks& checks) {
  for (const auto& [name, value] : variables)
    if (const Status known = value.empty() ? Done{} : check_name(name); !known) return known.error();
  Values values;
  for (const Option& option : options) {
    if (option.group != Group::setting) continue;
    const std::string name = variable_of(option.name);
    const auto variable = variables.find(name);
    if (variable == variables.end() || variable->second.empty()) continue;
    Result<Item> item = item_of(std::string(option.name) + " = " + variable->second);
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
