// SPDX-License-Identifier: Apache-2.0
// What apply writes into its journal for each host, and what --resume reads there.
#pragma once

#include <string>

#include "makehanfs/apply/stages.hpp"
#include "plan/journal.hpp"
#include "result.hpp"

namespace hanfs::cluster {

// The entry of one host's work.
plan::Step entry_of(const Stage& stage, const Action& action, const std::string& host);

// What the runs of this journal have done.
DoneWork read_done(const plan::JournalContent& journal);

// Before the plan::Journal at `path` is opened. With `resume` what the run before had done (error: there was none);
// without, the old journal becomes `path`.old and nothing is done yet.
Result<DoneWork> open_journal(const std::string& path, bool resume);

}  // namespace hanfs::cluster
