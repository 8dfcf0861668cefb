// SPDX-License-Identifier: Apache-2.0
// What earlier runs that did not end well have left down here: a run brings it back, names it while it is down, and
// leaves it owed in the journal until it is back.
#pragma once

#include <optional>
#include <string>

#include "app/context.hpp"
#include "plan/journal.hpp"
#include "result.hpp"
#include "setuphanfs/options.hpp"
#include "setuphanfs/report.hpp"
#include "setuphanfs/restore_plan.hpp"
#include "setuphanfs/server_apply.hpp"
#include "setuphanfs/unfinished_run.hpp"

namespace hanfs::server {

class EarlierRuns {
 public:
  // What the server is like, and is to be like, stands in the report, and what is found and done goes there.
  EarlierRuns(app::Context& context, const Options& options, Report& report, ServerApply& server_apply)
      : context_(context), options_(options), report_(report), server_apply_(server_apply) {}

  // Warns of what is found. The journal of this machine is no business of a capture's.
  void read(const Result<plan::JournalContent>& journal);

  const std::optional<UnfinishedRun>& unfinished() const { return unfinished_; }

  // What the server was like before everything that has not ended well yet.
  ObservedState before() const;
  // As it will be when others have back what was taken from them.
  ObservedState with_others_back() const;
  // Without settings that name replicas no new form of the directory is known.
  DesiredState wanted() const;
  plan::Plan owed(Owed part) const;

  // True: the run may go on. False: the report says how it has ended.
  bool bring_back(Owed part);
  // An error for each step that is still owed, unless the run only looks.
  bool is_still_down(Owed part);
  // A run that only looks shows first what another would bring back.
  void show_in_plan();

  // With --forget: nothing is owed from here on. Error: the journal cannot be written.
  Status forget();

  // The run ends in that state. Nothing counts as settled while anything is still down, or may be, as the journal could
  // not be read.
  void end(const std::string& state);

 private:
  void warn_of_next_boot(const ObservedState& seen);

  app::Context& context_;
  const Options& options_;
  Report& report_;
  ServerApply& server_apply_;
  std::optional<UnfinishedRun> unfinished_;
  bool past_is_known_ = true;  // by the journal
};

}  // namespace hanfs::server
