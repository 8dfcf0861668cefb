// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using WireJson = nlohmann::ordered_json;
using report::PluginState;

bool has_answered(const Answer& answer) {
  return !answer.looks.empty() && answer.looks.back().reached == Reached::answered;
}

// Of the last look that was answered.
const Look* answered_look(const Answer& answer) {
  for (auto look = answer.looks.rbegin(); look != answer.looks.rend(); ++look)
    if (look->reached == Reached::answered) return &*look;
  return nullptr;
}

std::string answer_cell(const Answer& answer) {
  if (answer.looks.empty()) return name_of(Reached::not_asked);
  const Look& last = answer.looks.back();
  const std::string word = last.reached == Reached::answered ? status_name(last.status) : name_of(last.reached);
  return word == "NFS4_OK" ? "ok" : word;
}

std::string fsid_text(const Fsid& fsid) { return std::to_string(fsid.major_id) + "." + std::to_string(fsid.minor_id); }

std::vector<std::string> table_row(const Answer& answer) {
  std::vector<std::string> row{answer.server, "", answer_cell(answer), "-", "-", "-", "-"};
  if (!answer.looks.empty()) row[1] = answer.looks.back().address;
  const Look* const look = answered_look(answer);
  if (look == nullptr) return row;
  row[3] = text::fixed(look->round_trip_seconds * 1000, 1) + " ms";
  const Attributes& attributes = look->attributes;
  if (attributes.fsid) row[4] = fsid_text(*attributes.fsid);
  if (attributes.lease_seconds) row[5] = std::to_string(*attributes.lease_seconds) + " s";
  if (attributes.fs_locations && !attributes.fs_locations->locations.empty())
    row[6] = list_text(*attributes.fs_locations);
  return row;
}

std::string summary_of(const ServersReport& report) {
  const auto answering =
      static_cast<std::size_t>(std::count_if(report.answers.begin(), report.answers.end(), has_answered));
  const std::string counted = std::to_string(answering) + " of " + std::to_string(report.answers.size()) + " answer";
  std::vector<std::string> words;
  for (const WireFinding& finding : report.findings)
    if (finding.level != WireLevel::note)
      words.push_back(finding.code + " (" + text::joined(finding.servers, ", ") + ")");
  if (!words.empty()) return report.path + ": " + text::joined(words, ", ") + "; " + counted;
  const Look* const first = report.answers.empty() ? nullptr : answered_look(report.answers.front());
  const std::size_t replicas =
      first != nullptr && first->attributes.fs_locations ? first->attributes.fs_locations->locations.size() : 0;
  return report.path + ": " + counted + ", and all name the same " + std::to_string(replicas) + " replicas";
}

template <class Value>
WireJson json_or_null(const std::optional<Value>& value) {
  return value ? WireJson(*value) : WireJson(nullptr);
}

WireJson json_of_look(const Look& look) {
  WireJson object{{"reached", name_of(look.reached)},
                  {"detail", look.detail.empty() ? WireJson(nullptr) : WireJson(look.detail)},
                  {"address", look.address.empty() ? WireJson(nullptr) : WireJson(look.address)}};
  if (look.reached != Reached::answered) return object;
  const Attributes& attributes = look.attributes;
  object["privileged_port"] = look.privileged_port;
  object["connect_seconds"] = look.connect_seconds;
  object["round_trip_seconds"] = look.round_trip_seconds;
  object["status"] = status_name(look.status);
  object["ended_at"] = look.ended_at;
  object["fsid"] = attributes.fsid ? WireJson(fsid_text(*attributes.fsid)) : WireJson(nullptr);
  object["lease_seconds"] = json_or_null(attributes.lease_seconds);
  object["persistent_handles"] =
      attributes.fh_expire_type ? WireJson(*attributes.fh_expire_type == 0) : WireJson(nullptr);
  object["fs_root"] = nullptr;
  object["replicas"] = WireJson::array();
  if (!attributes.fs_locations) return object;
  object["fs_root"] = attributes.fs_locations->fs_root;
  for (const Location& location : attributes.fs_locations->locations)
    object["replicas"].push_back({{"server", location.server}, {"rootpath", location.rootpath}});
  return object;
}

PluginState state_of_level(WireLevel level) {
  switch (level) {
    case WireLevel::critical:
      return PluginState::critical;
    case WireLevel::warning:
      return PluginState::warning;
    case WireLevel::unknown:
      return PluginState::unknown;
    case WireLevel::note:
      return PluginState::ok;
  }
  return PluginState::unknown;
}

}  // namespace

PluginState state_of(const ServersReport& report) {
  PluginState state = PluginState::ok;
  for (const WireFinding& finding : report.findings) state = report::worse(state, state_of_level(finding.level));
  return state;
}

report::PluginReport plugin_of(const ServersReport& report) {
  report::PluginReport plugin;
  plugin.state = state_of(report);
  plugin.summary = summary_of(report);
  report::Table table({"SERVER", "ADDRESS", "ANSWER", "ROUND TRIP", "FSID", "LEASE", "REPLICAS"});
  std::size_t answering = 0;
  for (const Answer& answer : report.answers) {
    table.add(table_row(answer));
    const bool answers = has_answered(answer);
    answering += answers ? 1 : 0;
    plugin.values.push_back({"rtt_" + answer.server,
                             answers ? text::fixed(answer.looks.back().round_trip_seconds, 6) : "U", "s", "", "", "0",
                             ""});
  }
  const std::string all = std::to_string(report.answers.size());
  plugin.values.push_back({"servers_answering", std::to_string(answering), "", "", all + ":", "0", all});
  const std::string lines = table.text();
  for (const std::string_view line : text::split(lines, '\n'))
    if (!line.empty()) plugin.details.emplace_back(line);
  for (const WireFinding& finding : report.findings) plugin.details.push_back(line_of(finding));
  return plugin;
}

WireJson json_of(const WireFinding& finding) {
  return {{"state", name_of(finding.level)},
          {"code", finding.code},
          {"servers", finding.servers},
          {"text", finding.text},
          {"cure", finding.cure}};
}

WireJson json_of(const ServersReport& report) {
  WireJson servers = WireJson::array();
  for (const Answer& answer : report.answers) {
    WireJson looks = WireJson::array();
    for (const Look& look : answer.looks) looks.push_back(json_of_look(look));
    servers.push_back(
        {{"server", answer.server},
         {"addresses", answer.looks.empty() ? WireJson::array() : WireJson(answer.looks.front().addresses)},
         {"looks", std::move(looks)}});
  }
  WireJson findings = WireJson::array();
  for (const WireFinding& finding : report.findings) findings.push_back(json_of(finding));
  return {{"path", report.path}, {"servers", std::move(servers)}, {"findings", std::move(findings)}};
}

}  // namespace hanfs::check
