// SPDX-License-Identifier: Apache-2.0
// Characters, lists and names in the values of tables, never locale dependent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::xcat::text {

// Space, tab, CR, LF, VT, FF.
inline bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::string_view trim(std::string_view s);
// Pieces between separators, trimmed, without empty ones: "sn1, sn2," is sn1 and sn2 (lib/xcat/README.md "mkdsklsnode
// -S: weaknesses", W3).
std::vector<std::string_view> list(std::string_view text, std::string_view separators = ",");
// In quotes, one line, at most about 80 bytes; control characters as \xNN.
std::string quoted(std::string_view s);
// "what; cure: what to do"
Error fault(const std::string& what, const std::string& remedy);

}  // namespace hanfs::xcat::text
