// SPDX-License-Identifier: Apache-2.0
// --reset: the exports at and below the directory, and the replication mode, as they were before the first run, by what
// the journal has recorded of them. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/journal.hpp"
#include "setuphanfs/planner.hpp"

namespace hanfs::server {

// What the server was like before the first run that changed it since the last reset.
struct BeforeHanfs {
  Rows exported;
  std::optional<std::string> exports_text;
  bool turned_mode_on = false;  // replication was not on, and a run has set it
  std::optional<std::string> domain;
  std::vector<std::string> daemons;  // that ran
  Rows written;                      // what runs have exported
};

// nullopt: nothing was changed here, as far as the journal knows.
std::optional<BeforeHanfs> before_hanfs(const plan::JournalContent& journal, const ObservedState& now);

// Its obstacles: what is not as setuphanfs left it, and is left alone.
struct ResetPlan : ServerPlan {
  std::vector<std::string> notes;
};

// What setuphanfs has exported: at `directory` or below it in the same file system, and the directories of all else.
struct Written {
  bool here = false;
  std::vector<std::string> elsewhere;
};
Written written_by_hanfs(const BeforeHanfs& before, const std::string& directory, const ObservedState& now);

// Empty when it is as it was.
ResetPlan make_reset_plan(const ObservedState& now, const BeforeHanfs& before, const std::string& directory);

}  // namespace hanfs::server
