// SPDX-License-Identifier: Apache-2.0
// Nodes that apply owes a boot: those that a run has shut down, until they answer again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "makehanfs/apply/work_journal.hpp"
#include "plan/journal.hpp"
#include "sys/clock.hpp"

namespace hanfs::cluster {

// A node that answers within this time after its shutdown may still be going down.
constexpr std::chrono::minutes time_to_stop{10};
// One whose boot was begun less long ago may be coming up: another boot would be harm.
constexpr std::chrono::minutes time_to_boot{30};
// One that was shut down longer ago may be off for another reason by now.
constexpr std::chrono::hours time_to_remember{24};

// Each of them stands in the journal from before its shutdown until its answer, so that a later run finds those that
// this one cannot boot any more.
class ShutDownNodes {
 public:
  // `earlier`: by runs before this one. Nothing is written without a journal; with one, they are begun in it anew, as a
  // run can only end what it began. Journal and clock must outlive this.
  ShutDownNodes(plan::Journal* journal, const sys::Clock& clock, StoppedNodes earlier);

  // By this run; to be called before the command. Error: the journal cannot be written, so it must not go down.
  Status shut_down(const std::string& node, plan::Step step);
  // The remote shell says that nobody is there: whoever answers now has booted.
  void seen_down(const std::string& node) { going_down_.erase(node); }
  // It has said something. `after_boot`: in a stage behind the boots of this run. Whether it has come up from a boot.
  bool answered(const std::string& node, bool after_boot);
  // From here on it is this run that answers for it.
  void take_over(const std::string& node);
  // Of those: a boot of them begins now, or none has begun after all.
  void boots(const std::vector<std::string>& nodes, bool begun);

  bool is_down(const std::string& node) const;  // shut down by this run or an earlier one, and no answer since
  // Shut down by this run, not seen down since, and within the time that it has for it.
  bool may_be_going_down(const std::string& node) const;
  // Shut down by this run, and seen down since; or an earlier one has done it.
  bool went_down(const std::string& node) const { return is_down(node) && going_down_.count(node) == 0; }
  // By an earlier one, no longer ago than somebody who switched it off since would be surprised, and not taken over.
  bool is_left_down(const std::string& node) const;
  // How long one of these may still take that an earlier run has begun to boot; zero: it is not coming up.
  std::chrono::seconds time_to_come_up(const std::string& node) const;

  // Those that this run answers for.
  std::vector<std::string> owed() const;

  // Of earlier runs, what is still owed: in sorted lists, with the time of the first shutdown.
  struct Left {
    std::vector<std::string> silent;    // no answer to this run
    std::vector<std::string> booting;   // neither, but they may be coming up
    std::vector<std::string> answered;  // an answer, but so soon that they may still be going down
    std::vector<std::string> long_ago;  // nothing is done for them any more
    std::string since;
  };
  // `asked`: whether this run is about them. Others are `silent` too.
  Left left(const std::function<bool(const std::string& node)>& asked) const;

 private:
  // Seconds since then; nullopt: not known, or in the future, by a clock that was wrong.
  std::optional<std::int64_t> age(const std::string& time) const;
  void forget(StoppedNodes& nodes, StoppedNodes::iterator node);

  plan::Journal* journal_;
  const sys::Clock& clock_;
  StoppedNodes earlier_;
  std::set<std::string> answered_early_;
  StoppedNodes own_;
  std::map<std::string, sys::Deadline> going_down_;  // of `own_`, those that were not seen down
};

}  // namespace hanfs::cluster
