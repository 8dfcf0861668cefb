// SPDX-License-Identifier: Apache-2.0
// TCP sockets of a client, and the addresses of a name. Addresses are numeric: "10.0.0.1", "2001:db8::1".
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "result.hpp"

namespace hanfs::sys {

// All addresses of a name, each once, in the order of the system's name services; of an address itself. Asks name
// servers, and nothing bounds that: only in a child process (run/isolated.hpp).
// Error: the reason, without the name.
Result<std::vector<std::string>> addresses_of(const std::string& name);

// A socket for connections to `address` that does not block, close-on-exec. -1: errno says why.
int open_tcp_socket(const std::string& address);

// Gives it a source port below 1024 (665 to 1023, where NFS clients take theirs), the first free one from one that
// differs from process to process. False: none is free, or the process may not (errno).
bool take_privileged_port(int fd, const std::string& address);

// Begins to connect. 0: connected or under way, which the socket becoming writable ends; otherwise an errno.
int begin_connecting(int fd, const std::string& address, unsigned port);
// What became of it once the socket is writable: 0, or an errno.
int connecting_error(int fd);

// The first bytes that wait to be read, up to `most`; they stay there. Empty: none, the end, or an error.
std::string peek(int fd, std::size_t most);

// poll(2) of one descriptor, past signals. 0: the time has passed.
short wait_for_events(int fd, short events, std::chrono::milliseconds time);

}  // namespace hanfs::sys
