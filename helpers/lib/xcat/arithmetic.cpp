// SPDX-License-Identifier: Apache-2.0
// Where Perl would give an answer that the facts do not name (rounding of negative numbers, octal literals, leading
// zeros of a number that is only copied), this refuses: a wrong server is worse than a message.
#include "xcat/arithmetic.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/words.hpp"
#include "xcat/message.hpp"

namespace hanfs::xcat {
namespace {

constexpr std::size_t deepest = 50;
constexpr std::array<std::string_view, 5> helpers = {"a2idx", "a2zidx", "dim2idx", "skip", "ipadd"};

bool is_letter(char c) { return text::is_letter(c) || c == '_'; }

std::optional<long long> number_of(std::string_view digits) {
  const auto value = text::whole_number<unsigned long long>(digits);
  if (!value || *value > Arithmetic::largest) return {};
  return static_cast<long long>(*value);
}

}  // namespace

Result<GroupReference> read_group_reference(std::string_view text) {
  const bool braces = text.size() > 1 && text[1] == '{';
  const std::size_t at = braces ? 2 : 1;
  std::size_t end = at;
  while (end < text.size() && text::is_digit(text[end])) ++end;
  const bool closed = !braces || (end < text.size() && text[end] == '}');
  if (end != at + 1 || text[at] == '0' || !closed) {
    return fault("'" + std::string(text.substr(0, end + (braces && closed ? 1 : 0))) + "' is none of $1 to $9",
                 "write $1 to $9, or ${1} where a digit follows");
  }
  return GroupReference{static_cast<std::size_t>(text[at] - '0'), end + (braces ? 1 : 0)};
}

std::string_view helper_called(std::string_view text) {
  for (const auto helper : helpers) {
    if (text.compare(0, helper.size(), helper) != 0) continue;
    std::size_t end = helper.size();
    while (end < text.size() && text::is_blank(text[end])) ++end;
    if (end < text.size() && text[end] == '(') return helper;
  }
  return {};
}

Error refuse_helper(std::string_view name) {
  return fault(
      "xCAT's helper function " + std::string(name) + "() is not understood here",
      "set the attribute of these nodes as plain values (chdef -t node), or write the expression with + - * / %");
}

namespace {

// Recursive descent over the text; evaluates while it reads. Without a match it checks the text only.
class Calculator {
 public:
  Calculator(std::string_view text, const Pattern* matched) : text_(text), matched_(matched) {}

  Result<long long> run() {
    const auto value = factor(0);
    if (!value) return std::move(error_);
    // ($1) alone: xCAT may copy the text or take the number, which differ for 007.
    if (operations_ == 0 && group_.size() > 1 && group_.front() == '0') {
      const std::string copied(group_);
      const std::string counted = std::to_string(*value);
      return fault('(' + name_ + ") with " + name_ + " = " + copied + " can mean " + copied + " or " + counted,
                   "write " + name_ + " for " + copied + ", (" + name_ + "+0) for " + counted);
    }
    return *value;
  }

  std::size_t length() const { return at_; }
  std::size_t highest_group() const { return highest_; }

 private:
  using Number = std::optional<long long>;  // nothing: error_ says why

  Number fail(const std::string& what, const std::string& remedy) {
    error_ = fault(what, remedy);
    return {};
  }

  char next() {
    while (at_ < text_.size() && text::is_blank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  Number sum(std::size_t depth) { return chain("+-", depth); }

  // Operands with these operators between them. What is between + and - is a chain of the others.
  Number chain(std::string_view operators, std::size_t depth) {
    const auto operand = [&] { return operators == "+-" ? chain("*/%", depth) : factor(depth); };
    Number left = operand();
    for (char c = next(); left && operators.find(c) != std::string_view::npos; c = next()) {
      ++at_;
      const Number right = operand();
      left = right ? calculate(*left, c, *right) : Number();
    }
    return left;
  }

  Number factor(std::size_t depth) {
    if (depth > deepest) return fail("parentheses or signs nest deeper than 50", "write a simpler expression");
    const char c = next();
    if (c == '-' || c == '+') {
      ++at_;
      const Number value = factor(depth + 1);
      if (c == '+' || !value) return value;
      ++operations_;
      return -*value;
    }
    if (c == '(') {
      ++at_;
      const Number value = sum(depth + 1);
      if (!value) return value;
      if (next() != ')') return unexpected();
      ++at_;
      return value;
    }
    if (c == '$') return group();
    if (text::is_digit(c)) return literal();
    return unexpected();
  }

  Number group() {
    const auto group = read_group_reference(text_.substr(at_));
    if (!group) {
      error_ = group.error();
      return {};
    }
    at_ += group->length;
    highest_ = std::max(highest_, group->number);
    if (matched_ == nullptr) return 0;
    name_ = '$' + std::to_string(group->number);
    group_ = matched_->group(group->number).value_or("");
    if (const Number number = number_of(group_)) return number;
    return fail(name_ + " in parentheses is " + quoted(group_) + ", no number up to 3000000000",
                "let the regular expression match digits there");
  }

  Number literal() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text::is_digit(text_[at_])) ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    if (digits.size() > 1 && digits.front() == '0') {
      return fail("the number " + quoted(digits) + " begins with 0, which Perl takes as octal", "write it without 0");
    }
    if (const Number value = number_of(digits)) return value;
    return fail("the number " + quoted(digits) + " is larger than 3000000000", "use a smaller one");
  }

  Number unexpected() {
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) return fail("a '(' is not closed", "close it");
    if (const auto helper = helper_called(rest); !helper.empty()) {
      error_ = refuse_helper(helper);
      return {};
    }
    std::size_t end = 0;
    while (end < rest.size() && (is_letter(rest[end]) || (end > 0 && text::is_digit(rest[end])))) ++end;
    return fail(quoted(rest.substr(0, end == 0 ? 1 : end)) +
                    " in parentheses, where only integers, $1 to $9 and "
                    "+ - * / % are evaluated",
                "correct the expression, or set plain values (chdef -t node)");
  }

  Number calculate(long long left, char operation, long long right) {
    ++operations_;
    if (matched_ == nullptr) return 0;
    const bool divides = operation == '/' || operation == '%';
    if (divides && (left < 0 || right <= 0)) {
      const std::string shown = '(' + std::to_string(left) + ' ' + operation + ' ' + std::to_string(right) + ')';
      if (right == 0) return fail("division by zero " + shown, "correct the expression");
      return fail("division of a negative number " + shown + ", whose rounding is not known",
                  "write it so that both sides are positive");
    }
    const long long result = operation == '+'   ? left + right
                             : operation == '-' ? left - right
                             : operation == '*' ? left * right
                             : operation == '/' ? left / right
                                                : left % right;
    if (result <= Arithmetic::largest && result >= -Arithmetic::largest) return result;
    return fail("the result " + std::to_string(result) + " is beyond 3000000000", "correct the expression");
  }

  std::string_view text_;
  const Pattern* matched_;
  std::size_t at_ = 0;
  std::size_t highest_ = 0;
  std::size_t operations_ = 0;
  std::string name_;  // of the group read last, and what matched there
  std::string_view group_;
  Error error_;
};

}  // namespace

Result<Arithmetic> Arithmetic::parse(std::string_view text) {
  Calculator reader(text, nullptr);
  const auto checked = reader.run();
  if (!checked) return checked.error();
  return Arithmetic(std::string(text.substr(0, reader.length())), reader.highest_group());
}

Result<long long> Arithmetic::evaluate(const Pattern& matched) const { return Calculator(text_, &matched).run(); }

}  // namespace hanfs::xcat
