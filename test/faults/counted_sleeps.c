// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD for a program under test: how often it slept, without looking at anything, for a tenth of a second or
// more.
//   SLEEPS_FILE=/tmp/x    gets one byte for each; what was asked for counts, not how long it took
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void* real(const char* name) { return dlsym(RTLD_NEXT, name); }

static void count(long milliseconds) {
  const char* path = getenv("SLEEPS_FILE");
  if (path == NULL || milliseconds < 100) return;
  const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (fd < 0) return;
  if (write(fd, ".", 1) != 1) abort();
  close(fd);
}

int poll(struct pollfd* fds, nfds_t number, int timeout) {
  int (*next)(struct pollfd*, nfds_t, int) = real("poll");
  if (number == 0) count(timeout < 0 ? 1000 : timeout);
  return next(fds, number, timeout);
}

int nanosleep(const struct timespec* span, struct timespec* left) {
  int (*next)(const struct timespec*, struct timespec*) = real("nanosleep");
  count(span->tv_sec * 1000 + span->tv_nsec / 1000000);
  return next(span, left);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec* span, struct timespec* left) {
  int (*next)(clockid_t, int, const struct timespec*, struct timespec*) = real("clock_nanosleep");
  count(span->tv_sec * 1000 + span->tv_nsec / 1000000);
  return next(clock, flags, span, left);
}

int usleep(useconds_t span) {
  int (*next)(useconds_t) = real("usleep");
  count((long)(span / 1000));
  return next(span);
}

unsigned sleep(unsigned seconds) {
  unsigned (*next)(unsigned) = real("sleep");
  count((long)seconds * 1000);
  return next(seconds);
}
