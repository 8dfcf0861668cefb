// SPDX-License-Identifier: Apache-2.0
// Where Perl would give an answer that the facts do not name (rounding of negative numbers, octal literals, leading
// zeros of a number that is only copied), this refuses: a wrong server is worse than a message.
#include "xcat/arithmetic.hpp"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <utility>

#include "xcat/text.hpp"

namespace hanfs::xcat {
namespace {

constexpr std::size_t deepest = 50;
constexpr std::array<std::string_view, 5> helpers = {"a2idx", "a2zidx", "dim2idx", "skip", "ipadd"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::optional<long long> number_of(std::string_view digits) {
  long long value = 0;
  if (digits.empty()) return {};
  for (const char c : digits) {
    if (!text::is_digit(c)) return {};
    value = value * 10 + (c - '0');
    if (value > Arithmetic::largest) return {};
  }
  return value;
}

}  // namespace

Result<GroupReference> read_group_reference(std::string_view text) {
  const bool braces = text.size() > 1 && text[1] == '{';
  const std::size_t at = braces ? 2 : 1;
  std::size_t end = at;
  while (end < text.size() && text::is_digit(text[end])) ++end;
  const bool closed = !braces || (end < text.size() && text[end] == '}');
  if (end != at + 1 || text[at] == '0' || !closed) {
    return text::fault("'" + std::string(text.substr(0, end + (braces && closed ? 1 : 0))) + "' is none of $1 to $9",
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
  return text::fault(
      "xCAT's helper function " + std::string(name) + "() is not understood here",
      "set the attribute of these nodes as plain values (chdef -t node), or write the expression with + - * / %");
}

// Recursive descent; a stack machine's program comes out.
class ArithmeticReader {
 public:
  explicit ArithmeticReader(std::string_view text) : text_(text) {}

  Result<Arithmetic> read() {
    if (!read_factor(0)) return std::move(error_);
    // ($1) alone: xCAT may copy the text or take the number, which differ for 007. Found out when it is evaluated.
    found_.length_ = at_;
    return std::move(found_);
  }

 private:
  using Code = Arithmetic::Code;
  using Source = Arithmetic::Source;

  bool fail(const std::string& what, const std::string& remedy) {
    error_ = text::fault(what, remedy);
    return false;
  }

  char next() {
    while (at_ < text_.size() && text::is_blank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool read_sum(std::size_t depth) {
    if (!read_product(depth)) return false;
    for (char c = next(); c == '+' || c == '-'; c = next()) {
      ++at_;
      if (!read_product(depth)) return false;
      add(c == '+' ? Code::add : Code::subtract);
    }
    return true;
  }

  bool read_product(std::size_t depth) {
    if (!read_factor(depth)) return false;
    for (char c = next(); c == '*' || c == '/' || c == '%'; c = next()) {
      ++at_;
      if (!read_factor(depth)) return false;
      add(c == '*' ? Code::multiply : c == '/' ? Code::divide : Code::remainder);
    }
    return true;
  }

  bool read_factor(std::size_t depth) {
    if (depth > deepest) return fail("parentheses or signs nest deeper than 50", "write a simpler expression");
    const char c = next();
    if (c == '-' || c == '+') {
      ++at_;
      if (!read_factor(depth + 1)) return false;
      if (c == '-') add(Code::negate);
      return true;
    }
    if (c == '(') {
      ++at_;
      if (!read_sum(depth + 1)) return false;
      if (next() != ')') return unexpected();
      ++at_;
      return true;
    }
    if (c == '$') return read_group();
    if (text::is_digit(c)) return read_number();
    return unexpected();
  }

  bool read_group() {
    auto group = read_group_reference(text_.substr(at_));
    if (!group) {
      error_ = group.error();
      return false;
    }
    at_ += group->length;
    push(Source::group, static_cast<long long>(group->number));
    if (group->number > found_.highest_) found_.highest_ = group->number;
    return true;
  }

  bool read_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text::is_digit(text_[at_])) ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    if (digits.size() > 1 && digits.front() == '0') {
      return fail("the number " + text::quoted(digits) + " begins with 0, which Perl takes as octal",
                  "write it without 0");
    }
    const auto value = number_of(digits);
    if (!value) return fail("the number " + text::quoted(digits) + " is larger than 3000000000", "use a smaller one");
    push(Source::number, *value);
    return true;
  }

  bool unexpected() {
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) return fail("a '(' is not closed", "close it");
    if (const auto helper = helper_called(rest); !helper.empty()) {
      error_ = refuse_helper(helper);
      return false;
    }
    std::size_t end = 0;
    while (end < rest.size() && (is_letter(rest[end]) || (end > 0 && text::is_digit(rest[end])))) ++end;
    return fail(text::quoted(rest.substr(0, end == 0 ? 1 : end)) +
                    " in parentheses, where only integers, $1 to $9 and "
                    "+ - * / % are evaluated",
                "correct the expression, or set plain values (chdef -t node)");
  }

  void push(Source source, long long operand) {
    found_.program_.push_back({Code::push, source, operand});
    found_.room_ = std::max(found_.room_, ++on_stack_);
  }

  void add(Code code) {
    if (code != Code::negate) --on_stack_;
    // An operand that stands right before needs no place on the stack.
    auto& last = found_.program_.back();
    if (last.code == Code::push) {
      last.code = code;
    } else {
      found_.program_.push_back({code, Source::stack, 0});
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t on_stack_ = 0;
  Arithmetic found_;
  Error error_;
};

Result<Arithmetic> Arithmetic::parse(std::string_view text) { return ArithmeticReader(text).read(); }

Error Arithmetic::no_number(std::string_view digits, long long group) {
  const std::string name = '$' + std::to_string(group);
  const auto number = number_of(digits);
  if (!number) {
    return text::fault(name + " in parentheses is " + text::quoted(digits) + ", no number up to 3000000000",
                       "let the regular expression match digits there");
  }
  const std::string copied(digits);
  const std::string counted = std::to_string(*number);
  return text::fault('(' + name + ") with " + name + " = " + copied + " can mean " + copied + " or " + counted,
                     "write " + name + " for " + copied + ", (" + name + "+0) for " + counted);
}

Error Arithmetic::no_quotient(Code code, long long left, long long right) {
  const std::string shown =
      '(' + std::to_string(left) + (code == Code::divide ? " / " : " % ") + std::to_string(right) + ')';
  if (right == 0) return text::fault("division by zero " + shown, "correct the expression");
  return text::fault("division of a negative number " + shown + ", whose rounding is not known",
                     "write it so that both sides are positive");
}

// Runs for each node: errors are worded elsewhere, and a Result is made at the end only.
Result<long long> Arithmetic::evaluate(const Pattern& matched) const {
  const bool alone = program_.size() == 1 && program_.front().code == Code::push;
  long long read_group = 0;  // most expressions take one group again and again
  long long read_number = 0;
  boost::container::small_vector<long long, 16> stack(room_ + 1, boost::container::default_init);
  long long* top = stack.data();  // one place is free below the first number
  for (const auto& instruction : program_) {
    long long right = instruction.operand;
    if (instruction.source == Source::stack) {
      right = *top--;
    } else if (instruction.source == Source::group) {
      if (instruction.operand != read_group) {
        const std::string_view digits = matched.group(static_cast<std::size_t>(instruction.operand)).value_or("");
        const auto number = number_of(digits);
        if (!number || (alone && digits.size() > 1 && digits.front() == '0'))
          return no_number(digits, instruction.operand);
        read_group = instruction.operand;
        read_number = *number;
      }
      right = read_number;
    }
    switch (instruction.code) {
      case Code::push:
        *++top = right;
        continue;
      case Code::negate:
        *++top = -right;
        continue;
      case Code::add:
        *top += right;
        break;
      case Code::subtract:
        *top -= right;
        break;
      case Code::multiply:
        *top *= right;
        break;
      case Code::divide:
      case Code::remainder:
        if (*top < 0 || right <= 0) return no_quotient(instruction.code, *top, right);
        *top = instruction.code == Code::divide ? *top / right : *top % right;
    }
    if (*top > largest || *top < -largest)
      return text::fault("the result " + std::to_string(*top) + " is beyond 3000000000", "correct the expression");
  }
  return *top;
}

}  // namespace hanfs::xcat
