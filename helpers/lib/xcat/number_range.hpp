// SPDX-License-Identifier: Apache-2.0
// Private to noderange: names that are made of one with numbers in it, whether or not these are nodes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::xcat {

// The names of "r[1,3]n1" (the first brackets only), "a1-a10", "a1:a10" and "a1+3", as xCAT makes them of the text
// (lib/xcat/README.md "Noderange"); each may again be of one of these forms. No names: it is of none of these forms.
// Error: "what; cure: what to do".
Result<std::vector<std::string>> names_of(std::string_view text, std::size_t most);

}  // namespace hanfs::xcat
