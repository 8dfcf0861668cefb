// SPDX-License-Identifier: Apache-2.0
#include "sys/sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace hanfs::sys {
namespace {

constexpr unsigned first_privileged = 665;
constexpr unsigned privileged_ports = 1024 - first_privileged;

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t length = 0;  // 0: it is no address
};

SocketAddress socket_address(const std::string& address, unsigned port) {
  SocketAddress made;
  const auto network_port = htons(static_cast<std::uint16_t>(port));
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = network_port;
    made.length = sizeof v4;
    std::memcpy(&made.bytes, &v4, sizeof v4);
  } else if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = network_port;
    made.length = sizeof v6;
    std::memcpy(&made.bytes, &v6, sizeof v6);
  }
  return made;
}

// Any address of the same family.
SocketAddress any_address(const std::string& address, unsigned port) {
  return socket_address(address.find(':') == std::string::npos ? "0.0.0.0" : "::", port);
}

const sockaddr* generic(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.bytes);  // NOLINT: what the socket calls are made for
}

}  // namespace

Result<std::vector<std::string>> addresses_of(const std::string& name) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;  // else each address comes once for every kind of socket
  addrinfo* first = nullptr;
  const int failed = ::getaddrinfo(name.c_str(), nullptr, &wanted, &first);
  if (failed != 0) return Error{failed == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(failed)};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(first, ::freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    char text[64] = {};
    if (::getnameinfo(entry->ai_addr, static_cast<socklen_t>(entry->ai_addrlen), text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) != 0)
      continue;
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end()) addresses.emplace_back(text);
  }
  if (addresses.empty()) return Error{"it has no address"};
  return addresses;
}

int open_tcp_socket(const std::string& address) {
  const SocketAddress there = socket_address(address, 0);
  if (there.length == 0) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  const int fd = ::socket(there.bytes.ss_family, SOCK_STREAM, 0);
  if (fd == -1) return -1;
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  const int flags = ::fcntl(fd, F_GETFL);
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  return fd;
}

bool take_privileged_port(int fd, const std::string& address) {
  const auto start = static_cast<unsigned>(::getpid());
  for (unsigned i = 0; i < privileged_ports; ++i) {
    const SocketAddress here = any_address(address, first_privileged + (start + i) % privileged_ports);
    if (::bind(fd, generic(here), here.length) == 0) return true;
    if (errno != EADDRINUSE) return false;
  }
  return false;
}

int begin_connecting(int fd, const std::string& address, unsigned port) {
  const SocketAddress there = socket_address(address, port);
  if (there.length == 0) return EAFNOSUPPORT;
  if (::connect(fd, generic(there), there.length) == 0) return 0;
  // Interrupted by a signal, it goes on all the same (POSIX).
  return errno == EINPROGRESS || errno == EINTR ? 0 : errno;
}

int connecting_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

std::string peek(int fd, std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), MSG_PEEK);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

short wait_for_events(int fd, short events, std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + time;
  while (true) {
    // Rounded up: with a time that is cut off, the last millisecond would be a busy loop.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    pollfd there{fd, events, 0};
    const int ready = ::poll(&there, 1, static_cast<int>(std::max<long long>(left.count(), 0)));
    if (ready == 1) return there.revents;
    if (ready == 0 || errno != EINTR) return 0;
  }
}

}  // namespace hanfs::sys
