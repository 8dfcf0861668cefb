// SPDX-License-Identifier: Apache-2.0
#include "config/line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <cctype>
#include <sstream>

#include "report/table.hpp"

namespace hanfs::config {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

bool is_comment_or_empty(std::string_view line) { return line.empty() || line.front() == '#' || line.front() == ';'; }

Result<Item> item_of(std::string_view line) {
  const Error not_a_setting{R"(expected "key = value", seen ")" + report::escape_control(line.substr(0, 60)) + "\""};
  if (line.find('=') == std::string_view::npos) return not_a_setting;
  const std::string_view value = trimmed(line.substr(line.find('=') + 1));
  if (!value.empty() && value.front() == '[' && value.back() != ']') return Error{"list without \"]\" in its line"};
  std::istringstream stream{std::string(line)};
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigBase().from_config(stream);
  } catch (const CLI::Error& error) {
    const std::string what = error.what();
    return Error{report::escape_control(what.substr(0, what.find('\n')))};
  }
  if (items.size() != 1 || items.front().name.empty()) return not_a_setting;
  CLI::ConfigItem& item = items.front();
  if (item.inputs.empty() || (item.inputs.size() == 1 && item.inputs.front().empty()))
    return Error{"\"" + report::escape_control(item.name) + "\" has no value; cure: give one or put # in front"};
  return Item{item.name, std::move(item.inputs)};
}

}  // namespace hanfs::config
