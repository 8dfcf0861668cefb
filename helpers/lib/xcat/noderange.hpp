// SPDX-License-Identifier: Apache-2.0
// xCAT's way to name many nodes. Forms: shared/design.md 5.3; the rest of xCAT's forms is refused with a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::xcat {

constexpr std::size_t most_nodes_of_a_range = 1000000;

// In order of mention, each once. A comma list of: a node, a group, "all", a[1-10], a[1,3,5-7], a1-a10 (zeros as in the
// first number), /regex (unanchored); each can have a '-' before it (exclusion, wherever it stands in the list) and
// '@' between two (intersection). Blanks around pieces do not matter.
// Error: one line for the first name that is no node and no group, or the form that is not understood.
Result<std::vector<std::string>> expand(std::string_view range, const Tables& tables);

// The shortest useful noderange for these names, in their order: "cn[001-020],cn033". For messages and commands.
std::string fold(const std::vector<std::string>& names);

}  // namespace hanfs::xcat
