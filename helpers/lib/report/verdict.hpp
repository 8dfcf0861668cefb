// SPDX-License-Identifier: Apache-2.0
// How a run ended, in the three forms in which it is told: exit status, last line of stdout, JSON.
#pragma once

#include <string>
#include <vector>

namespace hanfs::report {

// Exit statuses of setupnfsv4replication, setuphanfs and makehanfs (helpers/README.md "Exit statuses").
enum ExitStatus : int {
  exit_ok = 0,  // all is as wanted
  exit_not_as_wanted = 1,
  exit_usage = 2,         // usage or settings; nothing touched
  exit_not_observed = 3,  // could not observe; nothing touched
  exit_busy = 75,         // another run holds the lock
};

struct Verdict {
  std::string tool;
  std::string node;
  std::string status;  // ok, changed, drift, fail, refused
  std::size_t changed = 0;
  std::size_t failed = 0;
  std::size_t warnings = 0;
  // Of a node: "0.3s", "never", "none" (no NFSv4 mount), "unknown". Empty: not told.
  std::string failover;
  // Of a service node: "replicated", "as-before", "unsettled", "unknown". Empty: not told.
  std::string state;
  std::vector<std::string> commands;  // the commands that failed, without their folder: "netstat"

  // "HANFS tool=... status=ok changed=4 failed=0 warnings=1 failover=0.3s[ commands=netstat,no]": one line, words only,
  // no newline at its end. xCAT throws exit statuses away, so this is what a central script reads.
  std::string line() const;
};

// "0.3s", "15s", "1.25s"
std::string seconds_text(double seconds);

}  // namespace hanfs::report
