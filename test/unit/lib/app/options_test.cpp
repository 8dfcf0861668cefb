// SPDX-License-Identifier: Apache-2.0
#include "app/options.hpp"

#include <doctest/doctest.h>

#include "support/simulated_system.hpp"

namespace hanfs::app {
namespace {

// A machine with `files`, on which the program was started as `name` with `words`.
Result<Said> said_on(const std::map<std::string, std::string>& files, const char* name, bool reads_file_beside,
                     std::vector<const char*> words = {}) {
  test::SimulatedSystem system{[](const std::vector<std::string>&) { return test::Answer{}; }};
  system.simulated_files.content = files;
  const auto beside = [=](const config::Values&) { return reads_file_beside; };
  const Program program{config::node, "setupnfsv4replication", "", {}, nullptr, beside};
  words.insert(words.begin(), name);
  return read_sources(program, system, static_cast<int>(words.size()), words.data());
}

const std::map<std::string, std::string> both = {{"/etc/hanfs.conf", "timeo = 7\n"},
                                                 {"/xcatpost/hanfs/hanfs.conf", "timeo = 9\n"}};

TEST_CASE("settings beside a program that reads them come before those of the machine") {
  const Result<Said> said = said_on(both, "/xcatpost/hanfs/checkhanfs", true);
  REQUIRE(said);
  CHECK(said->values.number("timeo") == 9);
  CHECK(said->modes.config == "/xcatpost/hanfs/hanfs.conf");
}

TEST_CASE("without a file beside it, or started by its bare or relative name, it reads that of the machine") {
  for (const char* name : {"/opt/hanfs/bin/checkhanfs", "checkhanfs", "./checkhanfs", ""}) {
    CAPTURE(name);
    const Result<Said> said = said_on(both, name, true);
    REQUIRE(said);
    CHECK(said->values.number("timeo") == 7);
    CHECK(said->modes.config == "/etc/hanfs.conf");
  }
}

TEST_CASE("other programs do not look beside themselves, and --config is the only one where it is given") {
  CHECK(said_on(both, "/xcatpost/hanfs/setupnfsv4replication", false)->values.number("timeo") == 7);
  CHECK(said_on(both, "/xcatpost/hanfs/checkhanfs", true, {"--config=/etc/hanfs.conf"})->values.number("timeo") == 7);
  CHECK_FALSE(said_on(both, "/xcatpost/hanfs/checkhanfs", true, {"--config=/etc/none.conf"}));
}

TEST_CASE("what is wrong in the file beside it is an error, not a reason to read another") {
  const Result<Said> said =
      said_on({{"/etc/hanfs.conf", "timeo = 7\n"}, {"/x/hanfs.conf", "timeo = no\n"}}, "/x/checkhanfs", true);
  REQUIRE_FALSE(said);
  CHECK(said.error().what.find("/x/hanfs.conf:1:") != std::string::npos);
}

}  // namespace
}  // namespace hanfs::app
