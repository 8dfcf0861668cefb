// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "unit/checkhanfs/wire/servers_example.hpp"

namespace hanfs::check {
namespace {

ServersReport report_of_answers(std::vector<Answer> answers) {
  ServersReport report;
  report.path = "/install";
  report.answers = std::move(answers);
  report.findings = judge_servers(report.answers, {}, report.path);
  return report;
}

TEST_CASE("servers report: all is well") {
  CHECK(report::plugin_text(plugin_of(report_of_answers(good_answers()))) ==
        "HANFS OK - /install: 2 of 2 answer, and all name the same 2 replicas | 'rtt_10.1.0.1'=0.001200s;;;0 "
        "'rtt_asn02'=0.001200s;;;0 'servers_answering'=2;;2:;0;2\n"
        "SERVER    ADDRESS   ANSWER  ROUND TRIP  FSID  LEASE  REPLICAS\n"
        "10.1.0.1  10.1.0.1  ok      1.2 ms      77.0  90 s   10.1.0.1, 10.1.0.2\n"
        "asn02     10.1.0.2  ok      1.2 ms      77.0  90 s   10.1.0.1, 10.1.0.2\n");
}

TEST_CASE("servers report: the worst finding is the state, and who did not answer has no round trip") {
  std::vector<Answer> answers = good_answers();
  Look dead;
  dead.reached = Reached::refused;
  dead.addresses = {"10.1.0.2"};
  dead.address = "10.1.0.2";
  answers[1].looks = {dead};
  const ServersReport report = report_of_answers(answers);
  CHECK(state_of(report) == report::PluginState::critical);
  const std::string text = report::plugin_text(plugin_of(report));
  CHECK(text.find("HANFS CRITICAL - /install: refused (asn02); 1 of 2 answer | ") == 0);
  CHECK(text.find("'rtt_asn02'=U;;;0") != std::string::npos);
  CHECK(text.find("asn02     10.1.0.2  refused  -           -     -      -\n") != std::string::npos);
  CHECK(text.find("CRITICAL: refused: asn02: nobody listens on port 2049; cure: ") != std::string::npos);
}

TEST_CASE("servers report: states") {
  ServersReport report;
  const auto with = [&](std::vector<WireLevel> levels) {
    report.findings.clear();
    for (const WireLevel level : levels) report.findings.push_back({level, "x", {"a"}, "t", "c"});
    return state_of(report);
  };
  CHECK(with({}) == report::PluginState::ok);
  CHECK(with({WireLevel::note}) == report::PluginState::ok);
  CHECK(with({WireLevel::note, WireLevel::warning}) == report::PluginState::warning);
  CHECK(with({WireLevel::unknown}) == report::PluginState::unknown);
  CHECK(with({WireLevel::warning, WireLevel::unknown}) == report::PluginState::warning);
  CHECK(with({WireLevel::unknown, WireLevel::critical}) == report::PluginState::critical);
}

TEST_CASE("servers report: JSON has each look") {
  std::vector<Answer> answers = good_answers();
  answers[0].looks.resize(1);
  answers[0].looks[0].attributes = {};
  answers[1].looks = {Look()};
  const auto object = json_of(report_of_answers(answers));
  CHECK(object["path"] == "/install");
  CHECK(object["servers"][0]["looks"][0]["round_trip_seconds"] == 0.0012);
  CHECK(object["servers"][0]["looks"][0]["lease_seconds"].is_null());
  CHECK(object["servers"][0]["looks"][0]["replicas"].empty());
  CHECK(object["servers"][1]["looks"][0] ==
        nlohmann::ordered_json{{"reached", "not_asked"}, {"detail", nullptr}, {"address", nullptr}});
  CHECK(object["findings"].size() == 2);
}

}  // namespace
}  // namespace hanfs::check
