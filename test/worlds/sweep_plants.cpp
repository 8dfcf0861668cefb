// SPDX-License-Identifier: Apache-2.0
// One lie about a swept world for each finding of check_struck().
#include <cstdio>
#include <functional>

#include "sweep.hpp"

namespace hanfs::worlds {
namespace {

struct Lie {
  const char* machine;
  Words command;  // which fails: without the lie nothing is found
  const char* kind;
  std::function<void(WorldResult&)> tell;
};

void change(std::string& text, const std::string& what, const std::string& into) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + into.size()))
    text.replace(at, what.size(), into);
}

std::vector<Lie> all_lies() {
  const Words set = {"nfs4cl", "setfsoptions", "/usr", "timeo=1"}, make = {"chnfs", "-R", "on"};
  return {
      {"diskless", set, "no-answer", [](WorldResult& told) { told.runs[0].end = RunResult::End::stuck; }},
      {"diskless", set, "exit-status", [](WorldResult& told) { told.runs[0].status = 75; }},
      {"diskless", set, "false-ok", [](WorldResult& told) { told.runs[0].status = 0; }},
      {"diskless", set, "touched", [](WorldResult& told) { told.runs[0].status = 3; }},
      {"diskless", set, "not-named",
       [](WorldResult& told) {
         change(told.runs[0].out, "nfs4cl", "something");
         change(told.runs[0].err, "nfs4cl", "something");
       }},
      {"diskless", set, "not-journalled", [](WorldResult& told) { told.runs[0].journal.clear(); }},
      {"diskless", set, "not-done",
       [](WorldResult& told) { told.truths[0].parts["filesystem /.statelite/persistent timeo"] = "100"; }},
      {"diskless", set, "not-done", [](WorldResult& told) { told.truths[0].parts["route default x"] = "cost=0"; }},
      {"diskless", set, "not-done", [](WorldResult& told) { told.truths[0].parts["tunable x"] = "1"; }},
      {"diskless", set, "not-healed", [](WorldResult& told) { told.runs[1].status = 1; }},
      {"diskless", set, "not-healed", [](WorldResult& told) { told.truths[1].parts["filesystem /usr timeo"] = "100"; }},
      {"diskless", set, "not-quiet",
       [](WorldResult& told) { told.runs[2].calls.push_back({"/usr/sbin/route", "-n", "flush"}); }},
      {"children", make, "state-untrue",
       [](WorldResult& told) { change(told.runs[0].err, "state=as-before", "state=replicated"); }},
      {"children", make, "state-untrue", [](WorldResult& told) { told.truths[0].parts["export /else vers=4"] = "ro"; }},
      {"children", make, "all-at-once",
       [](WorldResult& told) { told.runs[0].calls.push_back({"/usr/sbin/exportfs", "-ua"}); }},
      {"children", make, "half-a-file",
       [](WorldResult& told) { told.truths[0].parts["file /etc/exports"] = "/install"; }},
      {"children", make, "daemon-down", [](WorldResult& told) { told.truths[0].parts["daemon nfsd"] = "inoperative"; }},
  };
}

}  // namespace

int find_lies() {
  int missed = 0;
  for (const Lie& lie : all_lies()) {
    const auto findings = [&](bool lies) {
      WorldResult told = play_struck(lie.machine, lie.command, {"exit"}, lies ? lie.tell : nullptr);
      return told.count(lie.kind);
    };
    const bool found = findings(false) == 0 && findings(true) != 0;
    missed += found ? 0 : 1;
    std::printf("sweep %s %s\n", lie.kind, found ? "found" : "NOT FOUND");
  }
  return missed == 0 ? 0 : 1;
}

}  // namespace hanfs::worlds
