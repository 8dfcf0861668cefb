// SPDX-License-Identifier: Apache-2.0
// xCAT's way to name many nodes. Forms: lib/xcat/README.md "Noderange"; the rest of xCAT's forms is refused with a
// message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::xcat {

constexpr std::size_t most_nodes_of_a_range = 1000000;

// A comma list of: a node; a group; a[1-10], a[1,3,5-7], r[1-2]n[1-4]; a1-a10 (':' instead of '-' in both); a1+3; all
// of these also of groups (rack[1-3]); 7 for node7; /regex, which has to match the whole name; TABLE.COLUMN==VALUE, !=,
// =~REGEX, !~. '@' between two of them: nodes that are in both, and in front of one of the list: only those of what was
// named so far; '-' before one: without these, wherever it stands in the list. A name that is a node and a group is the
// node; "all" is a group. Blanks around pieces do not matter (to xCAT they are a part of
// the name), quotes are passed by. Nodes of site.excludenodes are in no range.
// As xCAT 2.9.2 has it (lib/xcat/README.md "Noderange"); what it makes of sets in parentheses, of files and of dynamic
// groups is refused with a message.
// Result: in order of mention, each once; empty where nothing is left.
// Error, one line "noderange 'R': what; cure: what to do": the first name that is no node and no group, a dynamic group
// (table nodegroup), a form that is not understood, a regular expression that matches nothing, a range of more than
// most_nodes_of_a_range.
Result<std::vector<std::string>> expand(std::string_view range, const Tables& tables);

// Nodes of site.excludenodes. Error: as of expand().
Result<std::vector<std::string>> excluded_nodes(const Tables& tables);

// The shortest useful noderange that names just these, each once, in natural order: "cn[001-020],cn033". For messages
// and commands; expand() gives the same names back where they are nodes and hold letters, digits, '-', '.' and '_'
// only.
std::string fold(const std::vector<std::string>& names);

}  // namespace hanfs::xcat
