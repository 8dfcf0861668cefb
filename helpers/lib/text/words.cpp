// SPDX-License-Identifier: Apache-2.0
#include "text/words.hpp"

#include "xcat/text.hpp"

namespace hanfs::text {

std::string_view trimmed(std::string_view text) { return xcat::text::trim(text); }

std::vector<std::string_view> split_list(std::string_view text, std::string_view separators) {
  return xcat::text::list(text, separators);
}

bool xcat_true(std::string_view value) { return value.find_first_of("1yY") != std::string_view::npos; }

std::string without_name(std::string text, std::string_view host) {
  constexpr std::string_view of_a_name = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  constexpr std::string_view instead = "HOST";
  const auto is_border = [&](std::size_t at) {
    return at >= text.size() || of_a_name.find(text[at]) == std::string_view::npos;
  };
  if (host.empty()) return text;
  for (std::size_t at = text.find(host); at != std::string::npos; at = text.find(host, at)) {
    if ((at == 0 || is_border(at - 1)) && is_border(at + host.size())) {
      text.replace(at, host.size(), instead);
      at += instead.size();
    } else {
      at += host.size();
    }
  }
  return text;
}

}  // namespace hanfs::text
