// SPDX-License-Identifier: Apache-2.0
// One run: observe -> plan -> apply -> verify -> report.
#pragma once

#include <string>

#include "setupnfsv4replication/options.hpp"

namespace hanfs::node {

// Prints the report and the verdict line and returns the exit status (design section 4).
int run_session(const Options& options);

// Usage and settings errors: the line on stderr, the verdict on stdout, status 2.
int refuse(const std::string& reason);

// Does this program work on this machine? (Exceptions in a binary with its own libstdc++, starting a child.)
int self_test();

}  // namespace hanfs::node
