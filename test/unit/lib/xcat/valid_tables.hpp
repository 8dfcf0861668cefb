// SPDX-License-Identifier: Apache-2.0
// Tables for tests, from their text.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "xcat/tables.hpp"

namespace hanfs::xcat {

// Each is a table and its dump; the origin of messages is "TABLE.csv".
inline Tables tables_of(const std::vector<std::pair<std::string, std::string>>& dumps) {
  Tables tables;
  for (const auto& [name, text] : dumps) {
    auto table = Table::parse(name, name + ".csv", text);
    REQUIRE_MESSAGE(table, (table ? "" : table.error().what));
    tables.add(std::move(*table));
  }
  return tables;
}

template <class Text>
std::string joined(const std::vector<Text>& names) {
  std::string out;
  for (const auto& name : names) out.append(out.empty() ? "" : ",").append(name);
  return out;
}

}  // namespace hanfs::xcat
