// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/watch/timeline.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "checkhanfs/watch/report.hpp"

using hanfs::check::Segment;
using hanfs::check::Timeline;
using hanfs::check::WatchedPath;
using hanfs::check::WatchEvent;
using hanfs::report::PluginState;
using Kind = WatchEvent::Kind;

namespace {

void read(Timeline& timeline, double from, double to, int error = 0) {
  timeline.begun(from);
  timeline.ended(to, error);
}

}  // namespace

TEST_CASE("segments are alike where all that is said of them is") {
  const Segment one{Segment::State::failed, 1, 2, EIO};
  CHECK(one == Segment{Segment::State::failed, 1, 2, EIO});
  CHECK_FALSE(one == Segment{Segment::State::stalled, 1, 2, EIO});
  CHECK_FALSE(one == Segment{Segment::State::failed, 0, 2, EIO});
  CHECK_FALSE(one == Segment{Segment::State::failed, 1, 3, EIO});
  CHECK_FALSE(one == Segment{Segment::State::failed, 1, 2, ESTALE});
}

TEST_CASE("quick reads are no stall") {
  Timeline timeline(0.5);
  read(timeline, 0, 0.49);
  read(timeline, 0.5, 0.6);
  timeline.look(0.7);
  CHECK(timeline.take_events().empty());
  CHECK(timeline.reads() == 2);
  CHECK(timeline.longest(1) == 0);
  CHECK(timeline.segments(1).empty());
}

TEST_CASE("a stall is told while it lasts, once, and again with its length when it is over") {
  Timeline timeline(0.5);
  timeline.begun(2);
  timeline.look(2.4);
  CHECK(timeline.take_events().empty());
  CHECK_FALSE(timeline.stalled_for(2.4));
  timeline.look(2.5);
  timeline.look(3);
  CHECK(timeline.take_events() == std::vector<WatchEvent>{{Kind::stalled, 2, 0, 0}});
  CHECK(*timeline.stalled_for(3) == doctest::Approx(1));
  CHECK(timeline.longest(3) == doctest::Approx(1));
  CHECK(timeline.segments(3) == std::vector<Segment>{{Segment::State::stalled, 2, 3, 0}});
  timeline.ended(10.25, 0);
  CHECK(timeline.take_events() == std::vector<WatchEvent>{{Kind::resumed, 10.25, 8.25, 0}});
  CHECK(timeline.longest(20) == 8.25);
}

TEST_CASE("a stall that nobody looked at while it lasted is told all the same") {
  Timeline timeline(0.5);
  read(timeline, 1, 3);
  CHECK(timeline.take_events() == std::vector<WatchEvent>{{Kind::stalled, 1, 0, 0}, {Kind::resumed, 3, 2, 0}});
}

TEST_CASE("reads that fail are told once, until one works again") {
  Timeline timeline(0.5);
  read(timeline, 0, 0.1, ESTALE);
  read(timeline, 0.2, 0.3, EIO);
  CHECK(timeline.take_events() == std::vector<WatchEvent>{{Kind::failed, 0.1, 0, ESTALE}});
  CHECK(timeline.is_failing());
  CHECK(timeline.segments(1) == std::vector<Segment>{{Segment::State::failed, 0.1, 1, ESTALE}});
  read(timeline, 2, 2.1);
  CHECK(timeline.take_events() == std::vector<WatchEvent>{{Kind::recovered, 2.1, 2.0, 0}});
  CHECK(timeline.errors() == 2);
  CHECK_FALSE(timeline.is_failing());
}

TEST_CASE("of ten thousand stalls the longest are kept") {
  Timeline timeline(0.5);
  for (int i = 0; i < 10000; ++i) read(timeline, i * 10.0, i * 10.0 + (i == 9000 ? 9 : 1));
  const std::vector<Segment> kept = timeline.segments(1e6);
  CHECK(kept.size() == 2000);
  CHECK(timeline.longest(1e6) == doctest::Approx(9));
  CHECK(std::any_of(kept.begin(), kept.end(), [](const Segment& one) { return one.to - one.from > 8; }));
}

TEST_CASE("an end without a beginning counts nothing") {
  Timeline timeline(0.5);
  timeline.ended(1, 0);
  CHECK(timeline.reads() == 0);
}

TEST_CASE("the report: what goes on is a warning, what hangs now is critical") {
  std::vector<WatchedPath> paths{{"/usr", Timeline(0.5), "10.0.0.1", "10.0.0.2"}, {"/home", Timeline(0.5), "", ""}};
  read(paths[0].timeline, 1, 4.25);
  read(paths[1].timeline, 1, 1.1);
  auto report = watch_report(paths, 10);
  CHECK(report.state == PluginState::warning);
  CHECK(report.summary == "longest stall 3.2 s in 10.0 s");
  CHECK(report.details.at(1) == "/usr   1      0       3.2 s          10.0.0.1       10.0.0.2      moved");
  CHECK(plugin_text(report).find("'stall_/usr'=3.25s;;;0 'stall_/home'=0s;;;0\n") != std::string::npos);
  paths[1].timeline.begun(5);
  report = watch_report(paths, 10);
  CHECK(report.state == PluginState::critical);
  CHECK(live_line(paths, 10) == "10.0 s  /usr ok  /home STALLED 5.0 s");
  const auto json = watch_json(paths, 10);
  CHECK(json["paths"][0]["moved"] == true);
  CHECK(json["paths"][1]["longest_stall_seconds"] == 5.0);
  CHECK(json["paths"][1]["stalled_now"] == true);
}

TEST_CASE("the headline says which reads failed, and for how long") {
  std::vector<hanfs::check::WatchedPath> paths{{"/usr", Timeline(0.5), "", ""}, {"/home", Timeline(0.5), "", ""}};
  for (auto& watched : paths) {
    watched.timeline.begun(0);
    watched.timeline.ended(0.1, 0);
  }
  CHECK(watch_report(paths, 3).summary == "no stall in 3.0 s");
  Timeline& home = paths[1].timeline;
  for (const auto& [at, error] : {std::pair{1.0, ESTALE}, std::pair{1.3, ESTALE}, std::pair{1.6, 0}}) {
    home.begun(at);
    home.ended(at, error);
  }
  const auto report = watch_report(paths, 3);
  CHECK(report.state == PluginState::warning);
  CHECK(report.summary == "no stall in 3.0 s, but 2 reads failed, for up to 0.6 s (/home: Stale file handle)");
  // One that fails still.
  paths[0].timeline.begun(2);
  paths[0].timeline.ended(2, EACCES);
  CHECK(watch_report(paths, 3).summary ==
        "no stall in 3.0 s, but 3 reads failed, for up to 1.0 s (/usr: Permission denied); not all can be read now");
}

TEST_CASE("the page shows each path, and no name ends its markup") {
  std::vector<WatchedPath> paths{{"/a<b>&\"'\n", Timeline(0.5), "", ""}};
  read(paths[0].timeline, 5, 7.5);
  const std::string page = watch_page(paths, 10, {"Drill of <sn1>", "2026-11-28T12:00:00Z"});
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("<h1>Drill of &lt;sn1&gt;</h1>") != std::string::npos);
  CHECK(page.find("<rect class=\"stalled\" x=\"500.0\" y=\"0\" width=\"250.0\"") != std::string::npos);
  CHECK(page.find("longest stall 2.5 s") != std::string::npos);
}
