// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/watch/report.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace hanfs::check {
namespace {

using EventKind = WatchEvent::Kind;

const std::string stale = std::strerror(ESTALE);

WatchedPath path_of(const std::string& path, const std::string& before = "", const std::string& after = "") {
  return {path, Timeline(0.5), before, after};
}

void read_once(WatchedPath& watched, double from, double to, int error = 0) {
  watched.timeline.begun(from);
  watched.timeline.ended(to, error);
}

}  // namespace

TEST_CASE("each event of a watch, as a line and as an object") {
  struct Case {
    WatchEvent event;
    std::string line;
    const char* object;
  };
  const Case cases[] = {
      {{EventKind::stalled, 1.23456, 0, 0},
       "1.2 s  /a\\x0ab: stalled",
       R"({"event":"stalled","path":"/a\nb","at_seconds":1.235})"},
      {{EventKind::resumed, 12.5, 8.25, 0},
       "12.5 s  /a\\x0ab: goes on after a stall of 8.2 s",
       R"({"event":"resumed","path":"/a\nb","at_seconds":12.5,"stall_seconds":8.25})"},
      {{EventKind::failed, 3, 0, ESTALE},
       "3.0 s  /a\\x0ab: cannot be read: " + stale,
       R"({"event":"failed","path":"/a\nb","at_seconds":3.0,"error":"Stale file handle"})"},
      {{EventKind::recovered, 4, 0.9996, 0},
       "4.0 s  /a\\x0ab: can be read again after 1.0 s",
       R"({"event":"recovered","path":"/a\nb","at_seconds":4.0,"failing_seconds":1.0})"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.line);
    CHECK(event_line("/a\nb", c.event) == c.line);
    CHECK(event_json("/a\nb", c.event).dump() == c.object);
  }
}

TEST_CASE("the live line: each path is well, stalls, or fails") {
  std::vector<WatchedPath> paths{path_of("/usr"), path_of("/home"), path_of("/a\nb")};
  read_once(paths[0], 1, 4);
  read_once(paths[1], 1, 1.1, EIO);
  paths[2].timeline.begun(2);
  CHECK(live_line(paths, 2.4) == "2.4 s  /usr ok  /home FAILS  /a\\x0ab ok");
  CHECK(live_line(paths, 2.5) == "2.5 s  /usr ok  /home FAILS  /a\\x0ab STALLED 0.5 s");
}

TEST_CASE("the report: OK, WARNING, CRITICAL, and each path's row") {
  std::vector<WatchedPath> paths{path_of("/a", "10.0.0.1", "10.0.0.1"), path_of("/b")};
  for (WatchedPath& watched : paths) read_once(watched, 1, 1.1);
  report::PluginReport report = watch_report(paths, 2);
  CHECK(report.state == report::PluginState::ok);
  CHECK(report.summary == "no stall in 2.0 s");
  REQUIRE(report.details.size() == 3);
  CHECK(report.details[1] == "/a    1      0       none           10.0.0.1       10.0.0.1      ok");
  CHECK(report.details[2] == "/b    1      0       none           -              -             ok");
  WatchedPath short_stall = path_of("/c");
  read_once(short_stall, 1, 1.6);
  CHECK(watch_report({short_stall}, 2).summary == "longest stall 0.6 s in 2.0 s");
  CHECK(watch_report({short_stall}, 2).details.at(1).find(" 0.6 s ") != std::string::npos);
  // One stall, or one read that failed, is a warning; the other path does not take it away.
  read_once(paths[0], 2, 4);
  report = watch_report(paths, 5);
  CHECK(report.state == report::PluginState::warning);
  CHECK(report.summary == "longest stall 2.0 s in 5.0 s");
  read_once(paths[1], 2, 2.1, EIO);
  CHECK(watch_report(paths, 5).state == report::PluginState::critical);
  read_once(paths[1], 2.2, 2.3);
  report = watch_report(paths, 5);
  CHECK(report.state == report::PluginState::warning);
  CHECK(report.summary == "longest stall 2.0 s in 5.0 s, but 1 read failed, for up to 0.2 s (/b: " +
                              std::string(std::strerror(EIO)) + ")");
  read_once(paths[1], 4, 4.1, ESTALE);
  report = watch_report(paths, 5);
  CHECK(report.state == report::PluginState::critical);
  CHECK(report.summary == "longest stall 2.0 s in 5.0 s, but 2 reads failed, for up to 0.9 s (/b: " + stale +
                              "); not all can be read now");
  CHECK(report.details.at(2) == "/b    4      2       none           -              -             fails");
  paths[0].timeline.begun(4);
  report = watch_report(paths, 7);
  CHECK(report.summary.find("longest stall 3.0 s in 7.0 s, but 2 reads") == 0);
  CHECK(report.details.at(1) == "/a    2      0       3.0 s          10.0.0.1       10.0.0.1      stalled");
  // A path that is well does not take back what another one is.
  std::swap(paths[0], paths[1]);
  paths.push_back(path_of("/c"));
  CHECK(watch_report(paths, 7).state == report::PluginState::critical);
}

TEST_CASE("a path has moved only where both servers are known") {
  CHECK(path_of("/a", "x", "y").has_moved());
  CHECK_FALSE(path_of("/a", "x", "x").has_moved());
  CHECK_FALSE(path_of("/a", "", "y").has_moved());
  CHECK_FALSE(path_of("/a", "x", "").has_moved());
}

TEST_CASE("the object at the end has all segments, and null for what is not known") {
  std::vector<WatchedPath> paths{path_of("/a", "10.0.0.1", "10.0.0.2"), path_of("/b")};
  read_once(paths[0], 1, 3.0004);
  paths[1].timeline.begun(0);
  paths[1].timeline.ended(0.1, ESTALE);
  CHECK(watch_json(paths, 4.00061).dump() ==
        R"({"event":"end","seconds":4.001,"paths":[)"
        R"({"path":"/a","reads":1,"errors":0,"longest_stall_seconds":2.0,"stalled_now":false,"failing_now":false,)"
        R"("server_before":"10.0.0.1","server_after":"10.0.0.2","moved":true,)"
        R"("segments":[{"state":"stalled","from_seconds":1.0,"to_seconds":3.0}]},)"
        R"({"path":"/b","reads":1,"errors":1,"longest_stall_seconds":0.0,"stalled_now":false,"failing_now":true,)"
        R"("server_before":null,"server_after":null,"moved":false,)"
        R"("segments":[{"state":"failed","from_seconds":0.1,"to_seconds":4.001,"error":")" +
            stale + R"("}]}]})");
}

TEST_CASE("the page: what was read, who served, and a bar for each stall and failure") {
  std::vector<WatchedPath> paths{path_of("/a", "10.0.0.1", ""), path_of("/b", "10.0.0.1", "10.0.0.2")};
  read_once(paths[0], 1, 1.1, ESTALE);
  read_once(paths[0], 6.1, 6.1);
  read_once(paths[1], 2, 4);
  const auto has = [](const std::string& page, const std::string& text) {
    CAPTURE(text);
    CHECK(page.find(text) != std::string::npos);
  };
  const std::string page = watch_page(paths, 10, {"T", "now"});
  has(page, "2 reads, 1 error, no stall; 10.0.0.1 before, not known after");
  has(page, "1 read, 0 errors, longest stall 2.0 s; 10.0.0.1 before, 10.0.0.2 after");
  has(page, "<rect class=\"failed\" x=\"110.0\" y=\"0\" width=\"500.0\"");
  has(page, stale);
  has(page, "<rect class=\"stalled\" x=\"200.0\" y=\"0\" width=\"200.0\"");
  // Of no time at all it divides by something else than zero.
  CHECK(watch_page({path_of("/a")}, 0, {"T", "now"}).find("nan") == std::string::npos);
}

}  // namespace hanfs::check
