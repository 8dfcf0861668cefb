// SPDX-License-Identifier: Apache-2.0
// Expressions in table rows (xcat 3.4), as xCAT 2.9.2 answered them; its other functions (mknum) are not simulated.
#include <cstdlib>

#include "cluster/tables.hpp"
#include "core/pattern.hpp"

namespace aixsim {
namespace {

// $1, $12 or ${1} at `at`, which moves behind it: the text of the group, nothing where it took no part.
std::string group_at(const std::string& text, size_t* at, const Strings& groups) {
  const bool braces = ++*at < text.size() && text[*at] == '{';
  if (braces) ++*at;
  std::string digits;
  while (*at < text.size() && text[*at] >= '0' && text[*at] <= '9') digits += text[(*at)++];
  if (braces) ++*at;
  long group = 0;
  return parse_number(digits, &group) && static_cast<size_t>(group) < groups.size() ? groups[static_cast<size_t>(group)]
                                                                                    : "";
}

// Integer arithmetic with + - * / % and parentheses; false when the text is something else.
class Arithmetic {
 public:
  Arithmetic(const std::string& text, const Strings& groups) : text_(text), groups_(groups) {}
  bool value(long* result) {
    *result = sum();
    blanks();
    return good_ && at_ == text_.size();
  }

 private:
  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  char next() {
    blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  long sum() {
    long left = product();
    while (good_ && (next() == '+' || next() == '-')) {
      const bool plus = text_[at_++] == '+';
      const long other = product();
      left = plus ? left + other : left - other;
    }
    return left;
  }
  long product() {
    long left = factor();
    while (good_ && (next() == '*' || next() == '/' || next() == '%')) {
      const char sign = text_[at_++];
      const long other = factor();
      if (sign != '*' && other == 0) good_ = false;
      if (!good_) return 0;
      left = sign == '*' ? left * other : sign == '/' ? left / other : left % other;
    }
    return left;
  }
  long factor() {
    if (next() == '(') {
      ++at_;
      const long inner = sum();
      if (next() != ')') good_ = false;
      ++at_;
      return inner;
    }
    if (next() == '-') {
      if (++at_ < text_.size() && text_[at_] == '-') good_ = false;  // a decrement of what cannot be changed
      return good_ ? -factor() : 0;
    }
    return next() == '$' ? group() : number();
  }
  // The text of a group counts as a decimal number, whatever zeros it begins with.
  long group() {
    long value = 0;
    parse_number(group_at(text_, &at_, groups_), &value);
    return value;
  }
  // A number of the expression itself is Perl's: octal when it begins with 0, and without what stands behind the point.
  long number() {
    std::string digits;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') digits += text_[at_++];
    long value = 0;
    if (!parse_number(digits, &value)) good_ = false;
    if (digits.size() > 1 && digits[0] == '0') {
      good_ = good_ && digits.find_first_of("89") == std::string::npos;
      value = std::strtol(digits.c_str(), nullptr, 8);
    } else if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    }
    return value;
  }
  const std::string& text_;
  const Strings& groups_;
  size_t at_ = 0;
  bool good_ = true;
};

// What Perl makes of the text between two parentheses; nothing where it is no expression or divides by zero.
std::string evaluated(const std::string& text, const Strings& groups) {
  size_t at = 0;
  if (!text.empty() && text[0] == '(' && text.find(')') == text.size() - 1) {
    return evaluated(text.substr(1, text.size() - 2), groups);
  }
  if (!text.empty() && text[0] == '$') {
    const std::string copied = group_at(text, &at, groups);
    if (at == text.size()) return copied;  // a group alone stays text
  }
  static const Pattern kFormat(R"(^sprintf\(\s*["'](.*?)%(0?)(\d*)([ds])(.*?)["']\s*,(.*)\)$)");
  const auto format = kFormat.search(text);
  if (format) {
    const Strings& parts = format->groups;
    std::string value = evaluated(parts[6], groups);
    long width = 0;
    parse_number(parts[3], &width);
    if (parts[4] == "d" && !value.empty()) value = std::to_string(std::strtol(value.c_str(), nullptr, 10));
    const auto wide = static_cast<size_t>(width);
    if (value.size() < wide) value.insert(0, wide - value.size(), parts[2].empty() ? ' ' : '0');
    return parts[1] + value + parts[5];
  }
  long number = 0;
  return Arithmetic(text, groups).value(&number) ? std::to_string(number) : "";
}

// The right side: what stands in parentheses is evaluated, all else is text, `$1` too.
std::string right_side(const std::string& text, const Strings& groups, bool whole) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t depth = 0, end = i;
    for (; text[i] == '(' && end < text.size(); ++end) {
      if (text[end] == '(') ++depth;
      if (text[end] == ')' && --depth == 0) break;
    }
    if (text[i] != '(' || end >= text.size()) {
      result += text[i];
      continue;
    }
    // SEEN: nothing comes of it where the pattern leaves a part of the name.
    if (whole) result += evaluated(text.substr(i + 1, end - i - 1), groups);
    i = end;
  }
  return result;
}

// |subst|: the left side has a group for each number of the name.
std::string left_side(const std::string& name) {
  static const std::string kNumber = "[\\D0]*(\\d+)";
  const Pattern number(kNumber);
  std::string pattern, rest = name;
  for (auto found = number.search(rest); found; found = number.search(rest)) {
    pattern += kNumber;
    rest = found->after;
  }
  return pattern + ".*$";
}

}  // namespace

Cell apply_expression(const std::string& value, const std::string& node) {
  const char mark = value.empty() ? '\0' : value[0];
  if ((mark != '/' && mark != '|') || value.size() < 3 || value.back() != mark) return value;
  const std::string inner = value.substr(1, value.size() - 2);
  const size_t between = inner.find(mark);
  const bool easy = mark == '|' && between == std::string::npos;
  if (mark == '/' && (between == std::string::npos || inner.find(mark, between + 1) != std::string::npos)) return value;
  const std::string left = easy ? left_side(node) : inner.substr(0, between);
  const std::string right = easy ? inner : inner.substr(between + 1);
  if (left.empty()) return node;
  // The pattern matches somewhere in the name; the rest of the name stays, as with Perl's s///.
  const auto match = Pattern(left).search(node);
  if (!match) return node;
  const bool whole = match->before.empty() && match->after.empty();
  const std::string made =
      match->before + (mark == '/' ? right : right_side(right, match->groups, whole)) + match->after;
  return made.empty() ? Cell() : Cell(made);
}

}  // namespace aixsim
