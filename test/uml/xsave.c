/* SPDX-License-Identifier: Apache-2.0
 * LD_PRELOAD for linux.uml 6.1: it gives ptrace the registers of the FPU in a buffer of a fixed size, which a kernel on
 * a processor with a larger XSAVE area (AMX) refuses with EFAULT. Here they go through a buffer that is large enough:
 * what the guest knows comes from it, the rest stays as it is. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { xstate = 0x202, large = 1 << 16 };

static long kernel(long request, pid_t pid, void *address, void *data) {
  return syscall(SYS_ptrace, request, (long)pid, address, data);
}

static long through_large_buffer(long request, pid_t pid, void *kind, struct iovec *theirs) {
  static char whole[large] __attribute__((aligned(64)));
  struct iovec ours = {whole, sizeof whole};
  size_t shared;
  if (kernel(PTRACE_GETREGSET, pid, kind, &ours) < 0) return -1;
  shared = theirs->iov_len < ours.iov_len ? theirs->iov_len : ours.iov_len;
  if (request == PTRACE_SETREGSET) {
    memcpy(whole, theirs->iov_base, shared);
    return kernel(request, pid, kind, &ours);
  }
  memcpy(theirs->iov_base, whole, shared);
  theirs->iov_len = shared;
  return 0;
}

long ptrace(enum __ptrace_request request, ...) {
  va_list rest;
  pid_t pid;
  void *address, *data;
  va_start(rest, request);
  pid = va_arg(rest, pid_t);
  address = va_arg(rest, void *);
  data = va_arg(rest, void *);
  va_end(rest);
  if ((request == PTRACE_GETREGSET || request == PTRACE_SETREGSET) && (long)address == xstate)
    return through_large_buffer(request, pid, address, data);
  /* For these the C library gives the word itself, the kernel writes it where `data` points. */
  if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
    long word = 0;
    if (kernel(request, pid, address, &word) < 0) return -1;
    errno = 0;
    return word;
  }
  return kernel(request, pid, address, data);
}
