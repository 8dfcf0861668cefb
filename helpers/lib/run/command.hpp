// SPDX-License-Identifier: Apache-2.0
// What is started and how it ended: plain data, so that a plan, a recording and a test can hold it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hanfs::run {

struct Command {
  // argv[0] is the absolute path of the program as AIX knows it; --sysroot is put in front by the runner.
  std::vector<std::string> argv;

  // After this the process group gets SIGTERM, one second later SIGKILL, one second later it is abandoned. 0: there is
  // no time for it, so it is not started, and ends as interrupted.
  std::chrono::milliseconds deadline{15000};

  // chdev: a kill in the middle can corrupt the ODM (lib/aix/README.md "Routes: in the ODM"). After the deadline it is
  // left alone and reported as abandoned.
  bool never_kill = false;

  // With never_kill: once the whole run was told to stop it is waited for no longer than this (nor than its deadline),
  // then abandoned. A day is as good as for ever.
  std::chrono::milliseconds after_signal{86400000};

  // argv of what is started beside it when a signal stops the whole run while this one is at work: it asks the work to
  // end early, again and again until it has, as the work may not be able to hear it yet. What it prints is dropped; it
  // has the time that this command has left, and is not killed either. Only the runner that starts processes does it.
  std::vector<std::string> on_signal = {};

  // Per stream, in bytes. What is more is read and thrown away; head and tail are kept.
  std::size_t max_output = std::size_t{16} << 20;
};

struct Outcome {
  enum class End {
    exited,       // `status` is the exit status
    signaled,     // `signal` killed it, and not because of our deadline
    timed_out,    // the deadline passed; it is gone now
    abandoned,    // the deadline passed and it outlived SIGKILL (or must not be killed); `pid` still runs
    not_started,  // `start_errno` says why; the program is missing (ENOENT), not executable, ...
    interrupted,  // the whole run was told to stop (SIGTERM) while it ran; without `pid` it was not started
  };

  End end = End::not_started;
  int status = 0;
  int signal = 0;
  int start_errno = 0;
  long pid = 0;
  std::string out;
  std::string err;
  std::uint64_t out_dropped = 0;  // bytes above max_output, not kept
  std::uint64_t err_dropped = 0;
  bool drain_cut = false;  // a grandchild still held the pipes half a second after the exit
  std::chrono::milliseconds elapsed{0};

  bool ok() const { return end == End::exited && status == 0; }
  bool truncated() const { return out_dropped != 0 || err_dropped != 0; }
};

// It did not end within its time.
inline bool hung(const Outcome& outcome) {
  return outcome.end == Outcome::End::timed_out || outcome.end == Outcome::End::abandoned;
}

// One word as a shell takes it: quoted where it must be, control characters as \xNN.
std::string shell_word(std::string_view word);

// "nfs4cl setfsoptions /usr timeo=1": for messages; words that a shell would not take as they are get quotes,
// control characters become \xNN.
std::string command_text(const std::vector<std::string>& argv);

// The same to be typed: a POSIX shell takes exactly these bytes, written with printf(1) where a terminal would not show
// them; but for newlines at the end of a word, which it would drop.
std::string exact_command_text(const std::vector<std::string>& argv);

// "4.80 s"
std::string seconds(std::chrono::milliseconds time);

// How it ended, for a message: "exit status 1 after 0.02 s: <last lines of stderr on one line>".
// Empty when it ended well.
std::string failure(const Outcome& outcome);

}  // namespace hanfs::run
