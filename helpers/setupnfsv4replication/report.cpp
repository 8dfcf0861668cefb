// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/report.hpp"

#include <nlohmann/json.hpp>

#include "report/table.hpp"

namespace hanfs::node {
namespace {

using json = nlohmann::ordered_json;
using report::escape_control;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json to_json(const MountState& mount) {
  return {{"path", mount.path},
          {"vfs", mount.vfs},
          {"server", mount.server},
          {"remote", mount.remote},
          {"fsid", text_or_null(mount.fsid)},
          {"current", text_or_null(mount.current)},
          {"replicas", mount.replicas},
          {"timeo", or_null(mount.timeo)},
          {"retrans", or_null(mount.retrans)},
          {"failover_seconds", or_null(mount.failover)},
          {"state", mount.state}};
}

json to_json(const GatewayState& gateway) {
  return {{"address", gateway.address},
          {"cost", or_null(gateway.cost)},
          {"current_cost", or_null(gateway.current_cost)},
          {"active_dgd", or_null(gateway.active_dgd)},
          {"live", gateway.live},
          {"persistent", or_null(gateway.persistent)},
          {"state", gateway.state}};
}

json tunables_json(const ObservedState& observed) {
  json tunables = json::object();
  tunables["nfs_v4_fail_over_timeout"] = or_null(observed.fail_over_timeout);
  for (const char* name : {"passive_dgd", "dgd_packets_lost", "dgd_ping_time", "dgd_retry_time"}) {
    const auto known = observed.tunables.find(name);
    tunables[name] =
        known == observed.tunables.end() ? json(nullptr) : or_null(aix::tunable_number(known->second.current));
  }
  return tunables;
}

std::string number_text(const std::optional<long>& value) { return value ? std::to_string(*value) : "?"; }

std::string failover_text(const MountState& mount) {
  if (mount.vfs == "stnfs")
    return std::to_string(stnfs_timeout) + "s/" + std::to_string(stnfs_replication_timeout) + "s fixed";
  if (mount.vfs != "nfs4" || mount.never) return "never";
  return mount.failover ? report::seconds_text(*mount.failover) : "unknown";
}

std::string mounts_table(const Report& report) {
  report::Table table({"MOUNT", "VFS", "FSID", "CURRENT", "REPLICAS", "TIMEO", "RETRANS", "FAILOVER", "STATE"});
  for (const auto* mounts : {&report.mounts.mounts, &report.mounts.crossed_mounts}) {
    for (const MountState& mount : *mounts) {
      const bool nfs4 = mount.vfs == "nfs4";
      table.add({mount.path, mount.vfs, nfs4 ? mount.fsid : "-", nfs4 ? mount.current : mount.server,
                 mount.replicas.empty() ? "-" : report::joined(mount.replicas), nfs4 ? number_text(mount.timeo) : "-",
                 nfs4 ? number_text(mount.retrans) : "-", failover_text(mount), mount.state});
    }
  }
  if (!table.empty()) return table.text();
  return report.observed.mounts_are_unobserved() ? "What is mounted could not be seen.\n"
                                                 : "No file system comes from a server.\n";
}

std::string cost_text(const std::optional<long long>& cost) {
  if (!cost) return "?";
  return *cost >= aix::dead_cost ? "max (dead)" : std::to_string(*cost);
}

std::string gateways_table(const Report& report) {
  report::Table table({"GATEWAY", "COST", "NOW", "ACTIVE DGD", "PRESENT", "PERSISTENT", "STATE"});
  const auto yes = [](const std::optional<bool>& value) { return !value ? "?" : *value ? "yes" : "no"; };
  for (const GatewayState& gateway : report.routes.gateways)
    table.add({gateway.address, cost_text(gateway.cost), cost_text(gateway.current_cost), yes(gateway.active_dgd),
               gateway.live ? "yes" : "no", yes(gateway.persistent), gateway.state});
  std::string text = !table.empty()           ? table.text()
                     : report.observed.routes ? "No default gateway.\n"
                                              : "The default gateways could not be seen.\n";
  if (!report.routes_left_alone.empty()) text += "Routes are left alone: " + report.routes_left_alone + ".\n";
  if (report.routes.detection_seconds)
    text += "A dead gateway is noticed within about " + report::seconds_text(*report.routes.detection_seconds) +
            " (dgd_ping_time + dgd_packets_lost fast pings; an estimate).\n";
  return text;
}

std::string resolver_text(const ResolverState& resolver) {
  std::string text = "Names: " + std::string(resolver.hosts_first ? "/etc/hosts first" : "DNS first");
  if (resolver.order_from != netsvc_conf) text += " (" + resolver.order_from + ")";
  text += resolver.nameservers.empty() ? ", no name server" : ", name servers " + report::joined(resolver.nameservers);
  return text + " (" + resolver.state + ")\n";
}

}  // namespace

std::string text_of(const Report& report, const Options& options) {
  if (!report.was_observed) return app::end_of_text(report, options, {});
  const std::string text =
      mounts_table(report) + "\n" + gateways_table(report) + "\n" + resolver_text(report.resolver) + "\n" +
      app::plan_text(report, options.verbose, options.reset ? "Nothing to take back.\n" : "Nothing to change.\n");
  return text + app::end_of_text(report, options, report.observed.info);
}

std::string json_of(const Report& report) {
  json mounts = json::array();
  for (const MountState& mount : report.mounts.mounts) mounts.push_back(to_json(mount));
  json crossed_mounts = json::array();
  for (const MountState& mount : report.mounts.crossed_mounts) crossed_mounts.push_back(to_json(mount));
  json gateways = json::array();
  for (const GatewayState& gateway : report.routes.gateways) gateways.push_back(to_json(gateway));
  json object = app::begin_json(report);
  object["mounts"] = std::move(mounts);
  object["crossed"] = std::move(crossed_mounts);
  object["gateways"] = std::move(gateways);
  object["tunables"] = tunables_json(report.observed);
  object["resolver"] = nullptr;
  if (report.was_observed)
    object["resolver"] = {{"hosts_first", report.resolver.hosts_first},
                          {"order", report.resolver.order},
                          {"order_from", report.resolver.order_from},
                          {"nameservers", report.resolver.nameservers},
                          {"state", report.resolver.state}};
  object["nfs_domain"] = text_or_null(report.observed.nfs_domain.value_or(""));
  object["plan"] = app::plan_json(report);
  return app::end_json(std::move(object), report, report.observed.info,
                       {{"gateway_detection_seconds", or_null(report.routes.detection_seconds)}});
}

}  // namespace hanfs::node
