// SPDX-License-Identifier: Apache-2.0
// What one host printed, and what that means: its verdict line is believed, not the exit status of an engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/engine/output_reader.hpp"
#include "makehanfs/plan/plan.hpp"

namespace hanfs::cluster {

struct HostResult {
  enum class State {
    ok,         // it was as wanted already
    changed,    // it is now
    drift,      // it is not, and was not changed
    fail,       // its tool failed
    refused,    // its tool refused (usage, settings, not permitted)
    no_answer,  // no verdict: not reached, died, gave no answer in time
    done,       // an earlier run had done it (--resume)
    skipped,    // not tried; `problem` says why
  };

  std::string host;
  std::string domain;
  State state = State::skipped;
  std::string verdict;                // its verdict line; empty: none
  std::string problem;                // one line; empty where all went well
  std::vector<std::string> warnings;  // what its tool warned of, at most 20
  bool spoke = false;                 // it said something, so it is up
  bool no_tool = false;               // its tool is not there
  bool foreign = false;               // something else is in the place of its tool: it ended well, without a verdict
  bool never = false;                 // its tool did its work, but some NFSv4 file system of this node has no replica

  bool good() const { return state == State::ok || state == State::changed || state == State::done; }
};
const char* name_of(HostResult::State state);

// The verdict line of a hanfs tool ("HANFS tool=... status=..."): its status. skipped: it is no verdict line.
HostResult::State verdict_state(std::string_view line);

// What a host printed, as far as it matters.
struct HostOutput {
  std::string verdict;
  std::string error;  // the cause: the first "error: ..." that does not only tell what was taken back
  std::vector<std::string> warnings;
  std::string last_line;
  bool two_verdicts = false;
  std::string text;  // all of it, of a host that is only asked something
};

// All that came of one host.
struct HostReply {
  HostAnswer answer;
  HostOutput output;
};

// Takes a line of a host whose command ends with a verdict. `cut`: its rest is lost.
void read_line(HostOutput& output, std::string_view line, bool cut);
HostResult result_of(const Action& action, const HostReply& reply, long host_deadline);

}  // namespace hanfs::cluster
