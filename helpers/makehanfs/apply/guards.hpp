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

// Hosts that keep the work from being begun, and why; no hosts: it holds. Judge::exports, nfsd, silence, known and
// answers.
struct Objection {
  std::vector<std::string> hosts;
  // "asn02 exports nothing at or below /install"; of silence what was said of those that did not answer, but may be up.
  std::string why;
  std::vector<std::string> not_known;  // of the hosts, those that may hold all the same: their answer may be lost
};
// `failure`: FanoutResult::failure of the question.
Objection objection_of(const Action& action, const std::vector<HostReply>& replies, const std::string& failure = "");

// Nodes that run from servers of a domain that is not theirs, by what they answered (Judge::guests).
struct Guests {
  std::string objection;  // why the servers are left as they are; empty: nothing keeps anybody
  std::string remedy;     // of the objection
  // Of single nodes that may be up, and of which it is not known: one that hangs somewhere on the site does not keep a
  // domain that is well from being worked on.
  std::string warning;
  // Several were asked, and all ended well without a word: an answer may have been lost, so they are asked again. An
  // AIX that says nothing where it has no such file system is believed then.
  bool nobody_spoke = false;
};
// `failure`: FanoutResult::failure of the question. Whatever the engine says of silent nodes: they are a warning where
// others were heard, and an objection where nobody was. `asked_again`: for nobody spoke at first.
Guests guests_of(const Action& action, const std::vector<HostReply>& replies, const std::string& failure,
                 bool asked_again = false);

// Nodes that `rpower NODES stat` says are on: "cn1: on", "cn1: Running" where an HMC has the LPAR (lib/xcat/README.md
// "updatenode, xdsh, prsync"). Of others it says another word, or nothing.
std::vector<std::string> powered_on(std::string_view said);
// Those of `nodes` of which it says no state, or an error: their hardware control point may not answer.
std::vector<std::string> without_power_state(std::string_view said, const std::vector<std::string>& nodes);

}  // namespace hanfs::cluster
