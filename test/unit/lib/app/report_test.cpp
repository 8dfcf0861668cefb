// SPDX-License-Identifier: Apache-2.0
// What is said for a run that cannot say it itself.
#include "app/report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::app {

TEST_CASE("last words: sentences and the verdict, or one JSON object") {
  test::SimulatedSystem system{[](const std::vector<std::string>&) { return test::Answer{test::exited(0)}; }};
  report::Verdict verdict;
  verdict.tool = "setuphanfs";
  verdict.node = "asn01";
  verdict.changed = 2;
  RunModes modes;
  arm_watchdog(system, verdict, modes, 10);
  CHECK(system.last_words.find("error: stuck for longer than the deadline") == 0);
  const std::size_t line = system.last_words.find("\nHANFS tool=setuphanfs node=asn01 ");
  REQUIRE(line != std::string::npos);
  CHECK(system.last_words.find("status=fail changed=2 failed=1", line) != std::string::npos);
  modes.json = true;
  arm_watchdog(system, verdict, modes, 10);
  const nlohmann::json said = nlohmann::json::parse(system.last_words, nullptr, false);
  REQUIRE(said.is_object());
  CHECK(said.at("tool") == "setuphanfs");
  CHECK(said.at("errors").size() == 1);
  CHECK(said.at("result").at("status") == "fail");
  CHECK(said.at("result").at("exit_status") == 1);
}

}  // namespace hanfs::app
