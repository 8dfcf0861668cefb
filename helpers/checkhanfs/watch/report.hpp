// SPDX-License-Identifier: Apache-2.0
// What a watch has seen, for people and for scripts. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "checkhanfs/watch/watcher.hpp"
#include "report/plugin.hpp"

namespace hanfs::check {

// "12.3 s  /usr: stalled"
std::string event_line(const std::string& path, const WatchEvent& event);
nlohmann::ordered_json event_json(const std::string& path, const WatchEvent& event);

// What is so now, for the last line of a terminal: "12.3 s  /usr ok  /home STALLED 4.2 s".
std::string live_line(const std::vector<WatchedPath>& paths, double now);

// OK: nothing stalled or failed; WARNING: something did, and goes on; CRITICAL: something stalls or fails now.
report::PluginReport watch_report(const std::vector<WatchedPath>& paths, double now);
nlohmann::ordered_json watch_json(const std::vector<WatchedPath>& paths, double now);

struct PageHeading {
  std::string title;
  std::string when;  // UTC, as sys::Clock::utc() gives it
};
// A page of its own: a timeline for each path.
std::string watch_page(const std::vector<WatchedPath>& paths, double now, const PageHeading& heading);

}  // namespace hanfs::check
