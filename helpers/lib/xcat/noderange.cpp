// SPDX-License-Identifier: Apache-2.0
#include "xcat/noderange.hpp"

#include "xcat/text.hpp"

namespace hanfs::xcat {

Result<std::vector<std::string>> expand(std::string_view range, const Tables& tables) {
  std::vector<std::string> found;
  for (const auto piece : text::list(range)) {
    if (tables.has_node(piece)) {
      found.emplace_back(piece);
    } else if (const auto* members = tables.members_of(piece)) {
      for (const auto node : *members) found.push_back(tables.nodes()[node]);
    } else {
      return Error{"noderange: " + text::quoted(piece) +
                   " is no node and no group; cure: see nodels and nodelist.groups"};
    }
  }
  return found;
}

std::string fold(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

}  // namespace hanfs::xcat
