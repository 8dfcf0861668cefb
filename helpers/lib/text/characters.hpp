// SPDX-License-Identifier: Apache-2.0
// Classes of ASCII characters. None of them depends on the locale.
#pragma once

namespace hanfs::text {

// Space, tab, CR, LF, VT, FF.
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace hanfs::text
