// SPDX-License-Identifier: Apache-2.0
// Descriptors: what a program started by init, xdsh or a daemon must do with those it inherits, how it opens its own,
// and how it reads and writes them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace hanfs::sys {

// Opens /dev/null on 0, 1 and 2 where they are closed: otherwise the next pipe gets such a number and a child's
// output is lost (lib/run/README.md "Boost.Process: known faults").
void fill_standard_descriptors();

// Marks every inherited descriptor from 3 up close-on-exec, without /dev/fd (missing on AIX).
void close_inherited_on_exec();

// open() with close-on-exec, also on an AIX whose O_CLOEXEC is missing or beyond `int` (lib/run/README.md "Building for
// AIX"). May give 0, 1 or 2 where these are closed.
int open_cloexec(const char* path, int flags, unsigned mode = 0);
// openat(), the same.
int openat_cloexec(int folder, const char* name, int flags);

// All of these give close-on-exec descriptors from 3 up, so that a dup2 onto 0, 1 or 2 in a child can never hit one
// of them; or -1 (false) with errno.
int open_null();
bool open_pipe(int (&ends)[2]);       // [0] does not block when read, [1] blocks when written: a child expects that
bool open_wake_pipe(int (&ends)[2]);  // neither end blocks: for signal handlers

// All of it to a descriptor that blocks; false with errno.
bool write_all(int fd, std::string_view content);
// read(), begun again when a signal came; 0 at the end, -1 with errno.
ssize_t read_some(int fd, char* buffer, std::size_t size);
// So that the next read of this file asks its server, where the system can be asked for that (POSIX leaves it open).
void drop_cached(int fd);

}  // namespace hanfs::sys
