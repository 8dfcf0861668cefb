// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/node_report.hpp"

#include <nlohmann/json.hpp>

#include "report/table.hpp"

namespace hanfs::cluster {
namespace {

using nlohmann::json;

// nullptr where there is no such field.
const json* field(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text(const json& object, const char* name) {
  const json* value = field(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::vector<std::string> texts(const json& object, const char* name) {
  std::vector<std::string> list;
  const json* values = field(object, name);
  if (values == nullptr || !values->is_array()) return list;
  for (const json& value : *values)
    if (value.is_string()) list.push_back(value.get<std::string>());
  return list;
}

std::string shown(std::string_view line) {
  constexpr std::size_t most = 80;
  return report::escape_control(line.substr(0, most)) + (line.size() > most ? "..." : "");
}

}  // namespace

Result<NodeReport> parse_node_report(std::string_view line) {
  const json object = json::parse(line.begin(), line.end(), nullptr, false);
  if (!object.is_object())
    return Error{"its answer could not be read: " + std::to_string(line.size()) +
                 " bytes are no whole JSON object: " + shown(line)};
  if (text(object, "tool") != "setupnfsv4replication")
    return Error{"its answer could not be read: it is not that of setupnfsv4replication: " + shown(line)};
  NodeReport report;
  report.version = text(object, "version");
  report.nfs_domain = text(object, "nfs_domain");
  if (const json* result = field(object, "result")) {
    report.status = text(*result, "status");
    report.failover = text(*result, "failover");
  }
  const json* mounts = field(object, "mounts");
  if (mounts != nullptr && mounts->is_array()) {
    for (const json& mount : *mounts)
      if (mount.is_object())
        report.mounts.push_back({text(mount, "path"), text(mount, "vfs"), text(mount, "server"), text(mount, "current"),
                                 texts(mount, "replicas"), text(mount, "state")});
  }
  report.errors = texts(object, "errors");
  const json* plan = field(object, "plan");
  if (plan != nullptr && plan->is_array())
    for (const json& step : *plan) report.desired.push_back(text(step, "why"));
  return report;
}

}  // namespace hanfs::cluster
