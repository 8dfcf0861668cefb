// SPDX-License-Identifier: Apache-2.0
// What a program started by init, xdsh or a daemon must do with the descriptors it inherits.
#pragma once

namespace hanfs::sys {

// Opens /dev/null on 0, 1 and 2 where they are closed: otherwise the next pipe gets such a number and a child's
// output is lost (facts/child-processes.md 7.1).
void fill_standard_descriptors();

// Marks every inherited descriptor from 3 up close-on-exec, without /dev/fd (missing on AIX).
void close_inherited_on_exec();

}  // namespace hanfs::sys
