// SPDX-License-Identifier: Apache-2.0
// A capture is a folder that a person can make by hand: one file for each command, named by its words.
// helpers/README.md "Captures"; the form is a contract with other tools.
#pragma once

#include <string>
#include <vector>

#include "result.hpp"
#include "run/runner.hpp"

namespace hanfs::run {

// "/usr/sbin/nfs4cl showfs /usr" -> "nfs4cl_showfs_%2Fusr": words joined with '_', the command without its folder,
// every byte outside [A-Za-z0-9.,=-] as %XX (upper case). A name longer than 200 bytes is cut and ends in
// "%..." plus a hash of the whole, because file systems stop at 255.
std::string capture_name(const std::vector<std::string>& argv);

// Answers from a capture instead of running anything: NAME.out, NAME.err and NAME.rc (an exit status; without the file
// 0). A command without any file is one that is not installed: not_started with ENOENT. A file that cannot be read or
// understood is not_started too, with the reason in `err`.
// Other ends than an exit are words in NAME.rc: "signal 11", "timed_out", "abandoned", "interrupted", "not_started 13";
// what else must not get lost follows on lines of its own: "out_dropped N", "err_dropped N", "drain_cut".
class ReplayRunner : public Runner {
 public:
  explicit ReplayRunner(std::string folder);
  void run(const Next& next, const Finished& finished) override;

 private:
  std::string folder_;
};

// Runs through `inner` and writes what came back into the folder. Errors of writing are kept for the caller: a
// full disk must not change what the program does. A command that runs twice is recorded as it ended last.
class RecordingRunner : public Runner {
 public:
  RecordingRunner(Runner& inner, std::string folder);
  void run(const Next& next, const Finished& finished) override;
  void wait_for_late() override { inner_.wait_for_late(); }
  const std::vector<Error>& errors() const { return errors_; }

 private:
  Runner& inner_;
  std::string folder_;
  std::vector<Error> errors_;
};

}  // namespace hanfs::run
