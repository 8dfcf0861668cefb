// SPDX-License-Identifier: Apache-2.0
// Words and style stand in templates/timeline.html.mustache.
#include "report/timeline_page.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "report/templates.hpp"
#include "text/html.hpp"

namespace hanfs::report {
namespace {

using json = nlohmann::ordered_json;

constexpr double shortest = 0.001;  // seconds; a watch has some length

std::string fixed(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f%s", value, unit);
  return text;
}

// The picture is 1000 wide; what is short is still to be seen.
json bars_of(const TimelineRow& row, double length) {
  constexpr double width_of_picture = 1000, narrowest = 1.5;
  json list = json::array();
  for (const TimelineBar& bar : row.bars) {
    const double width = std::max(narrowest, (bar.to - bar.from) / length * width_of_picture);
    const double x = std::min(bar.from / length * width_of_picture, width_of_picture - width);
    list.push_back({{"state", bar.failed ? "failed" : "stalled"},
                    {"x", fixed(x, "")},
                    {"width", fixed(width, "")},
                    {"title", bar.what + " for " + fixed(bar.to - bar.from, " s")}});
  }
  return list;
}

json table_of(const TimelineRow& row) {
  if (row.bars.empty()) return nullptr;
  json list = json::array();
  for (const TimelineBar& bar : row.bars)
    list.push_back({{"from", fixed(bar.from, " s")}, {"length", fixed(bar.to - bar.from, " s")}, {"what", bar.what}});
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
                    {"length", fixed(length, " s")},
                    {"bars", bars_of(row, length)},
                    {"table", table_of(row)}});
  }
  const json values{{"title", page.title},      {"when", page.when},       {"length", fixed(longest, " s")},
                    {"version", HANFS_VERSION}, {"verdict", page.verdict}, {"maker", page.maker},
                    {"rows", std::move(rows)}};
  return text::fill(timeline_templates(), "timeline", values, text::html_escaped) + "\n";
}

}  // namespace hanfs::report
