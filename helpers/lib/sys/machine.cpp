// SPDX-License-Identifier: Apache-2.0
#include "sys/machine.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "sys/descriptor.hpp"
#include "sys/fds.hpp"

namespace hanfs::sys {
namespace {

constexpr int wait_ms = 1000;  // for what has happened already

// The events of a pipe; -1: poll failed.
int events_of(int fd, int milliseconds) {
  struct pollfd asked{fd, POLLIN, 0};
  int answer = -1;
  do {
    answer = ::poll(&asked, 1, milliseconds);
  } while (answer == -1 && errno == EINTR);
  return answer == -1 ? -1 : asked.revents;
}

}  // namespace

std::string wrong_with_byte_order() {
  const std::uint32_t number = 0x01020304U;
  std::array<unsigned char, 4> bytes{};
  std::memcpy(bytes.data(), &number, bytes.size());
  const bool big = bytes == std::array<unsigned char, 4>{1, 2, 3, 4};
  if (!big && bytes != std::array<unsigned char, 4>{4, 3, 2, 1})
    return "bytes of a number are neither forward nor backward";
  if (big != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)) return "the compiler was wrong about the order of bytes";
  if ((htonl(number) == number) != big) return "htonl does not give the order of the network";
  return "";
}

std::string wrong_with_time() {
  const std::int64_t year_2100 = 4102444800;
  const auto seconds = static_cast<std::time_t>(year_2100);
  if (static_cast<std::int64_t>(seconds) != year_2100) return "time_t ends in 2038";
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr || parts.tm_year != 200 || parts.tm_yday != 0)
    return "gmtime_r does not know the year 2100";
  return "";
}

std::string wrong_with_pipes() {
  int ends[2];
  if (!open_pipe(ends)) return "no pipe: " + std::string(std::strerror(errno));
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  char byte = 'x';
  if (events_of(reader.get(), 0) != 0) return "poll sees something in an empty pipe";
  if (::read(reader.get(), &byte, 1) != -1 || (errno != EAGAIN && errno != EWOULDBLOCK))
    return "an empty pipe is not read as one";
  if (!write_all(writer.get(), "x") || events_of(reader.get(), wait_ms) <= 0)
    return "poll does not see what is in a pipe";
  if (read_some(reader.get(), &byte, 1) != 1) return "what is in a pipe cannot be read";
  writer.reset();
  if (events_of(reader.get(), wait_ms) <= 0) return "poll does not see that a pipe's writer left";
  if (read_some(reader.get(), &byte, 1) != 0) return "a pipe whose writer left has no end";
  return "";
}

std::string wrong_with_close_on_exec() {
  const Descriptor opened(open_cloexec("/dev/null", O_RDONLY));
  if (!opened) return "cannot open /dev/null: " + std::string(std::strerror(errno));
  const int flags = ::fcntl(opened.get(), F_GETFD);
  return flags != -1 && (flags & FD_CLOEXEC) != 0 ? "" : "what is opened is not close-on-exec";
}

}  // namespace hanfs::sys
