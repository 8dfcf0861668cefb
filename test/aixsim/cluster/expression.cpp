// SPDX-License-Identifier: Apache-2.0
// Expressions in table rows (xcat 3.4).
#include "cluster/tables.hpp"
#include "core/pattern.hpp"

namespace aixsim {
namespace {

// Integer arithmetic with + - * / % and parentheses; false when the text is something else.
class Arithmetic {
 public:
  explicit Arithmetic(const std::string& text) : text_(text) {}
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
      ++at_;
      return -factor();
    }
    std::string digits;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') digits += text_[at_++];
    long number = 0;
    if (!parse_number(digits, &number)) good_ = false;
    return number;
  }
  const std::string& text_;
  size_t at_ = 0;
  bool good_ = true;
};

std::string with_groups(const std::string& text, const Strings& groups) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9') {
      const auto group = static_cast<size_t>(text[++i] - '0');
      if (group < groups.size()) result += groups[group];
    } else {
      result += text[i];
    }
  }
  return result;
}

bool evaluated(const std::string& text, std::string* result) {
  result->clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '(') {
      *result += text[i];
      continue;
    }
    size_t depth = 0, end = i;
    for (; end < text.size(); ++end) {
      if (text[end] == '(') ++depth;
      if (text[end] == ')' && --depth == 0) break;
    }
    if (end >= text.size()) return false;
    const std::string inner = text.substr(i + 1, end - i - 1);
    long number = 0;
    if (!Arithmetic(inner).value(&number)) return false;
    *result += std::to_string(number);
    i = end;
  }
  return true;
}

// |subst|: one [\D0]*(\d+) for each number of the name.
std::string left_side(const std::string& name) {
  std::string pattern;
  bool in_number = false;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !in_number) pattern += "[\\D0]*(\\d+)";
    in_number = digit;
  }
  return pattern + ".*";
}

}  // namespace

Cell apply_expression(const std::string& value, const std::string& node) {
  const char mark = value.empty() ? '\0' : value[0];
  if ((mark != '/' && mark != '|') || value.size() < 2 || value.back() != mark) return value;
  const Strings parts = split(value.substr(1, value.size() - 2), mark);
  const bool one = mark == '|' && parts.size() == 1;
  if (!one && parts.size() != 2) return value;
  // The pattern matches somewhere in the name; the rest of the name stays, as with Perl's s///.
  const auto match = Pattern(one ? left_side(node) : parts[0]).search(node);
  if (!match) return {};
  const std::string filled = with_groups(one ? parts[0] : parts[1], match->groups);
  std::string made = filled;
  if (mark == '|' && !evaluated(filled, &made)) return {};
  made = match->before + made + match->after;
  return made.empty() ? Cell() : Cell(made);
}

}  // namespace aixsim
