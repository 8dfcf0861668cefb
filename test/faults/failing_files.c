// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD for a program under test: its write of one file, atomic or appending, fails (full disk, read-only, I/O
// error), as a disk would and a simulated command cannot.
//   FAIL_FILE=/etc/exports  FAIL_CALL=create|write|sync|rename  FAIL_ERRNO=28  FAIL_FROM=2 FAIL_UNTIL=2 (n-th time)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int watched = -1;  // descriptor of the temporary file, or of the one appended to

static int is_it(const char* path, const char* after) {
  const char* wanted = getenv("FAIL_FILE");
  const char* found = wanted != NULL ? strstr(path, wanted) : NULL;
  return found != NULL && strncmp(found + strlen(wanted), after, strlen(after)) == 0 &&
         (*after != '\0' || found[strlen(wanted)] == '\0');
}

static long number(const char* name, long otherwise) {
  const char* text = getenv(name);
  return text != NULL ? atol(text) : otherwise;
}

static int fails(const char* call) {
  static long count;
  const char* wanted = getenv("FAIL_CALL");
  if (wanted == NULL || strcmp(wanted, call) != 0) return 0;
  ++count;
  if (count < number("FAIL_FROM", 1) || count > number("FAIL_UNTIL", 1000000)) return 0;
  errno = (int)number("FAIL_ERRNO", EIO);
  return 1;
}

static void* real(const char* name) { return dlsym(RTLD_NEXT, name); }

#define DEFINE_OPEN(NAME)                                                                    \
  int NAME(const char* path, int flags, ...) {                                               \
    va_list rest;                                                                            \
    va_start(rest, flags);                                                                   \
    const mode_t mode = (mode_t)va_arg(rest, int);                                           \
    va_end(rest);                                                                            \
    const int is_watched = (flags & O_CREAT) && (is_it(path, ".hanfs.") || is_it(path, "")); \
    if (is_watched && fails("create")) return -1;                                            \
    int (*next)(const char*, int, ...) = real(#NAME);                                        \
    const int fd = next(path, flags, mode);                                                  \
    if (is_watched) watched = fd;                                                            \
    return fd;                                                                               \
  }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

int close(int fd) {
  int (*next)(int) = real("close");
  if (fd == watched) watched = -1;
  return next(fd);
}

ssize_t write(int fd, const void* data, size_t size) {
  ssize_t (*next)(int, const void*, size_t) = real("write");
  if (fd != watched || fd < 0) return next(fd, data, size);
  return fails("write") ? -1 : next(fd, data, size);
}

int fsync(int fd) {
  int (*next)(int) = real("fsync");
  return fd == watched && fd >= 0 && fails("sync") ? -1 : next(fd);
}

int rename(const char* from, const char* to) {
  int (*next)(const char*, const char*) = real("rename");
  if (is_it(to, "")) {
    watched = -1;
    if (fails("rename")) return -1;
  }
  return next(from, to);
}
