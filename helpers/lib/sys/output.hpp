// SPDX-License-Identifier: Apache-2.0
// Writing to whatever a caller has put on stdout and stderr: a pipe that nobody reads, a terminal that was stopped, a
// full disk.
#pragma once

#include <string_view>

namespace hanfs::sys {

// Waits for the reader, and writes in pieces that a pipe takes without blocking. False: it could not be written, or a
// signal (SIGTERM, SIGINT, SIGHUP) came while it waited; after an earlier signal it waits no longer than 5 s for the
// reader. Whoever must end whatever happens has a watchdog too: a terminal may block all the same.
bool write_patiently(int fd, std::string_view text);

// The terminal behind a descriptor, opened anew: its own open file, so that writing to it never blocks and nobody else
// feels that. -1: there is none.
int open_terminal(int fd);

// What it takes at once; the rest is lost.
void write_if_ready(int fd, std::string_view text);

}  // namespace hanfs::sys
