// SPDX-License-Identifier: Apache-2.0
// What earlier runs that did not end well (killed, or neither as wanted nor as before) left behind, by the journal.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/journal.hpp"
#include "setuphanfs/observed_state.hpp"

namespace hanfs::server {

// The journal's entry about a run as a whole: begun before its first change, it keeps what the server was like then. It
// ends as done (as wanted), undone (as before) or failed (neither); without an end the run was killed.
plan::Step record_of(const ObservedState& before);

// All runs since the last one that ended well.
struct UnfinishedRun {
  std::string time;     // UTC, when the last of them began
  std::string run;      // its name in the journal
  bool killed = false;  // the last of them has no end
  std::vector<plan::Step> begun;
  bool backed_up = false;  // /etc/exports.before-hanfs holds what /etc/exports was before the first of them

  // What the server was like before the first of them.
  std::vector<aix::Export> exported;
  std::optional<std::string> exports_text;
  aix::ReplicationMode mode = aix::ReplicationMode::unknown;
  std::optional<std::string> domain;
  std::vector<std::string> daemons;  // that ran

  bool has_outage() const;       // one of them had stopped NFS
  bool is_outage_alone() const;  // and nothing else was begun
  bool owes_restart() const;     // of nfsrgyd, after a change of the NFSv4 domain
};

// nullopt: the last run ended well, or had changed nothing yet, or there was none.
// Runs of another machine, whose disk this one was made from, do not count.
std::optional<UnfinishedRun> unfinished_runs(const plan::JournalContent& journal, const ObservedState& now);

// The record that an entry is, or nullptr.
const plan::ServerState* record_in(const plan::JournalEntry& entry);
// Neither its name nor any of its addresses is this machine's.
bool is_of_another_node(const plan::ServerState& record, const ObservedState& now);

// What is there now, with what those runs took away and nobody has put right, or taken away on purpose, since: what a
// run has to go back to that fails.
ObservedState as_before(ObservedState now, const UnfinishedRun& unfinished, const std::string& directory);

// For people: when, what it had begun.
std::string what_happened(const UnfinishedRun& unfinished);

}  // namespace hanfs::server
