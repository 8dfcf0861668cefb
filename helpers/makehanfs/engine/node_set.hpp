// SPDX-License-Identifier: Apache-2.0
// Sets of hosts as clush prints them: "cn[1-3,007]", "cn1,gpu[01-02]-ib".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hanfs::cluster {

// The names of a set, at most `most`; nothing where it is not such a set. With several brackets in one name, all
// combinations; "007" keeps its zeros.
std::vector<std::string> expand_nodeset(std::string_view set, std::size_t most);

}  // namespace hanfs::cluster
