// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "app/system.hpp"

namespace hanfs::app {

// Does this program work on this machine? Prints one line, which names all that is not as expected; exit status 0 or 1.
// The postscript asks before it trusts the program, and tunes in plain sh where the answer is no. `of_program`: what
// only this program needs, in words; empty: all is well.
int self_test(System& system, const std::string& tool, const std::function<std::string()>& of_program = nullptr);

}  // namespace hanfs::app
