// SPDX-License-Identifier: Apache-2.0
// What is kept of drills on the management node: JSON lines, each with when, who, domain, server, outage_seconds, what.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/model/cluster.hpp"

namespace hanfs::cluster {

constexpr std::string_view trees_same = "same content";
constexpr std::string_view trees_differ = "different content";

constexpr const char* drill_history = "/var/hanfs/drills";

struct DrillRecord {
  std::string when;  // "2026-11-28T12:00:00Z"
  std::string who;   // may be empty
  std::string domain;
  std::string server;
  long outage_seconds = 0;
  std::string what;  // "begun", "passed", "failed"; of a comparison of the servers' trees trees_same, trees_differ

  bool operator==(const DrillRecord& o) const {
    return when == o.when && who == o.who && domain == o.domain && server == o.server &&
           outage_seconds == o.outage_seconds && what == o.what;
  }
};

std::string line_of(const DrillRecord& record);  // with its newline
struct DrillHistory {
  std::vector<DrillRecord> records;
  std::size_t unread = 0;  // lines that are no record: a run that was killed may leave half a line
};
DrillHistory parse_drills(std::string_view text);
// To be appended to what is in the file now: it begins a line of its own, also behind half a line.
std::string appended(const DrillRecord& record, std::string_view present);
// nullopt: this domain was never drilled.
std::optional<DrillRecord> last_drill(const std::vector<DrillRecord>& records, const std::string& domain);
// nullopt: the trees of its servers were never compared.
std::optional<DrillRecord> last_comparison(const std::vector<DrillRecord>& records, const std::string& domain);

// "today", "1 day ago", "12 days ago", by the two dates; `when` itself where one is no date.
std::string age_of(const std::string& when, const std::string& now);

struct DomainDrill {
  std::string domain;
  std::optional<DrillRecord> last;
  std::optional<DrillRecord> compared;
};

// Of each sound domain that has nodes.
std::vector<DomainDrill> drills_of(const Cluster& cluster, const std::vector<DrillRecord>& records);
// What of them is not as wanted, with the cure: servers that had different content when they were last compared. `now`
// as below.
std::vector<std::string> objections_to(const std::vector<DomainDrill>& drills, const std::string& now);
// A row for each that was ever drilled or compared; empty: none. `now` as sys::Clock::utc() gives it.
std::string drills_text(const std::vector<DomainDrill>& drills, const std::string& now);
nlohmann::ordered_json drills_json(const std::vector<DomainDrill>& drills);

}  // namespace hanfs::cluster
