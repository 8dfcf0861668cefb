// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/history.hpp"

#include <nlohmann/json.hpp>

#include "makehanfs/drill/answer.hpp"
#include "report/json.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/utc.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

bool is_comparison(const DrillRecord& record) { return record.what == trees_same || record.what == trees_differ; }

std::optional<DrillRecord> last_of(const std::vector<DrillRecord>& records, const std::string& domain,
                                   bool comparison) {
  for (auto record = records.rbegin(); record != records.rend(); ++record)
    if (record->domain == domain && is_comparison(*record) == comparison) return *record;
  return std::nullopt;
}

const char* content_of(const DrillRecord& comparison) { return comparison.what == trees_same ? "same" : "different"; }

}  // namespace

std::string line_of(const DrillRecord& record) {
  const nlohmann::ordered_json object{{"when", record.when},     {"who", record.who},
                                      {"domain", record.domain}, {"server", record.server},
                                      {"what", record.what},     {"outage_seconds", record.outage_seconds}};
  return report::json_text(object) + "\n";
}

std::string appended(const DrillRecord& record, std::string_view present) {
  return (present.empty() || present.back() == '\n' ? "" : "\n") + line_of(record);
}

DrillHistory parse_drills(std::string_view text) {
  DrillHistory history;
  for (const std::string_view line : text::split(text, '\n')) {
    if (line.empty()) continue;
    ++history.unread;
    const auto object = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!object.is_object()) continue;
    DrillRecord record{
        word_of(object, "when"), word_of(object, "who"), word_of(object, "domain"), word_of(object, "server"), 0,
        word_of(object, "what")};
    record.outage_seconds = static_cast<long>(number_of(object, "outage_seconds"));
    if (record.domain.empty() || record.what.empty()) continue;
    history.records.push_back(std::move(record));
    --history.unread;
  }
  return history;
}

std::optional<DrillRecord> last_drill(const std::vector<DrillRecord>& records, const std::string& domain) {
  return last_of(records, domain, false);
}

std::optional<DrillRecord> last_comparison(const std::vector<DrillRecord>& records, const std::string& domain) {
  return last_of(records, domain, true);
}

std::string age_of(const std::string& when, const std::string& now) {
  constexpr std::int64_t day = 86400;  // seconds
  const std::optional<std::int64_t> then = text::seconds_of_utc(when);
  const std::optional<std::int64_t> today = text::seconds_of_utc(now);
  if (!then || !today || *then / day > *today / day) return when;
  const std::int64_t days = *today / day - *then / day;
  return days == 0 ? "today" : text::counted(static_cast<std::size_t>(days), "day") + " ago";
}

std::vector<DomainDrill> drills_of(const Cluster& cluster, const std::vector<DrillRecord>& records) {
  std::vector<DomainDrill> drills;
  for (const Domain& domain : cluster.domains)
    if (domain.valid && !domain.nodes.empty())
      drills.push_back({domain.name, last_drill(records, domain.name), last_comparison(records, domain.name)});
  return drills;
}

std::vector<std::string> objections_to(const std::vector<DomainDrill>& drills, const std::string& now) {
  std::vector<std::string> objections;
  for (const DomainDrill& one : drills)
    if (one.compared && one.compared->what == trees_differ)
      objections.push_back(
          "domain " + one.domain + ": its servers did not have the same content when they were compared, " +
          age_of(one.compared->when, now) + ", so files would be dead after a failover; cure, once they are equal: " +
          run::command_text({"makehanfs", "drill", one.domain, "--rehearse"}) +
          ", which compares them again and names the servers that differ");
  return objections;
}

std::string drills_text(const std::vector<DomainDrill>& drills, const std::string& now) {
  report::Table table({"DOMAIN", "LAST DRILL", "SERVER", "RESULT", "CONTENT COMPARED", "CONTENT"});
  for (const DomainDrill& one : drills) {
    if (!one.last && !one.compared) continue;
    table.add({one.domain, one.last ? age_of(one.last->when, now) : "never", one.last ? one.last->server : "-",
               one.last ? one.last->what : "-", one.compared ? age_of(one.compared->when, now) : "never",
               one.compared ? content_of(*one.compared) : "-"});
  }
  return table.empty() ? "" : "\n" + table.text();
}

nlohmann::ordered_json drills_json(const std::vector<DomainDrill>& drills) {
  auto list = nlohmann::ordered_json::array();
  for (const DomainDrill& one : drills) {
    nlohmann::ordered_json row{{"domain", one.domain},        {"when", nullptr},
                               {"server", nullptr},           {"result", nullptr},
                               {"content_compared", nullptr}, {"content", nullptr}};
    if (one.last) row.update({{"when", one.last->when}, {"server", one.last->server}, {"result", one.last->what}});
    if (one.compared) row.update({{"content_compared", one.compared->when}, {"content", content_of(*one.compared)}});
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace hanfs::cluster
