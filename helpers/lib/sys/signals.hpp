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
int signals_received();

// From here on a signal breaks off a write that blocks, instead of waiting for its end.
void let_signals_break_writes();

// What the watchdog does when its time has come. All of it must stay alive until there is another one.
struct LastResort {
  const char* words = nullptr;          // to stdout, as much as it takes without blocking; nullptr: nothing
  int status = 0;                       // the process leaves with it
  char* const* owed_command = nullptr;  // started before; nullptr: none
  char* const* owed_environment = nullptr;
};

// The last resort when the machine itself blocks us (a read from a dead server's file system): the process ends so many
// seconds from now, wherever it is.
void arm_watchdog(unsigned seconds);
void set_last_resort(const LastResort& last);
// Seconds until it ends the process; 0: it is not armed.
unsigned watchdog_time_left();

}  // namespace hanfs::sys
