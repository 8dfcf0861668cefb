// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/name.hpp"

#include "text/escape.hpp"

namespace hanfs::tree {
namespace {

constexpr const char* backslash = "\\x5C";

bool is_plain(std::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c >= 0x7f || c == '\\') return false;
  return true;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void append_escaped_name(std::string& out, std::string_view name) {
  if (is_plain(name)) {
    out += name;
    return;
  }
  for (;;) {
    const std::size_t at = name.find('\\');
    out += text::escape_unprintable(name.substr(0, at));
    if (at == std::string_view::npos) return;
    out += backslash;
    name.remove_prefix(at + 1);
  }
}

std::string escaped_name(std::string_view name) {
  std::string out;
  append_escaped_name(out, name);
  return out;
}

std::optional<std::string> unescaped_name(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (i + 3 >= text.size() || text[i + 1] != 'x') return std::nullopt;
    const int high = hex_digit(text[i + 2]);
    const int low = hex_digit(text[i + 3]);
    if (high < 0 || low < 0) return std::nullopt;
    name += static_cast<char>(high * 16 + low);
    i += 3;
  }
  if (escaped_name(name) != text) return std::nullopt;
  return name;
}

}  // namespace hanfs::tree
