// SPDX-License-Identifier: Apache-2.0
// Is what a run says about itself so?
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "machine.hpp"
#include "truth.hpp"

namespace hanfs::worlds {

// One run, with the truth before and after it.
struct RunFacts {
  const World& world;
  const Words& options;
  const std::vector<Event>& events;
  const Truth& before;
  const Truth& after;
  aixsim::Node node;
  const RunResult& result;
  bool has_faults = false;

  // Nobody but the run changed anything, and every command told the truth.
  bool is_quiet() const { return events.empty() && !has_faults; }
  bool has_option(const std::string& head) const;
};

using Say = std::function<void(const char* kind, const std::string& what)>;

// Words of the verdict: status, changed, failed, ...; empty where there is none.
std::map<std::string, std::string> verdict_of(const RunResult& result);
void check_verdict(const RunFacts& facts, const Say& say);

}  // namespace hanfs::worlds
