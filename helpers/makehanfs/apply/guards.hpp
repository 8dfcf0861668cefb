// SPDX-License-Identifier: Apache-2.0
// What has to hold before the servers of a domain are changed, judged by what hosts answered.
#pragma once

#include <string>
#include <vector>

#include "makehanfs/engine/output_reader.hpp"
#include "makehanfs/plan/plan.hpp"

namespace hanfs::cluster {

// What one host answered to a question.
struct GuardAnswer {
  HostAnswer answer;
  std::string text;  // its stdout
};

// Hosts that keep the work from being begun, and why; no hosts: it holds. Judge::exports, nfsd, silence and answers.
struct Objection {
  std::vector<std::string> hosts;
  std::string why;  // "asn02 exports nothing at or below /install"; of silence and answers empty
};
Objection objection_of(const Action& action, const std::vector<GuardAnswer>& answers);

}  // namespace hanfs::cluster
