// SPDX-License-Identifier: Apache-2.0
// Programs of a test, one after the other in one process: to start a process costs more than what most of them do.
#pragma once

namespace hanfs::test {

// Until the end of stdin: reads who is to be started, calls `start` with its arguments, and writes what came of it to
// stdout. A request: "ARGC ENVC BYTES\n", then ARGC arguments (the first is the program's path) and ENVC variables,
// each ended by a zero byte. An answer: "STATUS OUT ERR\n", then OUT bytes of stdout and ERR bytes of stderr. The
// program's stdin is /dev/null; one that crashes or calls exit() ends all. Status 0; 1: a request that cannot be read.
int serve(int (*start)(int argc, char** argv));

}  // namespace hanfs::test
