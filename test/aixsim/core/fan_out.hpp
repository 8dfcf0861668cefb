// SPDX-License-Identifier: Apache-2.0
// Many child processes at once, a bounded number of them side by side.
#pragma once
#include <functional>
#include <vector>

#include "core/text.hpp"

namespace aixsim {

struct Job {
  std::string name;
  std::function<void()> run;  // in the child; its exit status is the job's, or 0 when it returns
};

struct Finished {
  std::string name, out, err;
  int status = 0;  // 128 + signal when killed
  bool timed_out = false;
};

// Calls `done` for each job as soon as it ends. `timeout`: when no job has said anything for so many seconds, the
// process groups of all that run are killed; 0: never. `tick`, if any, is called at least once a second.
void fan_out(const std::vector<Job>& jobs, long width, long timeout, const std::function<void(const Finished&)>& done,
             const std::function<void()>& tick = nullptr);

// Each line with "name: " in front; a last line without its end gets one.
std::string prefixed(const std::string& name, const std::string& text);

}  // namespace aixsim
