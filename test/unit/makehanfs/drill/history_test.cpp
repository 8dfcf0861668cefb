// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/history.hpp"

#include <doctest/doctest.h>

using hanfs::cluster::age_of;
using hanfs::cluster::appended;
using hanfs::cluster::DrillRecord;
using hanfs::cluster::last_comparison;
using hanfs::cluster::last_drill;
using hanfs::cluster::line_of;
using hanfs::cluster::objections_to;
using hanfs::cluster::parse_drills;

TEST_CASE("a drill that was kept is read as it was, and half a line costs no other") {
  const DrillRecord one{"2026-11-28T12:00:00Z", "root", "A", "asn01", 30, "begun"};
  const DrillRecord two{"2026-11-28T12:01:00Z", "", "A", "asn01", 30, "passed"};
  const DrillRecord other{"2026-11-29T12:01:00Z", "", "B", "asn03", 5, "failed"};
  const auto history = parse_drills(line_of(one) + line_of(two) + "{\"when\":\"20" + "\n[]\n{}\n" + line_of(other));
  CHECK(history.unread == 3);
  const auto& records = history.records;
  CHECK(records == std::vector<DrillRecord>{one, two, other});
  CHECK(*last_drill(records, "A") == two);
  CHECK_FALSE(last_comparison(records, "A"));
  const DrillRecord same{"2026-11-30T12:01:00Z", "", "A", "asn01", 30, std::string(hanfs::cluster::trees_same)};
  const auto compared = parse_drills(line_of(two) + line_of(same)).records;
  CHECK(*last_drill(compared, "A") == two);
  CHECK(*last_comparison(compared, "A") == same);
  CHECK_FALSE(last_drill(records, "C"));
  CHECK(parse_drills("").records.empty());
  // Behind half a line, or a whole one without its newline, the next record is whole.
  for (const std::string& torn : {line_of(one).substr(0, 30), line_of(one).substr(0, line_of(one).size() - 1)}) {
    const auto more = parse_drills(torn + appended(other, torn));
    CHECK(more.records.back() == other);
    CHECK(more.records.size() + more.unread == 2);
  }
  CHECK(appended(other, "") == line_of(other));
  CHECK(appended(other, line_of(one)) == line_of(other));
}

TEST_CASE("how long ago a drill was, by the two dates") {
  CHECK(age_of("2026-11-28T23:59:59Z", "2026-11-28T00:00:00Z") == "today");
  CHECK(age_of("2026-11-27T23:59:59Z", "2026-11-28T00:00:00Z") == "1 day ago");
  CHECK(age_of("2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z") == "2 days ago");
  CHECK(age_of("2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z") == "1 day ago");
  CHECK(age_of("2027-01-01T00:00:00Z", "2026-01-01T00:00:00Z") == "2027-01-01T00:00:00Z");
  CHECK(age_of("yesterday", "2026-01-01T00:00:00Z") == "yesterday");
}

TEST_CASE("content that was different when it was last compared is not as wanted") {
  const DrillRecord differ{"2026-11-28T12:00:00Z", "", "A", "asn01", 0, std::string(hanfs::cluster::trees_differ)};
  const std::vector<std::string> said = objections_to({{"A", {}, differ}, {"B", {}, {}}}, "2026-11-30T12:00:00Z");
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("domain A: its servers did not have the same content when they were compared, 2 days ago") == 0);
  CHECK(said[0].find("makehanfs drill A --rehearse") != std::string::npos);
  DrillRecord same = differ;
  same.what = hanfs::cluster::trees_same;
  CHECK(objections_to({{"A", differ, same}}, "2026-11-30T12:00:00Z").empty());
}
