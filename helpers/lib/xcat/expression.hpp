// SPDX-License-Identifier: Apache-2.0
// A value that depends on the node's name: /re/subst/, |re|subst|, |subst|. Meaning: lib/xcat/README.md "Attributes:
// rows and expressions".
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
  // What becomes of the node's name; "" is a value that is not set. [GUESS] A regular expression that does not match is
  // an error: Perl's substitution would leave the name as it is, and a node is no server of its own.
  Result<std::string> evaluate(std::string_view node);

 private:
  using Part = std::variant<std::string, Arithmetic>;

  Expression() = default;
  bool is_generated() const { return text_.empty(); }
  Status read_replacement(std::string_view text, bool arithmetic);
  // What matched, with the groups in it.
  Result<const Pattern*> search(std::string_view node);

  std::string text_;                         // of the regular expression; "": it is generated, of |subst|
  std::map<std::size_t, Pattern> patterns_;  // by how many numbers a name has; just one where the text is given
  std::vector<Part> parts_;                  // of the replacement
  std::size_t highest_ = 0;                  // of $1 to $9
};

}  // namespace hanfs::xcat
