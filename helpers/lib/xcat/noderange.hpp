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

// A comma list of: a node; a group; "all"; a[1-10], a[1,3,5-7], r[1-2]n[1-4]; a1-a10 (':' instead of '-' in both);
// /regex ([GUESS] anywhere in the name, as Perl matches). Zeros as in the first number: a[01-100] is a01 to a100.
// '@' between two of them: nodes that are in both; '-' before one: without these, wherever it stands in the list.
// Blanks around pieces do not matter. A name that is a node and a group is the node.
// Result: in order of mention, each once; empty where nothing is left.
// Error, one line "noderange 'R': what; cure: what to do": the first name that is no node and no group, a dynamic group
// (table nodegroup), a form that is not understood, a range of more than most_nodes_of_a_range.
Result<std::vector<std::string>> expand(std::string_view range, const Tables& tables);

// The shortest useful noderange that names just these, each once, in natural order: "cn[001-020],cn033". For messages
// and commands; expand() gives the same names back where they are nodes and hold letters, digits, '-', '.' and '_'
// only.
std::string fold(const std::vector<std::string>& names);

}  // namespace hanfs::xcat
