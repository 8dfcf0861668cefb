// SPDX-License-Identifier: Apache-2.0
// Private helpers of this room: characters, comma lists, names in messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hanfs::xcat::text {

bool is_blank(char c);  // space, tab, CR, LF, VT, FF; never locale dependent
bool is_digit(char c);
std::string_view trim(std::string_view s);
// Pieces between commas, trimmed, without empty ones: "sn1, sn2," is sn1 and sn2 (facts/xcat-integration.md 4.2, W3).
std::vector<std::string_view> list(std::string_view text);
// In quotes, one line, at most about 80 bytes; control characters as \xNN.
std::string quoted(std::string_view s);

}  // namespace hanfs::xcat::text
