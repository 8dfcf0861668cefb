// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/change.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "unit/checkhanfs/wire/servers_example.hpp"

namespace hanfs::check {
namespace {

using report::PluginState;

ServersReport round_with(std::vector<WireFinding> findings) {
  return {"/install", good_answers(), std::move(findings)};
}

const WireFinding dead_server{WireLevel::critical, "refused", {"a"}, "t", "c"};
const WireFinding slow_note{WireLevel::note, "lease-differs", {"a", "b"}, "t", "c"};

TEST_CASE("change: what appeared and what is gone") {
  ServersChange change = change_between({}, PluginState::ok, round_with({dead_server, slow_note}));
  CHECK(is_change(change));
  CHECK(change.now == PluginState::critical);
  CHECK(change.appeared == std::vector<WireFinding>{dead_server});
  CHECK(change.gone.empty());
  change = change_between({dead_server}, PluginState::critical, round_with({}));
  CHECK(is_change(change));
  CHECK(change.gone == std::vector<WireFinding>{dead_server});
}

TEST_CASE("change: other words, and notes, are none") {
  WireFinding other_words = dead_server;
  other_words.text = "u";
  CHECK_FALSE(is_change(change_between({dead_server}, PluginState::critical, round_with({other_words}))));
  CHECK_FALSE(is_change(change_between({}, PluginState::ok, round_with({slow_note}))));
  WireFinding other_server = dead_server;
  other_server.servers = {"b"};
  CHECK(is_change(change_between({dead_server}, PluginState::critical, round_with({other_server}))));
}

TEST_CASE("change: its lines, its object, and what a command is given") {
  WireFinding two_lines = dead_server;
  two_lines.servers = {"a", "b"};
  two_lines.text = "one\ntwo";
  const ServersChange change = change_between({slow_note, dead_server}, PluginState::critical, round_with({two_lines}));
  CHECK(text_of(change, "TIME") ==
        "TIME CRITICAL - /install: refused (a, b); 2 of 2 answer\n"
        "TIME + CRITICAL: refused: a, b: one\\x0Atwo; cure: c\n"
        "TIME - refused: a\n");
  const auto object = json_of(change, "TIME");
  CHECK(object["time"] == "TIME");
  CHECK(object["was"] == "CRITICAL");
  CHECK(object["appeared"][0]["code"] == "refused");
  CHECK(notify_words(change) ==
        std::vector<std::string>{"CRITICAL", "CRITICAL", "/install: refused (a, b); 2 of 2 answer"});
  CHECK(notify_environment(change, "/in\nstall") ==
        std::vector<std::string>{"CHECKHANFS_STATE=CRITICAL", "CHECKHANFS_WAS=CRITICAL",
                                 "CHECKHANFS_SUMMARY=/install: refused (a, b); 2 of 2 answer",
                                 "CHECKHANFS_PATH=/in\\x0Astall", "CHECKHANFS_APPEARED=refused=a,b",
                                 "CHECKHANFS_GONE=refused=a"});
}

}  // namespace
}  // namespace hanfs::check
