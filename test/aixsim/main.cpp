// SPDX-License-Identifier: Apache-2.0
// aixsim: one program behind the names of AIX commands, and the control program of a simulated node.
#include "programs.hpp"

int main(int argc, char** argv) { return aixsim::start(argc, argv); }
