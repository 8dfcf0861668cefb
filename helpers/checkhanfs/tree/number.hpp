// SPDX-License-Identifier: Apache-2.0
// Decimal numbers at the end of a text, without a text of their own: a manifest has millions.
#pragma once

#include <charconv>
#include <string>

namespace hanfs::tree {

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace hanfs::tree
