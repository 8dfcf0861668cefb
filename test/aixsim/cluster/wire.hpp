// SPDX-License-Identifier: Apache-2.0
// checkhanfs servers on a simulated host. There is no NFS on a wire here, so this answers in its place, out of what the
// simulated servers export; the program itself is tried on real servers by test/wire.
#pragma once
#include "cluster/hosts.hpp"

namespace aixsim {

// The object that `checkhanfs servers ADDRESS... --path=DIR --json` prints, as far as makehanfs reads it. Empty: this
// command line, without what stands behind it, is none.
std::string wire_answer(const Hosts& hosts, const std::string& command);

}  // namespace aixsim
