// SPDX-License-Identifier: Apache-2.0
// One column of one table for very many nodes. The value is what xcat::Attributes says; what does not depend on the
// node's name (a plain value of its own row, what its groups say) is looked up once instead of for each node.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "result.hpp"
#include "xcat/attribute.hpp"
#include "xcat/tables.hpp"

namespace hanfs::xcat {

// Index of a node in Tables::nodes().
using NodeIndex = std::uint32_t;

struct Value {
  std::string_view text;  // empty: not set
  std::string_view row;   // key of the row: the node or a group
  std::size_t line = 0;

  bool empty() const { return text.empty(); }
};

// What the columns of all tables share.
class NodeIndexes {
 public:
  explicit NodeIndexes(const xcat::Tables& tables);

  const xcat::Tables& tables() const { return tables_; }
  const xcat::Attributes& attributes() const { return attributes_; }
  std::uint32_t group_list(NodeIndex node) const { return lists_[node]; }
  // `guess` is looked at first, as in xcat::Table::row_of.
  std::optional<NodeIndex> find(std::string_view node, std::size_t hint = 0) const;

 private:
  const xcat::Tables& tables_;
  xcat::Attributes attributes_;
  std::vector<std::uint32_t> lists_;
};

// Not for tables with more than one row for a node (statelite).
class Column {
 public:
  Column(const NodeIndexes& nodes, std::string_view table, std::string_view column);

  // No node has a value.
  bool nothing_set() const { return table_ == nullptr || !any_; }
  // Valid until the next call; the views in it live as long as this column, `nodes` and the tables, and the same result
  // of an expression is the same view. Error: an expression that cannot be evaluated for this node.
  const Result<Value>& of(NodeIndex node);

 private:
  struct OfList {
    bool known = false;
    bool by_name = false;  // an expression, so it depends on the node's name
    std::size_t row = 0;   // of the table, where there is a value
    Result<Value> value = Value{};
  };
  Result<Value> own_value(NodeIndex node);
  void read(OfList& list, NodeIndex node);
  Result<Value> ask(NodeIndex node);
  Result<Value> evaluate(NodeIndex node, std::size_t row, std::string_view key);
  std::string_view kept(std::string text) { return *asked_.insert(std::move(text)).first; }

  const NodeIndexes& nodes_;
  const xcat::Table* table_;
  std::string name_;
  std::size_t index_ = 0;
  bool any_ = false;
  bool hierarchical_ = false;            // site.hierarchicalattrs: values of all groups, one after another
  std::vector<std::uint32_t> own_rows_;  // by node: row + 1, 0 for none
  std::vector<OfList> lists_;
  Result<Value> last_ = Value{};           // of a node that has no value in common with others
  std::unordered_set<std::string> asked_;  // what ask() found
};

}  // namespace hanfs::xcat
