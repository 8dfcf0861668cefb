// SPDX-License-Identifier: Apache-2.0
// Where postscripts lie: lib/xcat/README.md "Postscripts: how files reach a node".
#pragma once

#include <string>

namespace hanfs::cluster {

// On the management node and on each service node, whatever site.installdir says.
constexpr const char* postscripts_folder = "/install/postscripts";

// The path below that folder of what a node has as /xcatpost/PATH; empty: this path on a node is not of /xcatpost.
std::string below_postscripts(const std::string& path_on_node);

}  // namespace hanfs::cluster
