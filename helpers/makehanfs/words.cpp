// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/words.hpp"

#include "xcat/text.hpp"

namespace hanfs::mn {

std::string_view trimmed(std::string_view text) { return xcat::text::trim(text); }

std::vector<std::string_view> list_of(std::string_view text, std::string_view separators) {
  return xcat::text::list(text, separators);
}

bool is_yes(std::string_view value) { return value.find_first_of("1yY") != std::string_view::npos; }

}  // namespace hanfs::mn
