// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/history.hpp"

#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

std::string word_of(const nlohmann::ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Days since 0000-03-01 in the proleptic Gregorian calendar; nullopt: no date. The year begins in March, so that the
// day that is put in comes last.
std::optional<long> day_of(const std::string& when) {
  if (when.size() < 10 || when[4] != '-' || when[7] != '-') return std::nullopt;
  const auto year = text::whole_number<long>(std::string_view(when).substr(0, 4));
  const auto month = text::whole_number<long>(std::string_view(when).substr(5, 2));
  const auto day = text::whole_number<long>(std::string_view(when).substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  const long y = *month < 3 ? *year - 1 : *year;
  const long m = (*month + 9) % 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + *day - 1;
}

}  // namespace

std::string line_of(const DrillRecord& record) {
  const nlohmann::ordered_json object{{"when", record.when},     {"who", record.who},
                                      {"domain", record.domain}, {"server", record.server},
                                      {"what", record.what},     {"outage_seconds", record.outage_seconds}};
  return report::json_text(object) + "\n";
}

std::vector<DrillRecord> parse_drills(std::string_view text) {
  std::vector<DrillRecord> records;
  for (const std::string_view line : text::split(text, '\n')) {
    const auto object = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!object.is_object()) continue;
    DrillRecord record{
        word_of(object, "when"), word_of(object, "who"), word_of(object, "domain"), word_of(object, "server"), 0,
        word_of(object, "what")};
    if (const auto seconds = object.find("outage_seconds"); seconds != object.end() && seconds->is_number_integer())
      record.outage_seconds = seconds->get<long>();
    if (!record.domain.empty() && !record.what.empty()) records.push_back(std::move(record));
  }
  return records;
}

std::optional<DrillRecord> last_drill(const std::vector<DrillRecord>& records, const std::string& domain) {
  for (auto record = records.rbegin(); record != records.rend(); ++record)
    if (record->domain == domain) return *record;
  return std::nullopt;
}

std::string age_of(const std::string& when, const std::string& now) {
  const std::optional<long> then = day_of(when);
  const std::optional<long> today = day_of(now);
  if (!then || !today || *then > *today) return when;
  const long days = *today - *then;
  return days == 0 ? "today" : days == 1 ? "1 day ago" : std::to_string(days) + " days ago";
}

std::vector<DomainDrill> drills_of(const Cluster& cluster, const std::vector<DrillRecord>& records) {
  std::vector<DomainDrill> drills;
  for (const Domain& domain : cluster.domains)
    if (domain.valid && !domain.nodes.empty()) drills.push_back({domain.name, last_drill(records, domain.name)});
  return drills;
}

std::string drills_text(const std::vector<DomainDrill>& drills, const std::string& now) {
  report::Table table({"DOMAIN", "LAST DRILL", "SERVER", "RESULT"});
  for (const DomainDrill& one : drills)
    if (one.last) table.add({one.domain, age_of(one.last->when, now), one.last->server, one.last->what});
  return table.empty() ? "" : "\n" + table.text();
}

nlohmann::ordered_json drills_json(const std::vector<DomainDrill>& drills) {
  auto list = nlohmann::ordered_json::array();
  for (const DomainDrill& one : drills) {
    nlohmann::ordered_json row{{"domain", one.domain}, {"when", nullptr}, {"server", nullptr}, {"result", nullptr}};
    if (one.last) row.update({{"when", one.last->when}, {"server", one.last->server}, {"result", one.last->what}});
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace hanfs::cluster
