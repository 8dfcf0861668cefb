// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "checkhanfs/watch/report.hpp"
#include "report/timeline_page.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

report::TimelineRow row_of(const WatchedPath& watched, double now) {
  const double longest = watched.timeline.longest(now);
  report::TimelineRow row;
  row.name = watched.path;
  row.moved = watched.has_moved();
  row.length = std::max(now, 0.001);
  row.summary = text::counted(watched.timeline.reads(), "read") + ", " +
                text::counted(watched.timeline.errors(), "error") + ", " +
                (longest > 0 ? "longest stall " + text::fixed(longest, 1) + " s" : "no stall");
  if (!watched.server_before.empty())
    row.summary += "; " + watched.server_before + " before, " +
                   (watched.server_after.empty() ? "not known" : watched.server_after) + " after";
  for (const Segment& segment : watched.timeline.segments(now)) {
    const bool failed = segment.state == Segment::State::failed;
    row.bars.push_back({failed, segment.from, segment.to, failed ? std::strerror(segment.error) : ""});
  }
  return row;
}

}  // namespace

std::string watch_page(const std::vector<WatchedPath>& paths, double now, const PageHeading& heading) {
  report::TimelinePage page{heading.title, heading.when, watch_report(paths, now).summary, "checkhanfs watch", {}};
  for (const WatchedPath& watched : paths) page.rows.push_back(row_of(watched, now));
  return text_of(page);
}

}  // namespace hanfs::check
