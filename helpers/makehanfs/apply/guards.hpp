// SPDX-License-Identifier: Apache-2.0
// What has to hold before the servers of a domain are changed, judged by what hosts answered.
#pragma once

#include <string>
#include <vector>

#include "makehanfs/apply/host_result.hpp"

namespace hanfs::cluster {

// Hosts that keep the work from being begun, and why; no hosts: it holds. Judge::exports, nfsd, silence and answers.
struct Objection {
  std::vector<std::string> hosts;
  // "asn02 exports nothing at or below /install"; of silence what was said of those that did not answer, but may be up.
  std::string why;
};
Objection objection_of(const Action& action, const std::vector<HostReply>& replies);

}  // namespace hanfs::cluster
