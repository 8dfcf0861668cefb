// SPDX-License-Identifier: Apache-2.0
// Private to this room: one line of hanfs.conf.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::config {

struct Item {
  std::string name;  // as written
  std::vector<std::string> values;
};

std::string_view trimmed(std::string_view text);

bool is_comment_or_empty(std::string_view line);

// "key = value [value...]" by CLI11's rules of lists and quotes; a value has to be there.
Result<Item> item_of(std::string_view line);

}  // namespace hanfs::config
