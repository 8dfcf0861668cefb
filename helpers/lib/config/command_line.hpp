// SPDX-License-Identifier: Apache-2.0
// What CLI11 does for us: it takes words apart. Ranges, defaults, help and messages are ours, so that they are the same
// under each of its versions. Only cli11.cpp includes it, for it costs many seconds in each unit that does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/option.hpp"
#include "config/values.hpp"
#include "result.hpp"

namespace hanfs::config {

// A command line, without its program's name. The values are not checked yet.
Result<Values> read_words(const std::vector<Option>& options, const std::vector<std::string>& words);

struct Item {
  std::string name;  // as written
  std::vector<std::string> values;
};

// "key = value [value...]" by CLI11's rules of lists and quotes; a value has to be there.
Result<Item> item_of(std::string_view line);

}  // namespace hanfs::config
