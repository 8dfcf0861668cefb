// SPDX-License-Identifier: Apache-2.0
// Engine calls for questions: one command for some hosts each.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/engine/output_reader.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// One command for some hosts.
struct FanoutRequest {
  std::vector<std::string> hosts;
  std::vector<std::string> argv;
  // Where it is set: run on the same hosts when a signal comes while they are at work, so that they end early; they are
  // waited for then, as with never_kill.
  std::vector<std::string> on_signal = {};
};

struct FanoutResult {
  std::vector<HostAnswer> hosts;  // in the order of the question
  std::vector<std::string> problems;
  std::vector<std::string> warnings;  // lines of nobody
  bool worked = false;                // the engine did something for at least one host (or there was none to ask)
  bool untouched = true;              // surely none of the hosts was reached
  // An engine call failed by itself, with words of nobody, before a host can have been given up: hosts of which it says
  // nothing may have answered well (xdsh's client dies of a control character, lib/xcat/README.md "updatenode, xdsh,
  // prsync").
  bool broke_off = false;

  // Why hosts of which it says nothing may not have been asked at all: it has failed, or printed something that belongs
  // to none of them. Empty: all were.
  std::string failure() const;
};

struct FanoutOptions {
  std::size_t at_once = 1;  // engine calls side by side; each has the engine's own fan-out
  bool never_kill = false;  // a signal to us waits for what the engine has in its hands
  // How long a call that starts now may take at most; 0 or less: none is started any more.
  std::function<std::chrono::milliseconds()> time_left;
  // Where it is set: false keeps a question back, with those after it, until the next call has ended. One that is never
  // wanted is not asked, which is no problem.
  std::function<bool(std::size_t request)> is_wanted = nullptr;
  std::function<void(std::size_t request, std::size_t host, std::string_view line, bool cut)> on_line;
};

// One engine call for each question; more, one after the other, only where the names are too many for one argument
// list. No host is asked twice, whatever the engine says: what it ran may have changed something. Answers in the order
// of the questions.
std::vector<FanoutResult> fan_out(run::Runner& runner, const Engine& engine, const std::vector<FanoutRequest>& requests,
                                  const FanoutOptions& options);

// One question, and what each host printed: no more lines once it has `longest` bytes.
struct PrintedAnswer {
  FanoutResult asked;
  std::vector<std::string> printed;  // beside its hosts
};
PrintedAnswer ask_for_text(run::Runner& runner, const Engine& engine, const FanoutRequest& request, std::size_t longest,
                           const std::function<std::chrono::milliseconds()>& time_left);

}  // namespace hanfs::cluster
