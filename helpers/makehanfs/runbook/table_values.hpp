// SPDX-License-Identifier: Apache-2.0
// Values that nodes have in the tables.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "makehanfs/runbook/outage_impact.hpp"
#include "xcat/attribute.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster::outage {

// A column that cannot be read is told once, with how many nodes it hides.
class TableValues {
 public:
  explicit TableValues(const xcat::Tables& tables) : tables_(tables), attributes_(tables) {}

  // Empty where there is none, or it cannot be read.
  std::string get(const std::string& node, const char* table, const char* column);
  bool given(const char* table) const { return tables_.find(table) != nullptr; }
  void add_unreadable_notes(Names& notes) const;

 private:
  const xcat::Tables& tables_;
  xcat::Attributes attributes_;
  std::map<std::string, std::pair<std::size_t, std::string>> failures_;
};

}  // namespace hanfs::cluster::outage
