// SPDX-License-Identifier: Apache-2.0
#include "core/outside.hpp"

#include <unistd.h>

#include <csignal>
#include <ctime>

namespace aixsim {
namespace {
thread_local Memory* current_memory = nullptr;
}  // namespace

Memory* memory() { return current_memory; }
Memory* memory_of_files() { return current_memory == nullptr || current_memory->on_disk ? nullptr : current_memory; }

InMemory::InMemory(Memory& memory) : before_(current_memory) { current_memory = &memory; }
InMemory::~InMemory() { current_memory = before_; }

long long now_us() {
  if (current_memory) return current_memory->now_us;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<long long>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
}

void wait_ms(long milliseconds) {
  if (current_memory || milliseconds <= 0) return;
  timespec left{milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (::nanosleep(&left, &left) != 0) {
  }
}

void hang(bool ignore_term, long seconds) {
  if (current_memory) throw NeverEnds{};
  if (ignore_term) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  }
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(static_cast<unsigned>(seconds));  // nobody may leave processes behind for ever
  for (;;) ::pause();
}

void die_of(int signal, long seconds) {
  if (current_memory) throw KilledBySignal{signal};
  ::signal(signal, SIG_DFL);
  ::kill(::getpid(), signal);
  hang(false, seconds);
}

}  // namespace aixsim
