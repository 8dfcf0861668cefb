// SPDX-License-Identifier: Apache-2.0
// A machine that does things otherwise, as $OTHERWISE says, for a program that is started with this library in
// LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

static int is(const char* word) {
  const char* otherwise = getenv("OTHERWISE");
  return otherwise != NULL && strcmp(otherwise, word) == 0;
}

// O_CLOEXEC vanishes, as where it is beyond int.
int open(const char* path, int flags, ...) {
  int (*real)(const char*, int, ...);
  *(void**)&real = dlsym(RTLD_NEXT, "open");
  va_list more;
  va_start(more, flags);
  const int mode = va_arg(more, int);
  va_end(more);
  return real(path, is("open") ? flags & ~O_CLOEXEC : flags, mode);
}

// A pipe whose writer left has no event.
int poll(struct pollfd* asked, nfds_t count, int milliseconds) {
  int (*real)(struct pollfd*, nfds_t, int);
  *(void**)&real = dlsym(RTLD_NEXT, "poll");
  const int answer = real(asked, count, milliseconds);
  for (nfds_t i = 0; is("poll") && i < count; ++i) asked[i].revents &= (short)~POLLHUP;
  return answer;
}

// A time has 32 bits.
struct tm* gmtime_r(const time_t* seconds, struct tm* parts) {
  struct tm* (*real)(const time_t*, struct tm*);
  *(void**)&real = dlsym(RTLD_NEXT, "gmtime_r");
  const time_t cut = is("time") ? (time_t)(int)*seconds : *seconds;
  return real(&cut, parts);
}

// The two bytes of a status word lie the other way round.
pid_t waitpid(pid_t child, int* status, int options) {
  pid_t (*real)(pid_t, int*, int);
  *(void**)&real = dlsym(RTLD_NEXT, "waitpid");
  const pid_t ended = real(child, status, options);
  if (is("wait") && ended > 0 && status != NULL) *status = (*status >> 8 & 0xff) | (*status & 0xff) << 8;
  return ended;
}

// A child keeps nothing but its standard descriptors.
int dup2(int from, int to) {
  int (*real)(int, int);
  *(void**)&real = dlsym(RTLD_NEXT, "dup2");
  for (int fd = 3; is("inherit") && fd < 10; ++fd) (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  return real(from, to);
}
