// SPDX-License-Identifier: Apache-2.0
// What a bound on the cost of an input is measured in: the clock on the wall counts other programs too.
#pragma once
#include <ctime>

namespace hanfs {

// Processor time of this process, in seconds.
inline double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace hanfs
