// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/table_values.hpp"

namespace hanfs::cluster::outage {

std::string TableValues::get(const std::string& node, const char* table, const char* column) {
  Result<xcat::Attribute> attribute = attributes_.get(node, table, column);
  if (attribute) return std::move(attribute->value);
  auto& failure = failures_[std::string(table) + "." + column];
  if (failure.first++ == 0) failure.second = attribute.error().what;
  return {};
}

void TableValues::add_unreadable_notes(Names& notes) const {
  for (const auto& [column, failure] : failures_)
    notes.push_back(column + " could not be evaluated for " + std::to_string(failure.first) +
                    " nodes, they are missing where it counts: " + failure.second);
}

}  // namespace hanfs::cluster::outage
