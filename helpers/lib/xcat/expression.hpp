// SPDX-License-Identifier: Apache-2.0
// A value that depends on the node's name: /re/subst/, |re|subst|, |subst|. Meaning: facts/xcat-integration.md 3.4.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "result.hpp"
#include "xcat/arithmetic.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {

class Expression {
 public:
  // Whether xCAT evaluates this value: it begins and ends with '|', or with '/' and has one more '/' between them.
  static bool is_one(std::string_view value);

  // Errors of both are "what; cure: what to do"; where the value stands is for the caller to add.
  static Result<Expression> parse(std::string_view value);
  // What becomes of the node's name; "" is a value that is not set.
  // [GUESS] A regular expression that does not match is an error: Perl's substitution would then leave the name as it
  // is, and the node's own name as its server helps nobody.
  Result<std::string> evaluate(std::string_view node);

 private:
  using Part = std::variant<std::string, GroupReference, Arithmetic>;

  Expression() = default;
  Status read_replacement(std::string_view text, bool arithmetic);
  Result<Pattern*> pattern_for(std::string_view node);
  Result<std::string> replace(const Pattern& matched) const;

  std::string text_;                         // of the left side; "" where it is generated
  std::map<std::size_t, Pattern> patterns_;  // by how many numbers a name has; just one where the left side is given
  std::vector<Part> parts_;
  std::size_t highest_ = 0;  // of $1 to $9
};

}  // namespace hanfs::xcat
