// SPDX-License-Identifier: Apache-2.0
// What else Perl would make of the text (octal literals, its functions, other operators) is refused: a wrong server is
// worse than a message.
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

// "$1" or "${1}" at the beginning of `text`. Error: what else a '$' can begin.
struct GroupReference {
  std::size_t number = 0;
  std::size_t length = 0;
};
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

}  // namespace

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

  Result<std::string> run() {
    const Value value = factor(0);
    if (!value) return std::move(error_);
    return value->text;
  }

  std::size_t length() const { return at_; }
  std::size_t highest_group() const { return highest_; }

 private:
  struct Text {
    std::string text;
    std::string name;  // of the group that it is; empty: a result
  };
  using Value = std::optional<Text>;        // nothing: error_ says why
  using Number = std::optional<long long>;  // the same

  std::nullopt_t fail(const std::string& what, const std::string& remedy) {
    error_ = fault(what, remedy);
    return std::nullopt;
  }

  // A text as a number to calculate with.
  Number number(const Value& value) {
    if (!value) return {};
    if (matched_ == nullptr || value->text.empty()) return 0;
    const bool is_negative = value->text.front() == '-';
    if (const Number known = number_of(std::string_view(value->text).substr(is_negative ? 1 : 0)))
      return is_negative ? -*known : *known;
    return fail((value->name.empty() ? "a value" : value->name) + " in parentheses is " + quoted(value->text) +
                    ", no number up to 3000000000",
                "let the regular expression match digits there");
  }

  char next() {
    while (at_ < text_.size() && text::is_blank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool take(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }

  Value sum(std::size_t depth) { return chain("+-", depth); }

  // Operands with these operators between them. What is between + and - is a chain of the others.
  Value chain(std::string_view operators, std::size_t depth) {
    const auto operand = [&] { return operators == "+-" ? chain("*/%", depth) : factor(depth); };
    Value left = operand();
    for (char c = next(); left && operators.find(c) != std::string_view::npos; c = next()) {
      ++at_;
      const Number first = number(left);
      const Number second = first ? number(operand()) : Number();
      left = second ? calculate(*first, c, *second) : Value();
    }
    return left;
  }

  Value factor(std::size_t depth) {
    if (depth > deepest) return fail("parentheses or signs nest deeper than 50", "write a simpler expression");
    const char c = next();
    if (c == '-' || c == '+') {
      ++at_;
      if (at_ < text_.size() && text_[at_] == c) return unexpected();  // Perl's -- and ++
      Value value = factor(depth + 1);
      if (c == '+') return value;
      const Number negative = number(value);
      return negative ? Value(Text{std::to_string(-*negative), ""}) : Value();
    }
    if (c == '(') {
      ++at_;
      Value value = sum(depth + 1);
      if (value && !take(')')) return unexpected();
      return value;
    }
    if (c == '$') return group();
    if (text::is_digit(c)) return literal();
    if (text_.substr(at_, print.size()) == print) return formatted(depth);
    return unexpected();
  }

  Value group() {
    const auto group = read_group_reference(text_.substr(at_));
    if (!group) {
      error_ = group.error();
      return {};
    }
    at_ += group->length;
    highest_ = std::max(highest_, group->number);
    if (matched_ == nullptr) return Text{};
    return Text{std::string(matched_->group(group->number).value_or("")), '$' + std::to_string(group->number)};
  }

  Value literal() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text::is_digit(text_[at_])) ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    // In Perl a number that begins with 0 is octal. xCAT's own xcatsetup writes such as 01, which mean the same.
    const std::string_view counted = digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    const bool is_the_same = counted.size() == 1 && counted.front() < '8';
    if (digits.size() > 1 && digits.front() == '0' && !is_the_same) {
      return fail("the number " + quoted(digits) + " begins with 0, which Perl takes as octal", "write it without 0");
    }
    if (number_of(digits)) return Text{std::string(counted), ""};
    return fail("the number " + quoted(digits) + " is larger than 3000000000", "use a smaller one");
  }

  // sprintf("%02d", VALUE): one conversion of d or s and nothing else.
  Value formatted(std::size_t depth) {
    const std::size_t begin = at_;
    at_ += print.size();
    if (!take('(') || !take('"') || !take('%')) return no_format(begin);
    const bool has_zeros = at_ < text_.size() && text_[at_] == '0';
    std::size_t width = 0;
    for (; at_ < text_.size() && text::is_digit(text_[at_]) && width < 100; ++at_)
      width = width * 10 + static_cast<std::size_t>(text_[at_] - '0');
    const char conversion = at_ < text_.size() ? text_[at_++] : '\0';
    if ((conversion != 'd' && conversion != 's') || !take('"') || !take(',')) return no_format(begin);
    Value value = sum(depth + 1);
    if (!value) return value;
    if (!take(')')) return no_format(begin);
    if (conversion == 'd') {
      const Number known = number(value);
      if (!known) return {};
      value = Text{std::to_string(*known), ""};
    }
    const bool is_negative = has_zeros && value->text.front() == '-';
    if (value->text.size() < width)
      value->text.insert(is_negative ? 1 : 0, width - value->text.size(), has_zeros ? '0' : ' ');
    return value;
  }

  Value no_format(std::size_t begin) {
    return fail(
        quoted(text_.substr(begin, 30)) + ": only sprintf(\"%02d\", ...) and its like with d and s are evaluated",
        "write it so, or set plain values (chdef -t node)");
  }

  std::nullopt_t unexpected() {
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) return fail("a '(' is not closed", "close it");
    if (const auto helper = helper_called(rest); !helper.empty()) {
      error_ = refuse_helper(helper);
      return std::nullopt;
    }
    std::size_t end = 0;
    while (end < rest.size() && (is_letter(rest[end]) || (end > 0 && text::is_digit(rest[end])))) ++end;
    return fail(quoted(rest.substr(0, end == 0 ? 1 : end)) +
                    " in parentheses, where only integers, $1 to $9, sprintf and "
                    "+ - * / % are evaluated",
                "correct the expression, or set plain values (chdef -t node)");
  }

  Value calculate(long long left, char operation, long long right) {
    if (matched_ == nullptr) return Text{};
    if ((operation == '/' || operation == '%') && right == 0) {
      return fail("division by zero (" + std::to_string(left) + ' ' + operation + " 0)", "correct the expression");
    }
    const long long result = operation == '+'   ? left + right
                             : operation == '-' ? left - right
                             : operation == '*' ? left * right
                             : operation == '/' ? left / right
                                                : left % right;
    if (result <= Arithmetic::largest && result >= -Arithmetic::largest) return Text{std::to_string(result), ""};
    return fail("the result " + std::to_string(result) + " is beyond 3000000000", "correct the expression");
  }

  static constexpr std::string_view print = "sprintf";

  std::string_view text_;
  const Pattern* matched_;
  std::size_t at_ = 0;
  std::size_t highest_ = 0;
  Error error_;
};

}  // namespace

Result<Arithmetic> Arithmetic::parse(std::string_view text) {
  Calculator reader(text, nullptr);
  const auto checked = reader.run();
  if (!checked) return checked.error();
  return Arithmetic(std::string(text.substr(0, reader.length())), reader.highest_group());
}

Result<std::string> Arithmetic::evaluate(const Pattern& matched) const { return Calculator(text_, &matched).run(); }

}  // namespace hanfs::xcat
