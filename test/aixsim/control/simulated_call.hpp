// SPDX-License-Identifier: Apache-2.0
// One call of a simulated command, in two parts: it begins, some time passes, it works and ends.
#pragma once
#include "control/faults.hpp"

namespace aixsim {

class SimulatedCall {
 public:
  // Begins: logs it and chooses its fault. `args`: without the name.
  SimulatedCall(const Node& node, const Known& known, const std::string& program, const Strings& args);
  SimulatedCall(const SimulatedCall&) = delete;
  SimulatedCall& operator=(const SimulatedCall&) = delete;

  long wait() const { return wait_; }  // milliseconds between begin and end
  // Works, says what it prints and returns the exit status; or never ends (hang() and die_of() of core/outside.hpp).
  int finish();

 private:
  Node node_;
  const Known& known_;
  Call call_;
  Fault fault_;
  bool faulty_ = false;
  std::string id_;
  long wait_ = 0;
};

}  // namespace aixsim
