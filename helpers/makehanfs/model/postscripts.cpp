// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/postscripts.hpp"

#include <string_view>

#include "text/words.hpp"

namespace hanfs::cluster {

std::string below_postscripts(const std::string& path_on_node) {
  constexpr std::string_view on_node = "/xcatpost/";
  return text::starts_with(path_on_node, on_node) ? path_on_node.substr(on_node.size()) : "";
}

}  // namespace hanfs::cluster
