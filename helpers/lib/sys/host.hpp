// SPDX-License-Identifier: Apache-2.0
// Who we are and what our parent told us.
#pragma once

#include <string>

namespace hanfs::sys {

// $NODE where xCAT set it, else the host name without its domain. Never asks a name server.
std::string node_name();

// The value of a variable of our environment; empty where it is not set, because xCAT exports absent values as empty.
std::string environment(const std::string& name);

}  // namespace hanfs::sys
