// SPDX-License-Identifier: Apache-2.0
// Noderanges of the simulated management node: names, groups, a[1-10], a1-a10, a1:a10, -x, x@y, /regex, attr=~regex.
#pragma once
#include "cluster/tables.hpp"

namespace aixsim {

// An attribute as lsdef and chdef call it, and where it lies.
struct Attribute {
  const char* name;
  const char* table;
  const char* column;
};
const std::vector<Attribute>& node_attributes();
// By lsdef's name or table.column; false when there is none.
bool find_attribute(Lookup* lookup, const std::string& name, std::string* table, std::string* column);

// Nodes of a range, each once, in the order of the range; false and `why` for a part that nobody knows.
bool expand_range(Lookup* lookup, const std::string& range, Strings* nodes, std::string* why);
// All nodes that are not disabled, in the order of nodelist.
Strings all_nodes(Lookup* lookup);

}  // namespace aixsim
