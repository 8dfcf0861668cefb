// SPDX-License-Identifier: Apache-2.0
// Words and lists in the values of tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hanfs::text {

std::string_view trimmed(std::string_view text);
// The same text at the same place: quicker than ==, and false for the same text at two places.
inline bool is_same_view(std::string_view a, std::string_view b) {
  return a.data() == b.data() && a.size() == b.size();
}
// Pieces between commas, trimmed, without empty ones (lib/xcat/README.md "mkdsklsnode -S: weaknesses", W3).
std::vector<std::string_view> split_list(std::string_view text, std::string_view separators = ",");
// xCAT's own test (lib/xcat/README.md "Tables: meanings"): contains 1, y or Y.
bool xcat_true(std::string_view value);

// `text` with HOST for its own name, where it stands as a word: what many hosts say alike becomes the same.
std::string without_name(std::string text, std::string_view host);

}  // namespace hanfs::text
