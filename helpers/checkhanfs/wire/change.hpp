// SPDX-License-Identifier: Apache-2.0
// What is different between two rounds of --watch, and how a notification says it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "checkhanfs/wire/report.hpp"

namespace hanfs::check {

struct ServersChange {
  report::PluginState was = report::PluginState::ok;
  report::PluginState now = report::PluginState::ok;
  std::string summary;                // of the round now
  std::vector<WireFinding> appeared;  // what was not so before; notes are no change
  std::vector<WireFinding> gone;
};

// A finding is the same when code and servers are: round trips and words may differ. `before`: empty for the first
// round, before which all counts as well.
ServersChange change_between(const std::vector<WireFinding>& before, report::PluginState was, const ServersReport& now);
bool is_change(const ServersChange& change);

// Each line begins with the time: "2026-11-28T21:00:00Z CRITICAL - ...", then "+ " or "- " and the finding.
std::string text_of(const ServersChange& change, const std::string& utc);
nlohmann::ordered_json json_of(const ServersChange& change, const std::string& utc);

// What the command of --notify gets behind its own words: the state, the state before, the summary. And in its
// environment: CHECKHANFS_STATE, CHECKHANFS_WAS, CHECKHANFS_SUMMARY, CHECKHANFS_PATH, CHECKHANFS_APPEARED and
// CHECKHANFS_GONE (codes with their servers, "refused=asn01,asn02 no-list=asn03"). One line each, without control
// characters.
std::vector<std::string> notify_words(const ServersChange& change);
std::vector<std::string> notify_environment(const ServersChange& change, const std::string& path);

}  // namespace hanfs::check
