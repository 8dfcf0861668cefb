// SPDX-License-Identifier: Apache-2.0
// What has to hold before the servers of a domain are changed, judged by what hosts answered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/apply/host_result.hpp"

namespace hanfs::cluster {

// Bytes that are kept of an answer: a list of exports or of file systems.
constexpr std::size_t longest_answer = std::size_t{1} << 20U;

// The server, of these, that a node runs from by what `nfs4cl showfs` printed there; empty: from none of them.
std::string server_in_use(std::string_view showfs, const std::vector<ServerNames>& servers);

// Hosts that keep the work from being begun, and why; no hosts: it holds. Judge::exports, nfsd, silence, known, guests
// and answers.
struct Objection {
  std::vector<std::string> hosts;
  // "asn02 exports nothing at or below /install"; of silence what was said of those that did not answer, but may be up.
  std::string why;
};
Objection objection_of(const Action& action, const std::vector<HostReply>& replies);

// Whoever runs from servers of a domain that is not its own: "cn025".
std::string remedy_for_guests(const std::string& range);

// Nodes that `rpower NODES stat` says are on: "cn1: on", "cn1: Running" where an HMC has the LPAR (lib/xcat/README.md
// "updatenode, xdsh, prsync"). Of others it says another word, or nothing.
std::vector<std::string> powered_on(std::string_view said);

}  // namespace hanfs::cluster
