// SPDX-License-Identifier: Apache-2.0
// The run of an apply: its stages one after the other, what is known of each domain meanwhile, and what it did. In
// three files: the stages and the work (apply.cpp), what has to hold before (dispatcher_guards.cpp), and the shutdown
// and the boot of nodes (dispatcher_boots.cpp).
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "makehanfs/apply/apply.hpp"
#include "makehanfs/apply/guards.hpp"
#include "makehanfs/apply/shut_down_nodes.hpp"

namespace hanfs::cluster {

// What is known of a domain while its stages run.
struct DomainProgress {
  bool begun = false;    // a server was changed, or its nodes were shut down: it is finished whatever happens elsewhere
  bool stopped = false;  // its nodes were shut down
  std::set<std::string> were_up;                // nodes that answered before they were shut down
  std::map<std::string, std::string> unserved;  // of the servers that nodes boot from, those that do not serve, and why
  std::set<std::string> seen_idle;              // of those, the ones of which that is known
  std::set<std::string> gone;                   // of those, the ones that are known to be down
  std::set<std::string> up, down;               // nodes that answer right before the boot, or are known to be down
  std::map<std::string, std::string> unasked;   // nodes of which nobody could ask that, and why
  std::map<std::string, std::string> waiting;   // nodes that are not booted, as their server does not serve; and which
  std::set<std::string> left_down;              // of those, the ones that an earlier run has shut down
  bool looked = false;                          // its servers were asked whether there is anything to do
  bool needed = false;                          // for one of them there is
  std::string broken;                           // why it is not continued; empty: it is
  bool failed = false;                          // a server of it, or nodes that were shut down do not come up again
};

class Dispatcher {
 public:
  Dispatcher(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages, plan::Journal& journal,
             sys::Clock& clock, const ApplyOptions& options)
      : runner_(runner),
        engine_(engine),
        stages_(stages),
        journal_(journal),
        clock_(clock),
        options_(options),
        shut_down_nodes_(options.check_only ? nullptr : &journal, clock, options.stopped),
        overtime_(std::chrono::seconds(engine.host_deadline)) {}

  Applied run();

 private:
  using State = HostResult::State;

  static constexpr std::chrono::seconds poll_delay{15};
  static constexpr std::chrono::minutes time_to_answer{1};  // a question that an engine has lost is asked again so long

  // What a host has to do in a stage, and how it went.
  struct Work {
    const Action* action = nullptr;  // none: it was done before, or there is nothing to do
    HostResult* result = nullptr;
  };
  // Nodes that boot together.
  struct Booting {
    Action command;   // rnetboot
    Action question;  // whether they are up, of those that are not up yet
    std::vector<std::string> nodes = {};
    std::string failure = {};  // of the last rnetboot; empty: it did its work
    std::string first_failure = {};
    std::vector<std::string> not_begun = {};  // to boot, by that rnetboot
    int tries = 0;
    std::optional<sys::Clock::TimePoint> began = {};  // the first of these boots, or that of an earlier run
    std::optional<sys::Deadline> end = {};            // until then they are waited for
    std::optional<sys::Deadline> next = {};           // then those that no boot was begun of are booted

    bool is_open() const { return !question.hosts.empty() && end; }
  };
  using IsWaitedFor = std::function<bool(const Booting&)>;
  // An action that is handed out to some of its hosts, and what came of it.
  struct Question {
    const Action* action = nullptr;
    std::vector<std::string> hosts;
    std::vector<HostReply> replies = {};     // beside them
    std::vector<std::string> problems = {};  // of the engine
    std::string failure = {};                // why hosts of which it says nothing may not have been asked
  };

  // Why something is not handed out.
  std::string stopped();
  std::size_t failure_limit() const { return std::max<std::size_t>(1, options_.failure_limit); }
  std::string limit_reached();
  std::string objection_to(const Action& action);
  bool servers_are_as_wanted(const std::string& domain) const;
  void refuse(const Action& action, const std::string& why, const std::string& remedy);
  void note_failure(const std::string& domain);

  // The engine.
  void ask(std::vector<Question>& questions, const sys::Deadline* late = nullptr);
  static void keep(const std::vector<std::string>& more, std::vector<std::string>& all);
  Objection ask_until_well(const Action& action, std::chrono::milliseconds patience);

  // Stages, and the work with its checks.
  void run_stage(std::size_t index);
  void run_turns(const Stage& stage);
  void run_turn(const std::vector<Action>& turn);
  void tune(Stage rest);
  void known();
  void look(const std::vector<Action>& turn);
  void take_look(Work& work);
  std::vector<std::string> hosts_to_try(const Action& action);
  std::vector<std::string> hosts_to_check(const Action& check);
  void work(const std::vector<Action>& turn);
  void take(const Action& action, const HostReply& reply);
  void take_check(const Work& work, const HostAnswer& answer, const HostResult& check);
  static std::string not_as_wanted(const HostResult& server);
  void conclude(const Work& work);

  // What has to hold before.
  void guard_power(const Action& action);
  bool guards_something(const Action& action);
  void guard(const std::vector<Action>& turn);
  void take_guests(const Action& action, const Guests& guests);
  static Objection objection_with_problems(const Question& question);
  std::string remedy_of(const Action& action, const Objection& objection) const;
  bool any_is_home(const std::vector<std::string>& servers) const;
  std::string homes_of(const std::vector<std::string>& nodes) const;
  void guard_silence(const Action& action);
  bool any_is_booting(const Action& action);
  bool shuts_down(const std::string& domain) const;

  // The shutdown and the boot of nodes.
  run::Outcome run_here(const Action& action);
  void boot_nodes(const Stage& stage);
  void look_for_servers(const Stage& stage);
  bool is_served(const DomainProgress& domain, const std::string& server);
  bool any_waits_for_more(const DomainProgress& domain) const;
  void boot_parts(const Stage& stage);
  void boot_those_that_wait(const Stage& stage);
  Stage part_that_is_served(const Stage& stage);
  bool any_left_down(const std::string& domain) const;
  void wait_for_first_boot(const Stage& stage);
  bool would_shut_down(const Stage& stage);
  void stop_nodes(const std::vector<Action>& turn);
  std::string what_shutdown_said(const std::vector<std::string>& nodes) const;
  bool are_in_journal(const Action& action, const std::vector<std::string>& nodes);
  void name_those_left_down();
  void wait_for_nodes(const Action& question, bool more_follow);
  void look_after(Booting& part);
  bool is_of_earlier_runs(const Booting& part) const;
  bool may_follow(const Booting& part) const;
  bool keeps_others(const Booting& part) const;
  bool look_after_stragglers(const IsWaitedFor& is_waited_for);
  void wait_for_stragglers(const IsWaitedFor& is_waited_for);
  void conclude_boot(const Booting& part);
  void report_not_up(const Booting& part);
  std::vector<std::string> without_refusing(const std::vector<std::string>& nodes);
  void look_who_is_up(const Action& action);
  bool is_to_be_asked_again(DomainProgress& domain, const HostReply& reply, const std::string& failure,
                            bool goes_on_failing) const;
  void leave_up(const Action& action, const std::vector<std::string>& nodes);
  void boot(const Action& action);
  void await(const Action& action, const std::vector<std::string>& nodes, std::vector<std::string> bootable);
  run::Outcome netboot(Booting& part, const std::vector<std::string>& nodes);
  void boot_late(const Booting& part, const run::Outcome& outcome);
  void note_those_of_earlier_runs(const Booting& part);
  void owe(const std::string& domain, const std::vector<std::string>& nodes);
  void report_unserved(const std::string& domain, const std::string& server, const std::vector<std::string>& nodes);

  run::Runner& runner_;
  const Engine& engine_;
  const std::vector<Stage>& stages_;
  plan::Journal& journal_;
  sys::Clock& clock_;
  const ApplyOptions& options_;
  const Stage* stage_ = nullptr;                 // the present one
  std::unordered_map<std::string, Work> works_;  // of the present stage, by host
  std::map<std::string, DomainProgress> domains_;
  std::map<std::string, HostResult> looked_;  // by host
  std::optional<Booting> booting_;            // the part that was booted last, and is not waited for yet
  std::vector<Booting> awaited_;              // nodes that an earlier run has begun to boot; nobody waits for them yet
  std::vector<Booting> stragglers_;           // parts that are not concluded, also of stages before
  std::optional<sys::Clock::TimePoint::duration> longest_boot_;  // of a node that came up
  ShutDownNodes shut_down_nodes_;
  std::set<std::string> refusing_;                    // nodes that refused the connection when they were asked last
  std::map<std::string, std::string> shutdown_said_;  // by node; empty: nothing wrong
  std::set<std::string> only_checked_;                // servers of domains that are not begun
  std::set<std::string> worked_on_;                   // servers that were given something to do
  std::set<std::string> failed_servers_;              // whose work did not end well
  std::chrono::milliseconds overtime_;  // left after a signal or the deadline for boots, and to ask who is up
  std::size_t failures_ = 0;
  std::string stopped_;
  bool limit_reported_ = false;
  bool touched_ = false;  // a host may have been reached
  bool heard_ = false;    // of one, the engine said something
  Applied applied_;
};

}  // namespace hanfs::cluster
