// SPDX-License-Identifier: Apache-2.0
// A capture folder: the input is NAME.rc, and NAME.out. Properties: what was replayed can be recorded and is replayed
// the same; a name is one that every file system takes.
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "fuzz.hpp"
#include "run/capture.hpp"
#include "run/runner.hpp"

namespace {

namespace fuzz = hanfs::aix::fuzz;
namespace run = hanfs::run;

std::string folder(const char* name) {
  std::string path = std::string("/dev/shm/hanfs-fuzz-") + name + ".XXXXXX";
  fuzz::require(::mkdtemp(path.data()) != nullptr, "a folder");
  return path;
}

// Removed at the end.
struct Folders {
  std::string first = folder("first");
  std::string second = folder("second");
  ~Folders() {
    for (const std::string& path : {first, second}) {
      for (const char* suffix : {".rc", ".out", ".err"}) ::unlink((path + "/nfs4cl" + suffix).c_str());
      ::rmdir(path.c_str());
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folders folders;
  const std::string_view text = fuzz::text_of(data, size);
  for (const char* suffix : {".rc", ".out"}) std::ofstream(folders.first + "/nfs4cl" + suffix) << text;
  run::Command command;
  command.argv = {"/usr/sbin/nfs4cl"};
  run::ReplayRunner first(folders.first);
  const run::Outcome replayed = run::run_one(first, command);
  const bool unreadable = replayed.end == run::Outcome::End::not_started && !replayed.err.empty();
  if (!unreadable) {
    run::RecordingRunner recorder(first, folders.second);
    (void)run::run_one(recorder, command);
    fuzz::require(recorder.errors().empty(), "it can be recorded");
    run::ReplayRunner second(folders.second);
    const run::Outcome again = run::run_one(second, command);
    fuzz::require(again.end == replayed.end && again.start_errno == replayed.start_errno, "it ended as before");
    // Of a program that is not installed nothing is recorded, whatever a person wrote as its output.
    if (again.end != run::Outcome::End::not_started || again.start_errno != ENOENT)
      fuzz::require(again.status == replayed.status && again.signal == replayed.signal && again.out == replayed.out &&
                        again.err == replayed.err && again.out_dropped == replayed.out_dropped &&
                        again.drain_cut == replayed.drain_cut,
                    "what was recorded is replayed the same");
  }
  const std::string name = run::capture_name({"/usr/sbin/nfs4cl", std::string(text)});
  fuzz::require(!name.empty() && name.size() < 250 && name.find('/') == std::string::npos, "a name of a file");
  return 0;
}
