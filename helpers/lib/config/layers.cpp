// SPDX-License-Identifier: Apache-2.0
#include "config/layers.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>

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
  return report::printable(line);
}

std::string variable_of(const std::string& name) {
  std::string variable = "HANFS_";
  for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

// "key = value [value...]" by CLI11's rules of lists and quotes.
Result<CLI::ConfigItem> item_of(const std::string& text) {
  std::istringstream line(text);
  try {
    std::vector<CLI::ConfigItem> items = CLI::ConfigBase().from_config(line);
    if (items.size() == 1 && !items.front().name.empty()) return std::move(items.front());
  } catch (const CLI::Error& error) {
    return Error{one_line(error.what())};
  }
  return Error{"expected \"key = value\", seen \"" + report::printable(text.substr(0, 60)) + "\""};
}

// One setting by itself, so that an error is about this place and nothing else.
Status set(const std::string& key, const std::vector<std::string>& values, const AddSettings& add) {
  CLI::App app;
  app.set_help_flag();
  add(app);
  const std::string option = "--" + option_name(key);
  if (app.get_option_no_throw(option) == nullptr) return Error{"unknown key \"" + report::printable(key) + "\""};
  std::vector<std::string> words;
  for (const std::string& value : values) words.push_back(option + "=" + value);
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

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

class SettingsReader {
 public:
  SettingsReader(const std::string& tool, const AddSettings& add) : tool_(tool), add_(add) {}

  Status line(std::string_view text, std::size_t number) {
    if (text.empty() || text.front() == '#' || text.front() == ';') return Done{};
    if (text.front() == '[') return section(text);
    if (!ours_) return Done{};
    if (text.find('=') == std::string_view::npos)
      return Error{"expected \"key = value\", seen \"" + report::printable(text.substr(0, 60)) + "\""};
    return key_value(std::string(text), number);
  }

 private:
  Status section(std::string_view text) {
    if (text.back() != ']') return Error{"section without \"]\""};
    const std::string_view name = trimmed(text.substr(1, text.size() - 2));
    ours_ = name == tool_;
    if (ours_ || is_foreign_section(name)) return Done{};
    return Error{"unknown section [" + report::printable(name) + "]"};
  }

  Status key_value(const std::string& text, std::size_t number) {
    const std::string_view value = trimmed(std::string_view(text).substr(text.find('=') + 1));
    if (!value.empty() && value.front() == '[' && value.back() != ']') return Error{"list without \"]\" in its line"};
    const Result<CLI::ConfigItem> parsed = item_of(text);
    if (!parsed) return parsed.error();
    const CLI::ConfigItem& item = *parsed;
    const auto [first, is_new] = seen_.try_emplace(option_name(item.name), number);
    if (!is_new)
      return Error{"\"" + report::printable(item.name) + "\" is set again, first in line " +
                   std::to_string(first->second)};
    if (item.inputs.empty() || (item.inputs.size() == 1 && item.inputs.front().empty()))
      return Error{"\"" + report::printable(item.name) + "\" has no value; cure: give one or put # in front"};
    return set(item.name, item.inputs, add_);
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

Status read_settings_file(const std::string& path, bool asked_for, const std::string& tool, const AddSettings& add) {
  constexpr std::size_t limit = std::size_t{1} << 20;
  const Result<std::optional<std::string>> text = sys::read_file(path, limit);
  if (!text) return text.error();
  if (!*text) {
    if (asked_for) return Error{path + ": no such settings file"};
    return Done{};
  }
  if (const Status trusted = sys::check_trusted(path); !trusted) return trusted.error();
  return read_settings(**text, path, tool, add);
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
    const Result<CLI::ConfigItem> item = item_of(name + " = " + value);
    const Status status = item ? set(name, item->inputs, add) : Status(item.error());
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

}  // namespace hanfs::config
