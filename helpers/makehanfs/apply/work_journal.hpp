// SPDX-License-Identifier: Apache-2.0
// What apply writes into its journal for each host, and what --resume reads there.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "makehanfs/apply/stages.hpp"
#include "plan/journal.hpp"
#include "result.hpp"

namespace hanfs::cluster {

// The entry of one host's work.
plan::Step entry_of(const Stage& stage, const Action& action, const std::string& host);

// What the runs of this journal have done.
DoneWork read_done(const plan::JournalContent& journal);

// Nodes that a run has shut down, and that none has seen up again: the entry of their shutdown has begun and not ended.
// By name; a run that forgets them leaves them off for ever.
struct StoppedNode {
  plan::Step step;
  std::string since;        // UTC
  std::string booted = {};  // when a boot of it was begun last, UTC; empty: none was
};
using StoppedNodes = std::map<std::string, StoppedNode>;
StoppedNodes read_stopped(const plan::JournalContent& journal);
// The step of its entry, with both times.
plan::Step entry_of(const StoppedNode& node);

struct EarlierWork {
  DoneWork done;  // empty without --resume
  StoppedNodes stopped;
  std::size_t unreadable = 0;  // lines, of which nobody knows what they said
};
// The warning about them; empty: there are none.
std::string warning_of_unreadable(const std::string& path, std::size_t lines);

// Before the plan::Journal at `path` is opened. With `resume` what the run before had done (error: there was none);
// without, the old journal becomes `path`.old and nothing is done yet; the nodes that it owes a boot are in the new one
// before. Error too: that cannot be written.
Result<EarlierWork> open_journal(const std::string& path, bool resume);

}  // namespace hanfs::cluster
