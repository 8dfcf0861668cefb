// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/missing_tools.hpp"

#include <doctest/doctest.h>

#include "makehanfs/model/example_cluster.hpp"

namespace hanfs::cluster {
namespace {

std::vector<Stage> stages_with(const std::string& node_command, bool boot_nodes) {
  Settings settings;
  settings.disruptive = true;
  settings.boot_nodes = boot_nodes;
  settings.node_command = node_command;
  Engine engine;
  engine.kind = Engine::Kind::xdsh;
  return stages_of(make_plan(test::small_cluster(), settings, engine), false);
}

HostReply reply(const std::string& out, const std::string& last_stderr = "") {
  HostReply one;
  one.answer.had_stdout = !out.empty();
  one.answer.last_stderr = last_stderr;
  one.output.text = out;
  return one;
}

}  // namespace

TEST_CASE("servers are asked for what their nodes need only where nodes would be shut down") {
  const ToolQuestion question = tool_question(stages_with("/xcatpost/setupnfsv4replication", true));
  CHECK(question.servers.size() == 4);
  CHECK(question.domains.size() == 4);
  CHECK(question.argv() == std::vector<std::string>{"/usr/bin/ls", "-d", "/install/prescripts/hanfs/setuphanfs",
                                                    "/install/postscripts/hanfs"});
  CHECK(tool_question(stages_with("/xcatpost/setupnfsv4replication", false)).servers.empty());
  CHECK(tool_question(stages_with("/opt/hanfs/bin/setupnfsv4replication", true)).postscript_files.empty());
}

TEST_CASE("all that servers lack is said at once, and who says nothing lacks nothing") {
  const std::string tool = "/install/prescripts/hanfs/setuphanfs";
  const std::string files = "/install/postscripts/hanfs";
  const ToolQuestion question{{"asn01", "asn02", "asn03", "asn04"}, {"A", "A", "B", "B"}, tool, files, "/xcatpost/x"};
  const MissingTools none =
      missing_tools(question, {reply(tool + "\n" + files + "\n"), reply(""), reply("", "ssh: No route to host"),
                               reply(files + "\n" + tool + "\r\n")});
  CHECK(none.domains.empty());
  CHECK(none.errors.empty());
  const std::string no_files = "ls: 0653-341 The file " + files + " does not exist.";
  const MissingTools some = missing_tools(
      question, {reply("", "ls: 0653-341 The file " + tool + " does not exist. / " + no_files),
                 reply(tool + "\n", no_files), reply(tool + "\n" + files + "\n"), reply(tool + "\n" + files + "\n")});
  CHECK(some.domains == std::set<std::string>{"A"});
  CHECK(some.errors ==
        std::vector<std::string>{
            tool + " is not on asn01; no node was shut down; cure: with " + tool +
                " on this machine, prsync -o rltHpEAogDz /install/prescripts asn01:/install, then again",
            files + " is not on asn[01-02], so their nodes would boot without our postscript; no node was shut down; "
                    "cure: prsync -o rltHpEAogDz /install/postscripts 'asn[01-02]:/install', then again"});
}

}  // namespace hanfs::cluster
