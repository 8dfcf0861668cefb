// SPDX-License-Identifier: Apache-2.0
#include "config/values.hpp"

#include <algorithm>
#include <charconv>

#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::config {
namespace {

bool is_true(std::string_view word) { return word == "true" || word == "yes" || word == "on" || word == "1"; }
bool is_false(std::string_view word) { return word == "false" || word == "no" || word == "off" || word == "0"; }

// Decimal digits only: "010" may mean eight to one reader and ten to another.
bool is_number(std::string_view word, const Option& option) {
  long value = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  return error == std::errc() && stop == end && word.front() != '-' && (word.front() != '0' || word.size() == 1) &&
         value >= option.least && value <= option.most;
}

std::string check_word(const Option& option, const std::string& word) {
  const std::string range = std::to_string(option.least) + " to " + std::to_string(option.most);
  const std::string seen = report::quoted(word) + " is ";
  switch (option.type) {
    case Type::truth:
      return is_true(word) || is_false(word) ? "" : seen + "neither yes nor no";
    case Type::number:
      return is_number(word, option) ? "" : seen + "not a decimal number from " + range;
    case Type::numbers: {
      const std::size_t equals = word.rfind('=');
      return equals != std::string::npos && word.front() == '/' &&
                     is_number(std::string_view(word).substr(equals + 1), option)
                 ? ""
                 : seen + "not PATH=N with N from " + range;
    }
    case Type::choice: {
      const std::vector<std::string_view> all = text::split_list(option.value, "|");
      if (std::find(all.begin(), all.end(), word) != all.end()) return "";
      return seen + "none of " + report::joined(std::vector<std::string>(all.begin(), all.end()), ", ");
    }
    case Type::word:
      // Many tools take it for their own input or output; here it would be a file of that name.
      if (word == "-" && (option.value == "FILE" || option.value == "DIR")) return seen + "no name of a file, ./- is";
      break;
    case Type::words:
      break;
  }
  return "";
}

}  // namespace

void Values::set(std::string_view name, std::vector<std::string> words, std::string place) {
  said_.insert_or_assign(std::string(name), Said{std::move(words), std::move(place)});
}

void Values::overwrite(const Values& stronger) {
  for (const auto& [name, said] : stronger.said_) said_.insert_or_assign(name, said);
}

const std::vector<std::string>& Values::list(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = said_.find(name);
  return found == said_.end() ? none : found->second.words;
}

std::string Values::word(std::string_view name) const { return list(name).empty() ? "" : list(name).back(); }

long Values::number(std::string_view name) const {
  const std::string text = word(name);
  long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool Values::truth(std::string_view name) const { return is_true(word(name)); }

std::string Values::said_as(std::string_view name) const {
  const auto found = said_.find(name);
  const std::string place = found == said_.end() || found->second.place.empty() ? "" : found->second.place + ": ";
  return place + "--" + std::string(name);
}

Values defaults(const std::vector<Option>& options) {
  Values values;
  for (const Option& option : options)
    if (!option.default_value.empty()) values.set(option.name, {std::string(option.default_value)});
  return values;
}

Status check_words(const Option& option, const std::vector<std::string>& words, const Checks& checks) {
  const std::string name = (option.group == Group::operand ? "" : "--") + std::string(option.name) + ": ";
  const bool takes_one = option.type == Type::number || option.type == Type::word || option.type == Type::choice;
  if (takes_one && words.size() > 1) return Error{name + "takes one value, not " + std::to_string(words.size())};
  const auto own = checks.find(option.name);
  for (const std::string& word : words) {
    std::string what = check_word(option, word);
    if (what.empty() && own != checks.end()) what = own->second(word);
    if (!what.empty()) return Error{name + what};
  }
  return Done{};
}

std::pair<std::string, long> path_and_number(const std::string& word) {
  const std::size_t equals = word.rfind('=');
  long value = 0;
  std::from_chars(word.data() + equals + 1, word.data() + word.size(), value);
  return {word.substr(0, equals), value};
}

}  // namespace hanfs::config
