// SPDX-License-Identifier: Apache-2.0
// `ping -n -c 1 -w 2 ADDRESS`. Format: lib/aix/README.md "ping".
#pragma once

#include <string_view>

namespace hanfs::aix {

// The address itself answered. Its exit status is not documented.
bool answered_ping(std::string_view text, std::string_view address);

}  // namespace hanfs::aix
