// SPDX-License-Identifier: Apache-2.0
// One xCAT table, as `tabdump NAME` prints it. Format: lib/xcat/README.md "Tables: columns" and "tabdump: the text".
//
// Own parser, not a library: no CSV library in Debian reports line and column of a fault, joins cells over line ends
// and knows tabdump's `#` header, its comments and its missing last comma.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "result.hpp"

namespace hanfs::xcat {

// Movable, not copyable: owns its text, cells are views into it and live as long as the table, moved or not.
class Table {
 public:
  // `origin` is for messages: the file's path, or "tabdump noderes". Error: one line "ORIGIN:LINE:COLUMN: what; cure:
  // what to do" (LINE and COLUMN count from 1, COLUMN in bytes, either left out where it has no meaning). Of the tables
  // in facts 3.1 the key columns are required, and a key must be there once only where it must be unique. Rows whose
  // `disable` is 1 or yes are read (so their faults are found) and left out.
  static Result<Table> parse(std::string name, std::string origin, std::string text);

  const std::string& name() const { return name_; }
  const std::string& origin() const { return origin_; }
  const std::vector<std::string>& columns() const { return columns_; }
  bool has_column(std::string_view column) const { return column_index(column).has_value(); }
  std::optional<std::size_t> column_index(std::string_view column) const;

  std::size_t size() const { return lines_.size(); }
  // "" where undefined, or where there is no such column. `row` < size().
  std::string_view value(std::size_t row, std::string_view column) const;
  std::string_view value(std::size_t row, std::size_t column) const {
    const std::uint32_t cell = cells_[row * columns_.size() + column];
    return cell == 0 ? std::string_view() : std::string_view(text_->c_str() + cell);
  }
  // Where the row begins in the dump; 1 is the header.
  std::size_t line(std::size_t row) const { return lines_[row]; }
  // "ORIGIN:LINE", for messages about a row.
  std::string origin_of(std::size_t row) const;

  // The row with this key (site.key, noderes.node, ...), of tables with a unique key; nothing for others.
  std::optional<std::size_t> row_of(std::string_view key) const;

 private:
  friend class TableReader;
  Table() = default;

  std::string name_;
  std::string origin_;
  std::unique_ptr<std::string> text_;  // each cell ends in a NUL, in place of what separated it
  std::vector<std::string> columns_;
  std::vector<std::uint32_t> cells_;  // size() x columns(): offset in text_, 0 where undefined
  std::vector<std::uint32_t> lines_;
  std::unordered_map<std::string_view, std::uint32_t> rows_;  // by key, where it is unique
};

}  // namespace hanfs::xcat
