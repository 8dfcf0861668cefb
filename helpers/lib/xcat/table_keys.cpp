// SPDX-License-Identifier: Apache-2.0
#include "xcat/table_keys.hpp"

#include <algorithm>
#include <array>

namespace hanfs::xcat {

TableKeys table_keys_of(std::string_view table) {
  constexpr std::array<std::string_view, 10> about_nodes = {
      "servicenode", "noderes", "nodelist", "postscripts", "prescripts", "nodetype", "hosts", "nodehm", "ppc", "mac"};
  if (std::find(about_nodes.begin(), about_nodes.end(), table) != about_nodes.end()) return {{"node"}, true};
  if (table == "site") return {{"key", "value"}, true};
  if (table == "networks") return {{"net", "mask"}, false};
  if (table == "routes") return {{"routename"}, true};
  if (table == "statelite") return {{"node"}, false};
  if (table == "litefile") return {{"image", "file"}, false};
  if (table == "litetree") return {{"priority"}, false};
  if (table == "nimimage" || table == "osimage") return {{"imagename"}, true};
  return {};
}

}  // namespace hanfs::xcat
