// SPDX-License-Identifier: Apache-2.0
// Nodes that apply owes a boot: those that a run has shut down, until they answer again.
#pragma once

#include <chrono>
#include <string>

#include "makehanfs/apply/work_journal.hpp"
#include "plan/journal.hpp"
#include "sys/clock.hpp"

namespace hanfs::cluster {

// A node that answers within this time after its shutdown may still be going down.
constexpr std::chrono::minutes time_to_stop{10};

// Each of them stands in the journal from before its shutdown until its answer, so that a later run finds those that
// this one cannot boot any more.
class ShutDownNodes {
 public:
  // `earlier`: by runs before this one. Nothing is written without a journal; with one, they are written into it first,
  // as it may be a new one. Journal and clock must outlive this.
  ShutDownNodes(plan::Journal* journal, const sys::Clock& clock, StoppedNodes earlier);

  // By this run; to be called before the command.
  void shut_down(const std::string& node, plan::Step step);
  // It has said something. `after_boot`: in a stage behind the boots of this run.
  void answered(const std::string& node, bool after_boot);
  // From here on it is this run that answers for it.
  void take_over(const std::string& node);

  bool is_down(const std::string& node) const;       // shut down by this run or an earlier one, and no answer since
  bool is_left_down(const std::string& node) const;  // by an earlier one, and not taken over

 private:
  bool may_still_go_down(const StoppedNode& node) const;
  void forget(StoppedNodes& nodes, StoppedNodes::iterator node);

  plan::Journal* journal_;
  const sys::Clock& clock_;
  StoppedNodes earlier_;
  StoppedNodes own_;
};

}  // namespace hanfs::cluster
