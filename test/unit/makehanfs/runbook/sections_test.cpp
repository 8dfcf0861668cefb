// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/sections.hpp"

#include <doctest/doctest.h>

#include "makehanfs/runbook/commands.hpp"

namespace hanfs::cluster::outage {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("runbook: the form that the templates fill") {
  const std::vector<RunbookSection> sections = read_sections(
      "# Tonight\n## check Is it dead?\nFirst this,\n\nthen that.\n### check.ping Does it answer?\nA reason.\n"
      "Run: ping -c 3 asn01\nRun on asn01 for 10 s: lssrc -g nfs\nLook: nodels cn[1-2]\nLook on asn01 for 60 s: a | b\n"
      "Expected: One\nthing.\nExpected: Another.\nAbout 0.5 s: a document\nMind: A.\nMind: B.\nNodes: cn1 cn2\n"
      "### check.two Two\n\nNothing to do: Not this.\n# The next\n## next Next\n",
      Settings{});
  REQUIRE(sections.size() == 2);
  CHECK(sections[0].id == "check");
  CHECK(sections[0].title == "Is it dead?");
  CHECK(sections[0].intro == "First this, then that.");
  CHECK(sections[0].not_needed == Lines{"Not this."});
  REQUIRE(sections[0].steps.size() == 2);
  const RunbookStep& step = sections[0].steps[0];
  CHECK(step.id == "check.ping");
  CHECK(step.title == "Does it answer?");
  CHECK(step.why == "A reason.");
  CHECK(step.commands == Lines{"ping -c 3 asn01", "xdsh asn01 -f 64 -t 10 'lssrc -g nfs'"});
  CHECK(step.checks == Lines{"nodels 'cn[1-2]'", "xdsh asn01 -f 64 -t 60 'a | b'"});
  CHECK(step.expect == "One thing. Another.");
  CHECK(step.expected_seconds == 0.5);
  CHECK(step.basis == "a document");
  CHECK(step.cautions == Lines{"A.", "B."});
  CHECK(step.nodes == Lines{"cn1", "cn2"});
  CHECK(sections[0].steps[1].nodes.empty());
  CHECK(!sections[0].steps[1].expected_seconds);
  CHECK(sections[1].steps.empty());
  CHECK(sections[0].part == "Tonight");
  CHECK(sections[1].part == "The next");
}

TEST_CASE("runbook: a list, whose values begin no entry") {
  CHECK(read_list("* A\nb.\n\n* C " + encoded("d\n* e") + ".\n") == Lines{"A b.", "C d\n* e."});
  CHECK(read_list("").empty());
}

TEST_CASE("runbook: a value stays a value in that form") {
  for (const std::string value : {"Run: reboot", "a b", "x\n### y z\nRun: reboot", "\x10n", " ", "Nodes: "}) {
    const std::vector<RunbookSection> sections =
        read_sections("## a " + encoded(value) + "\n" + encoded(value) + "\n### b b\nRun: c " + encoded(value) +
                          "=1\nMind: " + encoded(value) + "\n" + encoded(value) + "\n",
                      Settings{});
    INFO(value);
    REQUIRE(sections.size() == 1);
    CHECK(sections[0].title == value);
    CHECK(sections[0].intro == value);
    REQUIRE(sections[0].steps.size() == 1);
    CHECK(sections[0].steps[0].commands == Lines{shell_line({"c", value + "=1"})});
    CHECK(sections[0].steps[0].cautions == Lines{value + " " + value});
  }
}

}  // namespace
}  // namespace hanfs::cluster::outage
