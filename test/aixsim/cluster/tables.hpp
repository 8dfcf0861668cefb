// SPDX-License-Identifier: Apache-2.0
// The tables of the simulated management node and their text form (xcat 3.1, 3.2, 3.4).
#pragma once
#include <map>
#include <optional>

#include "core/node.hpp"

namespace aixsim {

using Cell = std::optional<std::string>;  // undefined, or a value, which may be empty
using Row = std::vector<Cell>;

struct Table {
  std::string name;
  Strings columns;
  std::vector<Row> rows;

  int column(const std::string& column_name) const;  // -1: there is none
  Cell get(const Row& row, const std::string& column_name) const;
  // The row whose first column has this value; nullptr when there is none. Disabled rows are rows too.
  Row* find(const std::string& key);
  const Row* find(const std::string& key) const;
  // That row, appended if it was not there.
  Row& row(const std::string& key);
  // False when the column does not exist.
  bool set(const std::string& key, const std::string& column_name, const Cell& value);
  bool disabled(const Row& row) const;
};

using Tables = std::map<std::string, Table>;

// Every table, empty, with its columns. `hanfsdomid`: servicenode has that column (no xCAT release does).
Tables empty_tables(bool hanfsdomid);
// As tabdump prints it: '#' and the columns; defined values quoted, '"' doubled, nothing for undefined ones.
std::string format_table(const Table& table);
// Rows may span lines. False when a row has more fields than the header, or a quote is never closed.
bool parse_table(const std::string& text, Table* table);

// The store of a management node: one dump for each table below /etc/xcat.
class TableStore {
 public:
  explicit TableStore(const Node& node) : node_(node) {}
  std::string lock() const { return node_.lock_path("tables"); }
  Strings names() const;
  bool load(const std::string& name, Table* table) const;
  void save(const Table& table) const;

 private:
  const Node& node_;
};

// Looks values up as xCAT does: the node's own row, then the rows of its groups in order; expressions are evaluated.
// Each table is read once.
class Lookup {
 public:
  explicit Lookup(const TableStore& store) : store_(&store) {}
  explicit Lookup(const Tables& tables) : tables_(tables) {}
  const Table& table(const std::string& name);
  Strings groups(const std::string& node);
  Cell value(const std::string& node, const std::string& table, const std::string& column);
  std::string text(const std::string& node, const std::string& table, const std::string& column);
  std::string site(const std::string& key);

 private:
  const TableStore* store_ = nullptr;
  Tables tables_;
  std::map<std::string, std::map<std::string, size_t>> index_;  // table -> key -> row
};

// One value of a row for one node: /re/subst/, |re|subst|, |subst|; any other text as it is. Undefined when the result
// is empty.
Cell apply_expression(const std::string& value, const std::string& node);

}  // namespace aixsim
