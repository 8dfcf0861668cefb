// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <exception>
#include <sstream>

#include "config/command_line.hpp"
#include "report/table.hpp"

namespace hanfs::config {
namespace {

std::string cli11_name(const Option& option) {
  const std::string name(option.name);
  if (option.group == Group::operand) return name;
  if (name == "help" || name == "version") return '-' + name.substr(0, 1) + ",--" + name;
  return (name == "verbose" ? "-V,--" : "--") + name;
}

void add(CLI::App& app, const Option& option) {
  if (option.type == Type::truth) {
    app.add_flag(cli11_name(option));
    return;
  }
  CLI::Option* added = app.add_option(cli11_name(option));
  // A list that is a mode takes one word each time, as words that belong to no option may follow it.
  const bool is_list = option.group != Group::mode && (option.type == Type::words || option.type == Type::numbers);
  if (is_list) added->expected(CLI::detail::expected_max_vector_size);
  added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);  // a single value that comes twice is told by us
}

// CLI11 gives an option the next word whatever it is, and an empty one where nothing stands behind "=": --save --check
// would make a folder named --check and change the node. What a list that is a mode takes is its own business.
std::string why_no_value(const Option& option, const std::vector<std::string>& words, const CLI::App& app) {
  if (option.type == Type::truth || (option.group == Group::mode && option.type == Type::words)) return "";
  for (const std::string& word : words) {
    if (word.empty() && option.group == Group::mode) return "the value is empty";
    if (word.compare(0, 2, "--") == 0 && app.get_option_no_throw(word.substr(0, word.find('='))) != nullptr)
      return "a value is missing";
  }
  return "";
}

}  // namespace

Result<Values> read_words(const std::vector<Option>& options, const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const Option& option : options) add(app, option);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ArgumentMismatch&) {
    // An option takes the next word whatever it is, so only the last one can lack its value.
    return Error{report::escape_control(words.back()) + ": a value is missing"};
  } catch (const std::exception&) {
    return Error{"the words cannot be read"};
  }
  // CLI11 counts the first "--", behind which no word is an option, as one of them.
  std::vector<std::string> unknown = app.remaining();
  if (const auto mark = std::find(unknown.begin(), unknown.end(), "--"); mark != unknown.end()) unknown.erase(mark);
  if (!unknown.empty()) return Error{"unknown argument " + report::quoted(unknown.front())};
  Values values;
  for (const Option& option : options) {
    const std::string name = (option.group == Group::operand ? "" : "--") + std::string(option.name);
    const CLI::Option* read = app.get_option(name);
    if (read->count() == 0) continue;
    if (const std::string why = why_no_value(option, read->results(), app); !why.empty())
      return Error{name + ": " + why};
    values.set(option.name, read->results());
  }
  return values;
}

Result<Item> item_of(std::string_view line) {
  const Error not_a_setting{R"(expected "key = value", seen )" + report::quoted(line.substr(0, 60))};
  if (line.find('=') == std::string_view::npos) return not_a_setting;
  std::string_view value = line.substr(line.find('=') + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  if (!value.empty() && value.front() == '[' && value.back() != ']') return Error{"list without \"]\" in its line"};
  std::istringstream stream{std::string(line)};
  std::vector<CLI::ConfigItem> items;
  try {
    CLI::ConfigBase reader;
    reader.comment('\n');  // CLI11 would cut a value at any #; config/lines.hpp says where comments are
    items = reader.from_config(stream);
  } catch (const std::exception&) {
    return not_a_setting;
  }
  if (items.size() != 1 || items.front().name.empty()) return not_a_setting;
  CLI::ConfigItem& item = items.front();
  if (item.inputs.empty() || (item.inputs.size() == 1 && item.inputs.front().empty()))
    return Error{report::quoted(item.name) + " has no value; cure: give one or put # in front"};
  return Item{item.name, std::move(item.inputs)};
}

}  // namespace hanfs::config
