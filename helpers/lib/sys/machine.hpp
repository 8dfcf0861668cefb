// SPDX-License-Identifier: Apache-2.0
// Does this machine's C library do what is taken for granted elsewhere? Each looks by doing it, and says in words what
// is not as expected; empty: all is. Used by --self-test alone.
#pragma once

#include <string>

namespace hanfs::sys {

// The bytes of a number lie in the order that the compiler reports, and the network's order puts the highest first.
std::string wrong_with_byte_order();

// Seconds after 2038 are a time, which they are not where time_t has 32 bits.
std::string wrong_with_time();

// poll() of a pipe, as everything that reads from a child relies on it: nothing is there while it is empty, something
// is after a write and, whatever poll calls it, after its writer left, when read() says the end (lib/run/README.md
// "Unknown until tried on AIX").
std::string wrong_with_pipes();

// open_cloexec() marks what it opens.
std::string wrong_with_close_on_exec();

}  // namespace hanfs::sys
