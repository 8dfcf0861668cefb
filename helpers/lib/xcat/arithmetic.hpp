// SPDX-License-Identifier: Apache-2.0
// Integer arithmetic in the parentheses of an |expression|: numbers, $1 to $9, + - * / % and parentheses, with the
// usual precedence (lib/xcat/README.md "Attributes: rows and expressions").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {

class Arithmetic {
 public:
  // Beyond it a number is an error, as a source of the calculation and as a result: a product of two still fits.
  static constexpr long long largest = 3000000000;

  // `text` begins with '('; reads up to the parenthesis that closes it. Error: "what; cure: what to do".
  static Result<Arithmetic> parse(std::string_view text);

  std::size_t length() const { return length_; }          // of the text that was read
  std::size_t highest_group() const { return highest_; }  // 0: no $1 in it
  // The result, for what $1 and so on are after a search that found something. Error as above: a group that is no
  // number, division by zero, a number too large.
  Result<long long> evaluate(const Pattern& matched) const;

 private:
  friend class ArithmeticReader;
  enum class Code { push, negate, add, subtract, multiply, divide, remainder };
  enum class Source { number, group, stack };
  // The result goes on the stack; what has two operands takes the left one from there.
  struct Instruction {
    Code code = Code::push;
    Source source = Source::number;  // of the only operand, or the right one
    long long operand = 0;           // the number, or the group's
  };

  static Error no_number(std::string_view digits, long long group);
  static Error no_quotient(Code code, long long left, long long right);

  std::vector<Instruction> program_;  // in the order of a stack machine
  std::size_t room_ = 0;              // numbers that its stack holds at most
  std::size_t length_ = 0;
  std::size_t highest_ = 0;
};

// "$1" or "${1}" at the beginning of `text`. Error: what else a '$' can begin.
struct GroupReference {
  std::size_t number = 0;
  std::size_t length = 0;
};
Result<GroupReference> read_group_reference(std::string_view text);

// The helper function of xCAT that `text` calls at its beginning, "" if none: a2idx, a2zidx, dim2idx, skip, ipadd.
std::string_view helper_called(std::string_view text);
Error refuse_helper(std::string_view name);

}  // namespace hanfs::xcat
