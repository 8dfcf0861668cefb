// SPDX-License-Identifier: Apache-2.0
// A value that depends on the node's name: /re/subst/, |re|subst|, |subst|. Meaning: lib/xcat/README.md "Attributes:
// rows and expressions".
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "result.hpp"
#include "xcat/arithmetic.hpp"
#include "xcat/node_name_pattern.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {

class Expression {
 public:
  // Whether xCAT evaluates this value: it begins and ends with '|', or with '/' and has one more '/' between them.
  static bool is_one(std::string_view value);

  // Errors of both are "what; cure: what to do"; where the value stands is for the caller to add.
  static Result<Expression> parse(std::string_view value);
  // The same, for one of many: `shared` outlives the call only.
  static Result<Expression> parse(std::string_view value, NodeNamePatterns& shared);
  // What becomes of the node's name; "" is a value that is not set. The view lives as long as this object, moved or
  // not, and the same value is the same view. [GUESS] A regular expression that does not match is an error: Perl's
  // substitution would then leave the name as it is, and the node's own name as its server helps nobody.
  Result<std::string_view> evaluate(std::string_view node);

 private:
  struct Number {
    std::size_t index = 0;  // of numbers_
  };
  using Part = std::variant<std::string, GroupReference, Number>;
  struct Recent {
    std::vector<long long> numbers;
    std::string_view value;
  };

  Expression() = default;
  Status read_replacement(std::string_view text, bool arithmetic);
  // The value for `numbers_` and the match.
  std::string_view put_together(const Pattern& matched);

  std::shared_ptr<NodeNamePattern> pattern_;
  std::vector<Part> parts_;
  std::vector<std::size_t> calculations_;  // in parts_; of left_
  std::size_t highest_ = 0;                // of $1 to $9
  bool copies_groups_ = false;             // a $1 outside of calculations

  std::vector<long long> numbers_;          // results of calculations_ for the last node
  std::string made_;                        // the value for it: memory that is used again
  std::unordered_set<std::string> values_;  // all that were made: few servers, many nodes
  // What follows from numbers alone. Nodes that follow each other mostly have few servers in turn.
  std::array<Recent, 4> recent_;
  std::size_t next_recent_ = 0;
};

}  // namespace hanfs::xcat
