// SPDX-License-Identifier: Apache-2.0
// Words and style stand in templates/timeline.html.mustache.
#include "report/timeline_page.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/templates.hpp"
#include "text/html.hpp"
#include "text/words.hpp"

namespace hanfs::report {
namespace {

using json = nlohmann::ordered_json;

constexpr double shortest = 0.001;  // seconds; a watch has some length

std::string seconds_of(double value) { return text::fixed(value, 1) + " s"; }

std::string what_of(const TimelineBar& bar) {
  if (!bar.failed) return "a read stalled";
  return "reads failed" + (bar.error.empty() ? "" : ": " + bar.error);
}

// The picture is 1000 wide; what is short is still to be seen.
json bars_of(const TimelineRow& row, double length) {
  constexpr double width_of_picture = 1000, narrowest = 1.5;
  json list = json::array();
  for (const TimelineBar& bar : row.bars) {
    const double width = std::max(narrowest, (bar.to - bar.from) / length * width_of_picture);
    const double x = std::min(bar.from / length * width_of_picture, width_of_picture - width);
    list.push_back({{"state", bar.failed ? "failed" : "stalled"},
                    {"x", text::fixed(x, 1)},
                    {"width", text::fixed(width, 1)},
                    {"title", what_of(bar) + " for " + seconds_of(bar.to - bar.from)}});
  }
  return list;
}

json table_of(const TimelineRow& row) {
  if (row.bars.empty()) return nullptr;
  json list = json::array();
  for (const TimelineBar& bar : row.bars)
    list.push_back({{"from", seconds_of(bar.from)}, {"length", seconds_of(bar.to - bar.from)}, {"what", what_of(bar)}});
  return {{"list", std::move(list)}};
}

}  // namespace

std::string text_of(const TimelinePage& page) {
  json rows = json::array();
  double longest = shortest;
  for (const TimelineRow& row : page.rows) {
    const double length = std::max(row.length, shortest);
    longest = std::max(longest, length);
    rows.push_back({{"name", row.name},
                    {"moved", row.moved},
                    {"summary", row.summary},
                    {"measured", row.length > 0},
                    {"length", seconds_of(length)},
                    {"bars", bars_of(row, length)},
                    {"table", table_of(row)}});
  }
  const json values{{"title", page.title},      {"when", page.when},       {"length", seconds_of(longest)},
                    {"version", HANFS_VERSION}, {"verdict", page.verdict}, {"maker", page.maker},
                    {"rows", std::move(rows)}};
  return text::fill(timeline_templates(), "timeline", values, text::html_escaped) + "\n";
}

}  // namespace hanfs::report
