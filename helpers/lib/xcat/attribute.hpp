// SPDX-License-Identifier: Apache-2.0
// What xCAT takes as the value of an attribute of a node: its own row, its groups, expressions for its name.
// Source: lib/xcat/README.md "Attributes: rows and expressions".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "result.hpp"
#include "xcat/expression.hpp"
#include "xcat/tables.hpp"

namespace hanfs::xcat {

struct Attribute {
  std::string value;     // "" where not set
  std::string row;       // key of the row it came from: the node or a group; "" where not set
  std::size_t line = 0;  // of that row in the dump

  bool empty() const { return value.empty(); }
  bool operator==(const Attribute& o) const { return value == o.value && row == o.row && line == o.line; }
};

// Remembers compiled expressions between calls: keep one, do not share it between threads.
class Attributes {
 public:
  // `tables` outlives this object and does not change any more.
  explicit Attributes(const Tables& tables);

  // First defined value of the node's own row, then of its groups in the order of nodelist.groups. One that ends in
  // "+=NEXTRECORD" has the next one appended. From xCAT 2.10 on, of an attribute that site.hierarchicalattrs names, all
  // of them joined by commas (row and line are those of the first). A table or column that is not there is a value that
  // is not set. Error: an expression that cannot be evaluated for this node, one line "ORIGIN:LINE: what; cure: what to
  // do".
  Result<Attribute> get(std::string_view node, std::string_view table, std::string_view column) const;

 private:
  // `text`: what the row, and those that are joined to it, say.
  Result<Attribute> evaluated(const Table& table, std::size_t row, std::size_t column, std::string_view node,
                              std::string text) const;

  const Tables& tables_;
  std::vector<std::string_view> joined_;                                     // site.hierarchicalattrs
  mutable std::unordered_map<std::string, Result<Expression>> expressions_;  // by their text
};

}  // namespace hanfs::xcat
