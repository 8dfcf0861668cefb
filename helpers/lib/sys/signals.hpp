// SPDX-License-Identifier: Apache-2.0
// Signals as a descriptor to poll. The one place with process-wide state, because signals are process-wide.
#pragma once

namespace hanfs::sys {

// SIGCHLD, SIGTERM, SIGINT and SIGHUP make `wake_fd` readable; the last three also set `interrupted`.
// SIGPIPE is ignored; SIGINT and SIGHUP stay ignored where the parent ignored them (nohup). Other signals that the
// parent left blocked or ignored are put right (a SIGCHLD that is ignored across exec would make waitpid lie:
// lib/run/README.md "Boost.Process: known faults"). Call once, before the first child, after
// fill_standard_descriptors().
void install_signals();
int wake_fd();       // -1 before install_signals
bool interrupted();  // a SIGTERM, SIGINT or SIGHUP has come

// The last resort when the machine itself blocks us (a read from a dead server's file system): after `seconds` the
// process writes `last_words` to stdout and leaves with `status`. 0 switches it off. `last_words` must stay alive.
void arm_watchdog(unsigned seconds, const char* last_words, int status);

}  // namespace hanfs::sys
