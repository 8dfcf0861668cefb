// SPDX-License-Identifier: Apache-2.0
// Carries the stages of a plan out over the engine, keeps a journal of it, and judges each host by its verdict lines.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "makehanfs/apply/host_result.hpp"
#include "makehanfs/apply/stages.hpp"
#include "makehanfs/apply/work_journal.hpp"
#include "run/runner.hpp"
#include "sys/clock.hpp"

namespace hanfs::cluster {

struct ApplyOptions {
  // The stages are checks (stages_of): a difference is an answer then, and keeps nobody else from being asked.
  bool check_only = false;
  std::size_t failure_limit = 1;                         // domains that may fail until no more is begun; at least 1
  DoneWork done;                                         // of earlier runs; empty without --resume
  StoppedNodes stopped;                                  // by earlier runs
  std::function<bool()> may_continue;                    // false: a signal has come or time is over; may be empty
  std::function<std::string()> stop_reason;              // what to say then; may be empty
  std::function<std::chrono::milliseconds()> time_left;  // for one engine call; may be empty
  std::function<void()> one_more;                        // the result of a host is known; may be empty
  // Boots nodes that were shut down, also after a signal; nullptr: the runner of all else.
  run::Runner* calm_runner = nullptr;
};

struct Applied {
  std::vector<std::vector<HostResult>> stages;  // beside the stages, the hosts of their actions
  std::vector<std::string> problems;            // of the engine, and why it was stopped
  std::vector<std::string> warnings;            // of the engine
  std::vector<std::string> shut_down, booted;   // nodes; the latter came up again
  std::vector<std::string> not_up;              // nodes that this run has shut down or booted, and did not see up since
  std::vector<std::string> down_before;         // nodes that were not up when the others were shut down: not booted
  // False: the engine did nothing at all: not started, no host reached; for a check: it said nothing of any host.
  bool worked = true;

  std::size_t count(HostResult::State state) const;
  bool all_good() const;
};

// Runs the stages, one after the other. A host is good when its command and the check of it are. When a server is not
// good after its turn, the rest of its domain is left alone: the second server must not be taken down when the first
// did not come back. A guard that does not hold leaves the domain alone as well. Domains with a server that failed (not
// one that was left as it is), or with nodes that this run has shut down and that do not come up, count, and so do
// those with nodes that an earlier run has left down, while this one has seen no node come up from a boot; for the
// first of these is waited before other nodes are shut down: at `failure_limit` of them no more is begun, and the
// present one is finished; servers of the others are only checked, and where they are as wanted their nodes are tuned.
// Other nodes that fail or are silent are only reported. No node is shut down unless the server that it boots from
// serves and each node of the domain is known to be up or down. Nodes that were up are booted afterwards, from servers
// that were just seen serving, and after a signal or the deadline too, but not waited for then; the journal has them
// from before their shutdown until they answer again, and a later run boots those that an earlier one has left, or says
// who they are. A signal waits for what the engine has in its hands. Each host's work is journalled before and after.
Applied apply(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages, plan::Journal& journal,
              sys::Clock& clock, const ApplyOptions& options);

// Exit status (report::ExitStatus): 0 all good, 1 not, 3 the engine did nothing at all.
int exit_status_of(const Applied& applied);

// What is to be done now, each once and for all hosts that need it: tools to be brought there, servers that were held
// back, nodes to be booted. `errors` are why hosts are not as wanted, `warnings` what is left where all went well.
struct ToDo {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};
// `cluster`: whose noderange its commands are for.
ToDo to_do(const std::vector<Stage>& stages, const Applied& applied, bool check_only, const Cluster& cluster = {});

// "prsync ... asn[01-02]:/install, then updatenode 'cn[001-020]' -P setupnfsv4replication": what brings the tool of
// nodes to them, whose servers may lack it as well; what brings that of servers.
std::string bring(const std::string& tool, const std::string& hosts, const std::string& servers);

// What would be run, call by call: the words of each host, and the engine's own command line, as in the plan. What
// `done` has is left out.
std::string dry_text(const Engine& engine, const std::vector<Stage>& stages, const DoneWork& done);
nlohmann::ordered_json dry_json(const Engine& engine, const std::vector<Stage>& stages, const DoneWork& done);

// A row for each server, and for all nodes with the same result; with `everything` one for each host.
std::string text_of(const std::vector<Stage>& stages, const Applied& applied, bool everything);
nlohmann::ordered_json json_of(const std::vector<Stage>& stages, const Applied& applied);

}  // namespace hanfs::cluster
