// SPDX-License-Identifier: Apache-2.0
// The page of a watch. Words and style stand in templates/watch.html.mustache.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "checkhanfs/watch/report.hpp"
#include "checkhanfs/watch/templates.hpp"
#include "text/html.hpp"

namespace hanfs::check {
namespace {

using json = nlohmann::ordered_json;

std::string fixed(double value, const char* unit, int digits = 1) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f%s", digits, value, unit);
  return text;
}

std::string what_of(const Segment& segment) {
  return segment.state == Segment::State::stalled ? "a read stalled"
                                                  : std::string("reads failed: ") + std::strerror(segment.error);
}

// The picture is 1000 wide; what is short is still to be seen.
json segments_of(const std::vector<Segment>& segments, double now) {
  constexpr double width_of_picture = 1000, narrowest = 1.5;
  json list = json::array();
  for (const Segment& segment : segments) {
    const double width = std::max(narrowest, (segment.to - segment.from) / now * width_of_picture);
    const double x = std::min(segment.from / now * width_of_picture, width_of_picture - width);
    list.push_back({{"state", segment.state == Segment::State::stalled ? "stalled" : "failed"},
                    {"x", fixed(x, "")},
                    {"width", fixed(width, "")},
                    {"title", what_of(segment) + " for " + fixed(segment.to - segment.from, " s")}});
  }
  return list;
}

json rows_of(const std::vector<Segment>& segments) {
  json list = json::array();
  for (const Segment& segment : segments)
    list.push_back({{"from", fixed(segment.from, " s")},
                    {"length", fixed(segment.to - segment.from, " s")},
                    {"what", what_of(segment)}});
  return list;
}

}  // namespace

std::string watch_page(const std::vector<WatchedPath>& paths, double now, const PageHeading& heading) {
  now = std::max(now, 0.001);
  json list = json::array();
  for (const WatchedPath& watched : paths) {
    const std::vector<Segment> segments = watched.timeline.segments(now);
    const double longest = watched.timeline.longest(now);
    list.push_back(
        {{"path", watched.path},
         {"moved", watched.has_moved()},
         {"summary", std::to_string(watched.timeline.reads()) + " reads, " + std::to_string(watched.timeline.errors()) +
                         " errors, " + (longest > 0 ? "longest stall " + fixed(longest, " s") : "no stall")},
         {"servers", watched.server_before.empty()
                         ? ""
                         : watched.server_before + " before, " +
                               (watched.server_after.empty() ? "not known" : watched.server_after) + " after"},
         {"length", fixed(now, " s")},
         {"segments", segments_of(segments, now)},
         {"rows", segments.empty() ? json(nullptr) : json{{"list", rows_of(segments)}}}});
  }
  const json values{{"title", heading.title},
                    {"when", heading.when},
                    {"length", fixed(now, " s")},
                    {"version", HANFS_VERSION},
                    {"verdict", watch_report(paths, now).summary},
                    {"paths", std::move(list)}};
  return text::fill(watch_templates(), "watch", values, text::html_escaped) + "\n";
}

}  // namespace hanfs::check
