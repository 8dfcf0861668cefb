// SPDX-License-Identifier: Apache-2.0
// Noderanges of the simulated management node, as xCAT 2.9.2 answered them (lib/xcat/README.md "Noderange"). Files of
// nodes (^FILE) are not simulated.
#pragma once
#include "cluster/tables.hpp"

namespace aixsim {

// An attribute as lsdef and chdef call it, and where it lies.
struct Attribute {
  std::string name, table, column;
};
const std::vector<Attribute>& node_attributes();
// A column as nodels, nodech and noderanges call it: table.column, groups, tags or mgt. False when there is none.
bool find_column(Lookup* lookup, const std::string& name, std::string* table, std::string* column);

// name==value, !=, =~ and !~ with a regular expression.
struct Criterion {
  std::string table, column, sign, wanted;
  bool fits(Lookup* lookup, const std::string& node) const;
};
// The name is one of `names` or a column; false when the text is no criterion.
bool parse_criterion(Lookup* lookup, const std::string& text, const std::vector<Attribute>& names, Criterion* one);

// Nodes of a range, each once, sorted; `missing`: what nobody knows.
void expand_range(Lookup* lookup, const std::string& range, Strings* nodes, Strings* missing);
// All nodes that are not disabled, in the order of nodelist.
Strings all_nodes(Lookup* lookup);

}  // namespace aixsim
