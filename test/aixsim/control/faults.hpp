// SPDX-License-Identifier: Apache-2.0
// Fault rules. Each names the calls that it breaks (a glob over the command line; every match or the n-th) and how.
#pragma once
#include "commands/command.hpp"

namespace aixsim {

struct Fault {
  std::string id, glob, kind;
  std::map<std::string, std::string> values;

  std::string value(const std::string& key, const std::string& fallback) const;
  long number(const std::string& key, long fallback) const;
  long wait() const;  // milliseconds before the command begins its work
};

Strings fault_kinds();

// The first rule that fires for this call; counts the call for every rule that matches.
bool fault_for(const Node& node, const std::string& words, Fault* fault);
// Runs the command under the fault (who calls has waited), prints, logs and returns the exit status.
int run_with_fault(const Fault& fault, Command command, Call& call, const std::string& id);
int control_fault(Node& node, const Strings& args);

}  // namespace aixsim
