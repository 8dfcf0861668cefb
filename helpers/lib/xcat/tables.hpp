// SPDX-License-Identifier: Apache-2.0
// All tables of one cluster, and who is in which group. Meaning: lib/xcat/README.md "Tables: meanings" and "tabdump:
// the text".
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "xcat/table.hpp"

namespace hanfs::xcat {

// Movable, not copyable. References and views stay valid until the table they come from is added again.
class Tables {
 public:
  // Replaces the table of that name.
  void add(Table table);
  // nullptr: not given; whether that is a fault is for the caller to say.
  const Table* find(std::string_view name) const;

  // "" where not set.
  std::string_view site(std::string_view key) const;

  // nodelist.node, in its order.
  const std::vector<std::string>& nodes() const { return nodes_; }
  bool has_node(std::string_view node) const { return index_of(node).has_value(); }
  // In nodes(). `guess` as in Table::row_of.
  std::optional<std::size_t> index_of(std::string_view node, std::size_t hint = 0) const;
  // nodelist.groups of the node, in their order, blanks trimmed; empty for a name that is no node. "all" is there only
  // where nodelist says so.
  const std::vector<std::string>& groups_of(std::string_view node) const;
  // Indexes of nodes(), ascending; nullptr for a name that is no group in nodelist.groups. "all" is always a group.
  const std::vector<std::uint32_t>* members_of(std::string_view group) const;

  // Nodes with the same text in nodelist.groups share one number below group_lists(): what holds for one holds for all.
  std::size_t group_lists() const { return lists_.size(); }
  std::size_t group_list_at(std::size_t index) const { return list_of_node_[index]; }  // of nodes()[index]
  const std::vector<std::string>& group_list(std::size_t list) const { return lists_[list]; }

 private:
  void read_nodelist(const Table& table);

  std::map<std::string, Table, std::less<>> tables_;
  const Table* nodelist_ = nullptr;  // of tables_
  std::vector<std::string> nodes_;
  std::vector<std::vector<std::string>> lists_;
  std::vector<std::uint32_t> list_of_node_;  // as nodes_
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> members_;
};

}  // namespace hanfs::xcat
