// SPDX-License-Identifier: Apache-2.0
#include "text/html.hpp"

namespace hanfs::text {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr const char* ellipsis = "\xE2\x80\xA6";

// Bytes of the UTF-8 character at the beginning; 0: it is none (Unicode 15, table 3-7).
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF)
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  if (first >= 0xF0 && first <= 0xF4)
    return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character(text);
    const auto byte = static_cast<unsigned char>(text.front());
    // C1 control characters are U+0080 to U+009F: C2 80 to C2 9F.
    const bool control =
        byte < 0x20 || byte == 0x7F || (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
    if (length == 0 || control) {
      safe += replacement;
    } else if (text.front() == '&') {
      safe += "&amp;";
    } else if (text.front() == '<') {
      safe += "&lt;";
    } else if (text.front() == '>') {
      safe += "&gt;";
    } else if (text.front() == '"') {
      safe += "&quot;";
    } else if (text.front() == '\'') {
      safe += "&#39;";
    } else {
      safe += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return safe;
}

std::string clipped(std::string_view text, std::size_t most) {
  std::size_t at = 0;
  std::size_t before_last = 0;
  for (std::size_t count = 0; at < text.size(); ++count) {
    if (count == most) return std::string(text.substr(0, before_last)) + ellipsis;
    before_last = at;
    const std::size_t length = character(text.substr(at));
    at += length == 0 ? 1 : length;
  }
  return std::string(text);
}

}  // namespace hanfs::text
