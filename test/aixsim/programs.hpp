// SPDX-License-Identifier: Apache-2.0
// All that aixsim is, by its names: as a program, and as a library (with a Memory, core/outside.hpp).
#pragma once
#include "commands/command.hpp"

namespace aixsim {

int start(int argc, char** argv);
// `aixsim` itself, words without its name: {"-C", "/n", "fail", "203.0.113.15"}.
int control(Strings args);
const Known* find_command(const std::string& name);  // nullptr: no command of AIX or xCAT

}  // namespace aixsim
