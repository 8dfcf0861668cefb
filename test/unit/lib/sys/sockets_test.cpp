// SPDX-License-Identifier: Apache-2.0
#include "sys/sockets.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hanfs::sys {
namespace {

using std::chrono::milliseconds;

// On a free port of 127.0.0.1.
struct Listener {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  unsigned port = 0;

  Listener() {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    socklen_t length = sizeof here;
    REQUIRE(::bind(fd, address, length) == 0);
    REQUIRE(::listen(fd, 1) == 0);
    REQUIRE(::getsockname(fd, address, &length) == 0);
    port = ntohs(here.sin_port);
  }
  ~Listener() { ::close(fd); }
};

TEST_CASE("sockets: addresses of an address and of a name") {
  const auto own = addresses_of("127.0.0.1");
  REQUIRE(own);
  CHECK(*own == std::vector<std::string>{"127.0.0.1"});
  const auto named = addresses_of("localhost");
  REQUIRE(named);
  CHECK(std::count(named->begin(), named->end(), "127.0.0.1") + std::count(named->begin(), named->end(), "::1") > 0);
  for (const std::string& address : *named) CHECK(std::count(named->begin(), named->end(), address) == 1);
}

TEST_CASE("sockets: connect, peek, and the other's end") {
  const Listener listener;
  const int fd = open_tcp_socket("127.0.0.1");
  REQUIRE(fd != -1);
  CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  REQUIRE(begin_connecting(fd, "127.0.0.1", listener.port) == 0);
  CHECK((wait_for_events(fd, POLLOUT, milliseconds(5000)) & POLLOUT) != 0);
  CHECK(connecting_error(fd) == 0);
  CHECK(wait_for_events(fd, POLLIN, milliseconds(20)) == 0);
  CHECK(peek(fd, 4).empty());
  const int other = ::accept(listener.fd, nullptr, nullptr);
  REQUIRE(::write(other, "hello", 5) == 5);
  CHECK((wait_for_events(fd, POLLIN, milliseconds(5000)) & POLLIN) != 0);
  CHECK(peek(fd, 4) == "hell");
  CHECK(peek(fd, 99) == "hello");
  ::close(other);
  ::close(fd);
}

TEST_CASE("sockets: nobody listens") {
  unsigned port = 0;
  {
    port = Listener().port;
  }
  const int fd = open_tcp_socket("127.0.0.1");
  int error = begin_connecting(fd, "127.0.0.1", port);
  if (error == 0) {
    wait_for_events(fd, POLLOUT, milliseconds(5000));
    error = connecting_error(fd);
  }
  CHECK(error == ECONNREFUSED);
  ::close(fd);
}

TEST_CASE("sockets: what is no address") {
  CHECK(open_tcp_socket("localhost") == -1);
  CHECK(errno == EAFNOSUPPORT);
  CHECK(begin_connecting(0, "10.1", 1) == EAFNOSUPPORT);
}

TEST_CASE("sockets: a privileged port, or the reason why there is none") {
  const int fd = open_tcp_socket("127.0.0.1");
  if (!take_privileged_port(fd, "127.0.0.1")) {
    CHECK((errno == EACCES || errno == EPERM));
  } else {
    sockaddr_in here{};
    socklen_t length = sizeof here;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &length) == 0);
    CHECK(ntohs(here.sin_port) >= 665);
    CHECK(ntohs(here.sin_port) < 1024);
  }
  ::close(fd);
}

}  // namespace
}  // namespace hanfs::sys
