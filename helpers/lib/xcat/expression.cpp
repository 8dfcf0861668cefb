// SPDX-License-Identifier: Apache-2.0
#include "xcat/expression.hpp"

#include <algorithm>
#include <utility>

#include "text/characters.hpp"
#include "xcat/message.hpp"

namespace hanfs::xcat {
namespace {

constexpr std::size_t most_numbers = 20;  // in a node's name
constexpr std::size_t longest_name = 1000;

bool is_word_character(char c) { return text::is_letter(c) || text::is_digit(c) || c == '_'; }

// How many numbers xCAT sees in a name: of what is left it passes by all that is no digit or 0, and takes the digits
// there, or else the last 0.
std::size_t numbers_in(std::string_view name) {
  std::size_t count = 0;
  while (!name.empty()) {
    std::size_t at = name.find_first_of("123456789");
    if (at == std::string_view::npos) at = name.rfind('0');
    if (at == std::string_view::npos) break;
    ++count;
    while (at < name.size() && text::is_digit(name[at])) ++at;
    name.remove_prefix(at);
  }
  return count;
}

}  // namespace

bool Expression::is_one(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back()) return false;
  if (value.front() == '|') return true;
  // More slashes are a path.
  return value.front() == '/' && std::count(value.begin(), value.end(), '/') == 3;
}

Result<Expression> Expression::parse(std::string_view value) {
  if (!is_one(value)) return fault(quoted(value) + " is no expression", "write /re/subst/ or |re|subst|");
  const char bar = value.front();
  const std::string_view inner = value.substr(1, value.size() - 2);
  const auto bars = std::count(inner.begin(), inner.end(), bar);
  if (bars > 1) {
    return fault(quoted(value) + " has " + std::to_string(bars + 2) +
                     " bars, so where its regular expression ends cannot be told",
                 "write alternatives in another way, such as [ab] for a|b");
  }
  Expression found;
  if (bars == 1) {
    found.text_ = inner.substr(0, inner.find(bar));
    if (found.text_.empty()) {
      return fault("the regular expression is empty",
                   "write |subst| to have it generated, or ^ to match the beginning");
    }
    auto pattern = Pattern::compile(found.text_);
    if (!pattern) return fault(pattern.error().what, "correct it");
    found.patterns_.emplace(0, std::move(*pattern));
  }
  // The replacement begins behind the bar, or where there is none (npos + 1) at once.
  const auto read = found.read_replacement(inner.substr(inner.find(bar) + 1), bar == '|');
  if (!read) return read.error();
  if (found.is_generated()) return found;
  const std::size_t groups = found.patterns_.begin()->second.groups();
  if (found.highest_ > groups) {
    return fault('$' + std::to_string(found.highest_) + " is used, but the regular expression " + quoted(found.text_) +
                     " has " + std::to_string(groups) + " groups in parentheses",
                 "correct one of them");
  }
  return found;
}

Status Expression::read_replacement(std::string_view rest, bool arithmetic) {
  std::string plain;
  bool within_word = false;
  while (!rest.empty()) {
    const char c = rest.front();
    if (const auto helper = within_word ? std::string_view() : helper_called(rest); !helper.empty()) {
      return refuse_helper(helper);
    }
    within_word = is_word_character(c);
    std::size_t length = 1;
    if (c == '\\')
      return fault("a '\\' in the replacement", "write ($1) instead of \\1, and other characters as they are");
    if (c == ')' && arithmetic) return fault("a ')' without its '('", "correct the expression");
    if (c == '(' && arithmetic) {
      if (!plain.empty()) parts_.emplace_back(std::move(plain));
      plain.clear();
      auto calculation = Arithmetic::parse(rest);
      if (!calculation) return calculation.error();
      highest_ = std::max(highest_, calculation->highest_group());
      length = calculation->length();
      parts_.emplace_back(std::move(*calculation));
    } else {
      plain += c;
    }
    rest.remove_prefix(length);
  }
  if (!plain.empty()) parts_.emplace_back(std::move(plain));
  return Done{};
}

Result<const Pattern*> Expression::search(std::string_view node) {
  if (node == "0") return fault("a node named 0 is none to xCAT here", "give it a row of its own (chdef -t node)");
  if (node.size() > longest_name) return fault("the name is longer than 1000 bytes", "use a shorter one");
  const std::size_t numbers = is_generated() ? numbers_in(node) : 0;
  if (is_generated() && (numbers == 0 || numbers > most_numbers || numbers < highest_)) {
    return fault("the name has " + std::to_string(numbers) + " numbers, too " +
                     (numbers > most_numbers ? "many" : "few") + " for this expression",
                 "write it with a regular expression, |re|subst|");
  }
  auto known = patterns_.find(numbers);
  if (known == patterns_.end()) {
    std::string generated;
    for (std::size_t i = 0; i < numbers; ++i) generated += "[\\D0]*(\\d+)";
    generated += ".*$";
    auto pattern = Pattern::compile(generated);
    if (!pattern) return pattern.error();
    known = patterns_.emplace(numbers, std::move(*pattern)).first;
  }
  Pattern& pattern = known->second;
  const Match match = pattern.search(node);
  if (match == Match::too_much) return takes_too_long(text_);
  // \K can make a match that is none.
  if (match == Match::no || !pattern.group(0)) {
    return fault("the regular expression " + quoted(text_) + " does not match",
                 "correct it, or give the node a row of its own (chdef -t node)");
  }
  return &pattern;
}

Result<std::string> Expression::evaluate(std::string_view node) {
  const auto matched = search(node);
  if (!matched) return matched.error();
  const Pattern& match = **matched;
  const bool calculates = std::any_of(parts_.begin(), parts_.end(),
                                      [](const Part& part) { return std::holds_alternative<Arithmetic>(part); });
  if (calculates && !(match.before().empty() && match.behind().empty())) {
    return fault("the regular expression " + quoted(text_) +
                     " does not match the whole name, and then xCAT leaves out what is in parentheses",
                 "let it match from the first character to the last, as in |^cn(\\d+)$|sn($1)|");
  }
  std::string made(match.before());
  for (const auto& part : parts_) {
    if (const auto* plain = std::get_if<std::string>(&part)) {
      made += *plain;
    } else {
      const auto result = std::get_if<Arithmetic>(&part)->evaluate(match);
      if (!result) return result.error();
      made += *result;
    }
  }
  return made.append(match.behind());
}

}  // namespace hanfs::xcat
