// SPDX-License-Identifier: Apache-2.0
// What identifies a row. Source: lib/xcat/README.md "Tables: columns" for the columns, in its order; that the first one
// alone must be unique is [GUESS] for the tables below, each is about one thing of that name.
#pragma once

#include <string_view>
#include <vector>

namespace hanfs::xcat {

struct TableKeys {
  std::vector<std::string_view> columns;  // must be there; empty for a table that is not known here
  bool unique = false;                    // the first column is never empty, and never twice the same
};

TableKeys table_keys_of(std::string_view table);

}  // namespace hanfs::xcat
