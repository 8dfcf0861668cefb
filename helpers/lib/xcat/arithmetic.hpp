// SPDX-License-Identifier: Apache-2.0
// What stands in the parentheses of an |expression|: numbers, $1 to $9, + - * / % and parentheses, with the usual
// precedence, and sprintf("%02d", ...). Integers; division rounds to zero. A group that nothing is done to is copied
// with its zeros (lib/xcat/README.md "Attributes: rows and expressions").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "result.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {

class Arithmetic {
 public:
  // Beyond it a number is an error, as a source of the calculation and as a result: a product of two still fits.
  static constexpr long long largest = 3000000000;

  // `text` begins with '('; reads up to the parenthesis that closes it. Error: "what; cure: what to do".
  static Result<Arithmetic> parse(std::string_view text);

  std::size_t length() const { return text_.size(); }     // of the text that was read
  std::size_t highest_group() const { return highest_; }  // 0: no $1 in it
  // The result, for what $1 and so on are after a search that found something; a group that took no part counts as 0.
  // Error as above: a group to calculate with that is no number, division by zero, a number too large.
  Result<std::string> evaluate(const Pattern& matched) const;

 private:
  Arithmetic(std::string text, std::size_t highest) : text_(std::move(text)), highest_(highest) {}

  std::string text_;
  std::size_t highest_ = 0;
};

// The helper function of xCAT that `text` calls at its beginning, "" if none: a2idx, a2zidx, dim2idx, skip, ipadd.
std::string_view helper_called(std::string_view text);
Error refuse_helper(std::string_view name);

}  // namespace hanfs::xcat
