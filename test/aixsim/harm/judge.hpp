// SPDX-License-Identifier: Apache-2.0
// The oracle of harm: what a command has made worse, by the truth before and after it.
#pragma once
#include "commands/command.hpp"

namespace aixsim {

// Runs the command, records what harm it did, and returns its exit status.
int judged(Command command, Call& call);
// The same of files that are written without a command: against what they were when they were looked at last.
void judge_files(const Node& node);
// What is in the files now was written by somebody else, and is not judged.
void accept_files(const Node& node);

}  // namespace aixsim
