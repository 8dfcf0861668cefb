// SPDX-License-Identifier: Apache-2.0
// A capture is a folder that a person can make by hand: one file for each command, named by its words.
// design.md section 3; the form is a contract with other tools.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "result.hpp"
#include "run/runner.hpp"

namespace hanfs::run {

// "/usr/sbin/nfs4cl showfs /usr" -> "nfs4cl_showfs_%2Fusr": words joined with '_', the command without its folder,
// every byte outside [A-Za-z0-9.,=-] as %XX (upper case). A name longer than 200 bytes is cut and ends in
// "%..." plus a hash of the whole, because file systems stop at 255.
std::string capture_name(const std::vector<std::string>& argv);

// Answers from a capture instead of running anything: NAME.out, NAME.err and NAME.rc (an exit status; without the file 0).
// A command without any file is one that is not installed: not_started with ENOENT.
class ReplayRunner : public Runner {
 public:
  explicit ReplayRunner(std::string folder);
  void run(const Next& next, const Finished& finished) override;

 private:
  std::string folder_;
};

// Runs through `inner` and writes what came back into the folder. Errors of writing are kept for the caller: a
// full disk must not change what the program does.
class RecordingRunner : public Runner {
 public:
  RecordingRunner(Runner& inner, std::string folder);
  void run(const Next& next, const Finished& finished) override;
  const std::vector<Error>& errors() const { return errors_; }

 private:
  Runner& inner_;
  std::string folder_;
  std::vector<Error> errors_;
};

}  // namespace hanfs::run
