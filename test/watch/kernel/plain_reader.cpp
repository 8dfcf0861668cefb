// SPDX-License-Identifier: Apache-2.0
// What an application sees of a stall: opens FILE and reads its beginning past the cache, every 10 ms until it is
// killed.
//     hanfs_plain_reader FILE
// Each time that takes more than two seconds is a line as it ends, "FROM TO LATE", in seconds as /proc/uptime counts
// them. LATE: how much longer than asked the naps between the reads took at most; so late can this machine be at any
// time.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace {

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

bool read_beginning(const char* path) {
  alignas(4096) static char buffer[4096];  // O_DIRECT asks for that
  const int file = ::open(path, O_RDONLY | O_DIRECT);
  if (file == -1) return false;
  const bool read = ::read(file, buffer, sizeof buffer) > 0;
  ::close(file);
  return read;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr double stall = 2;
  constexpr double nap = 0.01;
  double late = 0;
  while (argc == 2) {
    const double begun = now();
    if (!read_beginning(argv[1])) break;
    const double ended = now();
    const bool stalled = ended - begun > stall;
    if (stalled) {
      std::printf("%.3f %.3f %.3f\n", begun, ended, late);
      std::fflush(stdout);
    }
    const timespec time{0, static_cast<long>(nap * 1e9)};
    ::nanosleep(&time, nullptr);
    late = std::max(late, now() - (stalled ? ended : begun) - nap);
  }
  std::perror("hanfs_plain_reader");
  return 1;
}
