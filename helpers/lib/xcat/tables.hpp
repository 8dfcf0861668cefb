// SPDX-License-Identifier: Apache-2.0
// All tables of one cluster, and the members of groups. Meaning: lib/xcat/README.md "Tables: meanings" and "tabdump:
// the text".
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xcat/table.hpp"

namespace hanfs::xcat {

// xCAT's own test of a value that switches something on (lib/xcat/README.md "Tables: meanings"): contains 1, y or Y.
bool is_true(std::string_view value);

// Movable, not copyable. References and views stay valid until the table they come from is added again.
class Tables {
 public:
  // Replaces the table of that name.
  void add(Table table);
  // nullptr: not given; the caller decides whether that is a fault.
  const Table* find(std::string_view name) const;

  // Of xCAT, "2.9.2"; the meaning of some values depends on it. As long as it is not set: as before 2.10.
  void set_version(std::string version) { version_ = std::move(version); }
  bool version_is_at_least(unsigned major, unsigned minor, unsigned patch) const;  // no: not set
  bool has_hierarchical_attributes() const;  // since 2.10; lib/xcat/README.md "Attributes: rows and expressions"

  // "" where not set.
  std::string_view site(std::string_view key) const;

  // nodelist.node, in its order.
  const std::vector<std::string>& nodes() const { return nodes_; }
  bool has_node(std::string_view node) const { return index_of(node).has_value(); }
  // In nodes().
  std::optional<std::size_t> index_of(std::string_view node) const;
  // nodelist.groups of the node, in their order, with their blanks; empty for a name that is no node. "all" is a group
  // like any other.
  std::vector<std::string_view> groups_of(std::string_view node) const;
  // Indexes of nodes(), ascending; nullptr for a name that is no group in nodelist.groups.
  const std::vector<std::uint32_t>* members_of(std::string_view group) const;

 private:
  void read_nodelist(const Table& table);

  std::string version_;
  std::map<std::string, Table, std::less<>> tables_;
  const Table* nodelist_ = nullptr;  // of tables_
  std::vector<std::string> nodes_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> members_;
};

}  // namespace hanfs::xcat
