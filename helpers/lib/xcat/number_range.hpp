// SPDX-License-Identifier: Apache-2.0
// Private to noderange: ranges of names, "a[1-10]" and "a1-a10", whether or not these are nodes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::xcat {

// Names of "r[01-02]n[1,3,5-7]", the last brackets counting fastest. Error: "what; cure: what to do".
Result<std::vector<std::string>> expand_brackets(std::string_view text, std::size_t most);

// Names of "a1-a10" and "a1:a10": both ends have one number that differs and the same text around it. No names: it is
// not of this form. `is_node` decides where a name with '-' in it could be cut in more than one place.
Result<std::vector<std::string>> expand_from_to(std::string_view text, std::size_t most,
                                                const std::function<bool(std::string_view)>& is_node);

}  // namespace hanfs::xcat
