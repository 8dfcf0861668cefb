// SPDX-License-Identifier: Apache-2.0
// One look at a path on an NFSv4.0 server, with libnfs (LGPL 2.1): no mount, and root is not needed. The only room file
// that uses libnfs; a build without it has without_libnfs.cpp instead.
//
// Only in a child process (run/isolated.hpp), for two reasons. libnfs 4.0.0 decodes arrays into memory of count * size
// bytes, cut to 32 bits, and fills `count` elements whatever was received (libnfs_zdr_array, seen in its machine code
// and in test/wire): a server, or whoever sits at its address, can write beyond that memory, and root runs this. And
// the names of servers are asked of name servers, which nothing bounds. The attributes come undecoded from libnfs:
// attributes.hpp.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "checkhanfs/wire/answer.hpp"
#include "sys/clock.hpp"

namespace hanfs::check {

struct Question {
  std::string server;                // address or name
  std::string path;                  // absolute
  std::chrono::milliseconds time{};  // for all of it: name, connection, answer
};

constexpr unsigned nfs_port = 2049;  // RFC 7530, section 2.1

// False: this program was built without libnfs.
bool can_look();

// `so_far`: called with what the look would be if it ended there, as it comes on.
// Blocks no longer than the time of the question, but for the name, and crashes if the server can make it. The
// process is another user's afterwards, if it was root's. Where root's ordinary port was refused, a privileged one is
// tried.
Look look_at(const Question& question, const sys::Clock& clock, const std::function<void(const Look&)>& so_far);

}  // namespace hanfs::check
