// SPDX-License-Identifier: Apache-2.0
#include "config/layers.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>

#include "config/line.hpp"
#include "report/table.hpp"
#include "sys/file.hpp"

namespace hanfs::config {
namespace {

std::string option_name(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return key;
}

std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find('\n')));
  return report::escape_control(line);
}

std::string variable_of(const std::string& name) {
  std::string variable = "HANFS_";
  for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

// One setting by itself, so that an error is about this place and nothing else.
Status set(const std::string& key, const std::vector<std::string>& values, const AddSettings& add) {
  CLI::App app;
  app.set_help_flag();
  add(app);
  const std::string option = "--" + option_name(key);
  if (app.get_option_no_throw(option) == nullptr) return Error{"unknown key \"" + report::escape_control(key) + "\""};
  std::vector<std::string> words(values.size(), option + "=");
  for (std::size_t i = 0; i < values.size(); ++i) words[i] += values[i];
  std::reverse(words.begin(), words.end());  // CLI11 takes a vector from its end
  try {
    app.parse(words);
  } catch (const CLI::Error& error) {
    return Error{one_line(error.what())};
  }
  return Done{};
}

// Which sections of a shared hanfs.conf this tool may pass by.
bool is_foreign_section(std::string_view section) {
  constexpr std::array<std::string_view, 4> tools{"setupnfsv4replication", "setuphanfs", "makehanfs", "checkhanfs"};
  return std::find(tools.begin(), tools.end(), section) != tools.end() || section.substr(0, 7) == "domain ";
}

class SettingsReader {
 public:
  SettingsReader(const std::string& tool, const AddSettings& add) : tool_(tool), add_(add) {}

  Status line(std::string_view text, std::size_t number) {
    if (is_comment_or_empty(text)) return Done{};
    if (text.front() == '[') return section(text);
    return ours_ ? key_value(text, number) : Done{};
  }

 private:
  Status section(std::string_view text) {
    if (text.back() != ']') return Error{"section without \"]\""};
    const std::string_view name = trimmed(text.substr(1, text.size() - 2));
    ours_ = name == tool_;
    if (ours_ || is_foreign_section(name)) return Done{};
    return Error{"unknown section [" + report::escape_control(name) + "]"};
  }

  Status key_value(std::string_view text, std::size_t number) {
    const Result<Item> item = item_of(text);
    if (!item) return item.error();
    const auto [first, is_new] = seen_.try_emplace(option_name(item->name), number);
    if (!is_new)
      return Error{"\"" + report::escape_control(item->name) + "\" is set again, first in line " +
                   std::to_string(first->second)};
    return set(item->name, item->values, add_);
  }

  const std::string& tool_;
  const AddSettings& add_;
  bool ours_ = true;  // before the first section every tool reads along
  std::map<std::string, std::size_t> seen_;
};

}  // namespace

Status read_settings(std::string_view text, const std::string& name, const std::string& tool, const AddSettings& add) {
  SettingsReader reader(tool, add);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const Status status = reader.line(trimmed(text.substr(0, end)), number);
    if (!status) return Error{name + ":" + std::to_string(number) + ": " + status.error().what};
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return Done{};
}

Result<std::optional<std::string>> read_trusted_file(const std::string& path, bool asked_for) {
  constexpr std::size_t limit = std::size_t{1} << 20;
  Result<std::optional<std::string>> text = sys::read_file(path, limit);
  if (!text) return text;
  if (!*text) {
    if (asked_for) return Error{path + ": no such settings file"};
    return text;
  }
  if (const Status trusted = sys::check_trusted(path); !trusted) return trusted.error();
  return text;
}

Status read_environment(const AddSettings& add) {
  CLI::App known;
  known.set_help_flag();
  add(known);
  for (const CLI::Option* option : known.get_options()) {
    const std::string name = option->get_lnames().front();
    const std::string variable = variable_of(name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    const Result<Item> item = item_of(name + " = " + value);
    const Status status = item ? set(name, item->values, add) : Status(item.error());
    if (!status) return Error{"environment " + variable + ": " + status.error().what};
  }
  return Done{};
}

std::vector<std::string> normalized_words(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
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

bool asks_for_json(int argc, const char* const* argv) {
  const std::vector<std::string> words = normalized_words(argc, argv);
  return std::find(words.begin(), words.end(), "--json") != words.end();
}

}  // namespace hanfs::config
