// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/watch/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using json = nlohmann::ordered_json;
using Kind = WatchEvent::Kind;

std::string tenths(double seconds) { return text::fixed(seconds, 1) + " s"; }

double milliseconds(double seconds) { return std::round(seconds * 1000) / 1000; }

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::stalled:
      return "stalled";
    case Kind::resumed:
      return "resumed";
    case Kind::failed:
      return "failed";
    case Kind::recovered:
      return "recovered";
  }
  return "";
}

// ", but 3 reads failed, for up to 0.6 s (/usr: Stale file handle)"; empty: none did.
std::string failures(const std::vector<WatchedPath>& paths, double now) {
  std::size_t errors = 0;
  double longest = -1;
  std::string what;
  for (const WatchedPath& watched : paths) {
    errors += watched.timeline.errors();
    for (const Segment& segment : watched.timeline.segments(now)) {
      if (segment.state != Segment::State::failed || segment.to - segment.from <= longest) continue;
      longest = segment.to - segment.from;
      what = report::escape_control(watched.path) + ": " + std::strerror(segment.error);
    }
  }
  if (errors == 0) return "";
  return ", but " + text::counted(errors, "read") + " failed, for up to " + tenths(longest) + " (" + what + ")";
}

}  // namespace

std::string event_line(const std::string& path, const WatchEvent& event) {
  std::string text = tenths(event.at) + "  " + report::escape_control(path) + ": ";
  switch (event.kind) {
    case Kind::stalled:
      return text + "stalled";
    case Kind::resumed:
      return text + "goes on after a stall of " + tenths(event.seconds);
    case Kind::failed:
      return text + "cannot be read: " + std::strerror(event.error);
    case Kind::recovered:
      return text + "can be read again after " + tenths(event.seconds);
  }
  return text;
}

json event_json(const std::string& path, const WatchEvent& event) {
  json object{{"event", name_of(event.kind)}, {"path", path}, {"at_seconds", milliseconds(event.at)}};
  if (event.kind == Kind::resumed) object["stall_seconds"] = milliseconds(event.seconds);
  if (event.kind == Kind::recovered) object["failing_seconds"] = milliseconds(event.seconds);
  if (event.kind == Kind::failed) object["error"] = std::strerror(event.error);
  return object;
}

std::string live_line(const std::vector<WatchedPath>& paths, double now) {
  std::string text = tenths(now);
  for (const WatchedPath& watched : paths) {
    const std::optional<double> stall = watched.timeline.stalled_for(now);
    text += "  " + report::escape_control(watched.path);
    text += stall ? " STALLED " + tenths(*stall) : watched.timeline.is_failing() ? " FAILS" : " ok";
  }
  return text;
}

report::PluginReport watch_report(const std::vector<WatchedPath>& paths, double now) {
  report::PluginReport report;
  report.state = report::PluginState::ok;
  double longest = 0;
  report::Table table({"PATH", "READS", "ERRORS", "LONGEST STALL", "SERVER BEFORE", "SERVER AFTER", "NOW"});
  for (const WatchedPath& watched : paths) {
    const Timeline& timeline = watched.timeline;
    const bool hangs = timeline.stalled_for(now).has_value();
    const bool broken = hangs || timeline.is_failing();
    longest = std::max(longest, timeline.longest(now));
    if (broken) {
      report.state = report::PluginState::critical;
    } else if (timeline.longest(now) > 0 || timeline.errors() != 0) {
      report.state = report::worse(report.state, report::PluginState::warning);
    }
    const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
    table.add({watched.path, std::to_string(timeline.reads()), std::to_string(timeline.errors()),
               timeline.longest(now) > 0 ? tenths(timeline.longest(now)) : "none", or_dash(watched.server_before),
               or_dash(watched.server_after),
               hangs                 ? "stalled"
               : broken              ? "fails"
               : watched.has_moved() ? "moved"
                                     : "ok"});
    report.values.push_back(
        {"stall_" + watched.path, text::shortest(milliseconds(timeline.longest(now))), "s", "", "", "0", ""});
  }
  report.summary = (longest > 0 ? "longest stall " + tenths(longest) : "no stall") + " in " + tenths(now) +
                   failures(paths, now) +
                   (report.state == report::PluginState::critical ? "; not all can be read now" : "");
  const std::string text = table.text();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    report.details.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return report;
}

json watch_json(const std::vector<WatchedPath>& paths, double now) {
  json list = json::array();
  for (const WatchedPath& watched : paths) {
    json segments = json::array();
    for (const Segment& segment : watched.timeline.segments(now)) {
      json one{{"state", segment.state == Segment::State::stalled ? "stalled" : "failed"},
               {"from_seconds", milliseconds(segment.from)},
               {"to_seconds", milliseconds(segment.to)}};
      if (segment.error != 0) one["error"] = std::strerror(segment.error);
      segments.push_back(std::move(one));
    }
    const auto or_null = [](const std::string& text) { return text.empty() ? json(nullptr) : json(text); };
    list.push_back({{"path", watched.path},
                    {"reads", watched.timeline.reads()},
                    {"errors", watched.timeline.errors()},
                    {"longest_stall_seconds", milliseconds(watched.timeline.longest(now))},
                    {"stalled_now", watched.timeline.stalled_for(now).has_value()},
                    {"failing_now", watched.timeline.is_failing()},
                    {"server_before", or_null(watched.server_before)},
                    {"server_after", or_null(watched.server_after)},
                    {"moved", watched.has_moved()},
                    {"segments", std::move(segments)}});
  }
  return {{"event", "end"}, {"seconds", milliseconds(now)}, {"paths", std::move(list)}};
}

}  // namespace hanfs::check
