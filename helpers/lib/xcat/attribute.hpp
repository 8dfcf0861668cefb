// SPDX-License-Identifier: Apache-2.0
// What xCAT takes as the value of an attribute of a node: its own row, its groups, expressions for its name.
// Source: lib/xcat/README.md "Attributes: rows and expressions".
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::xcat {

struct Attribute {
  std::string value;     // "" where not set
  std::string row;       // key of the row it came from: the node or a group; "" where not set
  std::size_t line = 0;  // of that row in the dump

  bool operator==(const Attribute& o) const { return value == o.value && row == o.row && line == o.line; }
};

// Remembers rows and compiled expressions between calls: keep one, do not share it between threads.
class Attributes {
 public:
  // `tables` outlives this object and does not change any more.
  explicit Attributes(const Tables& tables);
  ~Attributes();
  Attributes(Attributes&&) noexcept;
  Attributes& operator=(Attributes&&) noexcept;
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  // First defined value of the node's own row, then of its groups in the order of nodelist.groups; of an attribute that
  // site.hierarchicalattrs names, all of them joined by commas (row and line are those of the first). A table or column
  // that is not there is a value that is not set.
  // Error: an expression that cannot be evaluated for this node, one line "ORIGIN:LINE: what; cure: what to do".
  Result<Attribute> get(std::string_view node, std::string_view table, std::string_view column) const;

  // What one cell of a table is for a node: its text, or what the expression in it makes of the node's name. Error as
  // above. For who knows the row already. The view lives as long as this object and its tables; what one expression
  // makes twice is the same view.
  Result<std::string_view> evaluate(const Table& table, std::size_t row, std::size_t column,
                                    std::string_view node) const;

  // Whether site.hierarchicalattrs names the column: values of all groups, one after another.
  bool joins(std::string_view table, std::string_view column) const;

 private:
  class Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace hanfs::xcat
