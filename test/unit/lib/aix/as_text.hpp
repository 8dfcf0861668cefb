// SPDX-License-Identifier: Apache-2.0
// What the parsers of helpers/lib/aix read, as text that a person can compare: a row is a line, its fields stand
// between bars, a problem is "! LINE SEEN".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aix/dump_device.hpp"
#include "aix/exports.hpp"
#include "aix/ifconfig.hpp"
#include "aix/inet0.hpp"
#include "aix/level.hpp"
#include "aix/mount.hpp"
#include "aix/nfs4cl.hpp"
#include "aix/nfs_server.hpp"
#include "aix/resolver.hpp"
#include "aix/routes.hpp"
#include "aix/src.hpp"
#include "aix/tunables.hpp"

namespace hanfs::aix {

inline std::string problems_text(const std::vector<Problem>& problems) {
  std::string out;
  for (const auto& problem : problems) out += "! " + std::to_string(problem.line) + ' ' + problem.seen + '\n';
  return out;
}

inline std::string as_text(const MountTable& table) {
  std::string out;
  for (const auto& m : table.mounts) {
    out += m.node + '|' + m.device + '|' + m.path + '|' + m.vfs + '|' + m.date + '|' + m.options + '\n';
  }
  return out + problems_text(table.problems);
}

inline std::string as_text(const ShowFs& list) {
  std::string out;
  for (const auto& fs : list.filesystems) {
    out += fs.server + '|' + fs.remote + '|' + fs.fsid + '|' + fs.local + "| current " + fs.current + '\n';
    for (const auto& replica : fs.replicas) out += "  replica " + replica + '\n';
    if (fs.has_options) out += "  options " + fs.options_text() + '\n';
  }
  return out + problems_text(list.problems);
}

inline std::string as_text(const RouteTable& table) {
  std::string out;
  const auto cost = [](const std::optional<long long>& value) { return value ? std::to_string(*value) : "?"; };
  for (const auto& r : table.routes) {
    out += r.destination + '|' + r.gateway + '|' + r.flags + '|' + r.interface;
    if (table.costs_known) out += '|' + cost(r.current_cost) + '|' + cost(r.configured_cost);
    out += r.inet6 ? "|inet6\n" : "\n";
  }
  return out + problems_text(table.problems);
}

inline std::string as_text(const OdmRoutes& list) {
  std::string out;
  for (const auto& r : list.routes) {
    out += r.type + '|' + r.destination + '|' + r.gateway + '|' + r.netmask + '|' + r.interface + '|' +
           std::to_string(r.cost) + (r.active_dgd ? "|dgd" : "") + (r.is_static ? "|static" : "") +
           (r.is_default() ? "|default" : "") + '\n';
  }
  return out + problems_text(list.problems);
}

inline std::string as_text(const Tunables& list) {
  std::string out;
  for (const auto& t : list.rows) {
    out += t.name + '|' + t.current;
    if (!t.type.empty() || !t.max.empty()) {
      out += '|' + t.default_value + '|' + t.reboot + '|' + t.min + '|' + t.max + '|' + t.unit + '|' + t.type;
    }
    out += '\n';
  }
  return out + problems_text(list.problems);
}

inline std::string as_text(const Interfaces& list) {
  std::string out;
  for (const auto& i : list.interfaces) {
    out += i.name + (i.up ? " up\n" : " down\n");
    for (const auto& a : i.addresses) {
      out +=
          "  " + std::string(a.inet6 ? "inet6 " : "inet ") + a.address + '/' + std::to_string(a.prefix_length) + '\n';
    }
  }
  return out + problems_text(list.problems);
}

inline std::string as_text(const HostsOrder& order) {
  std::string out = "hosts";
  for (const auto& word : order.services) out += ' ' + word;
  return out + '\n' + problems_text(order.problems);
}

inline std::string as_text(const ResolvConf& conf) {
  std::string out;
  for (const auto& server : conf.nameservers) out += "nameserver " + server + '\n';
  if (!conf.domain.empty()) out += "domain " + conf.domain + '\n';
  for (const auto& domain : conf.search) out += "search " + domain + '\n';
  return out + problems_text(conf.problems);
}

inline std::string as_text(const Hosts& hosts) {
  std::string out;
  for (const auto& entry : hosts.entries) {
    out += entry.address;
    for (const auto& name : entry.names) out += ' ' + name;
    out += '\n';
  }
  return out + problems_text(hosts.problems);
}

inline std::string as_text(const Exports& list) {
  std::string out;
  for (const auto& e : list.rows) {
    out += std::to_string(e.line) + ' ' + e.directory + '|';
    for (const auto& [name, value] : e.options) {
      out += (out.back() == '|' ? "" : ",") + name + (value.empty() ? "" : '=' + value);
    }
    out += "|v";
    for (int version = 2; version <= 4; ++version) {
      if (e.exports_version(version)) out += std::to_string(version);
    }
    out += '\n';
    for (const auto& replica : e.replicas()) out += "  replica " + replica.path + " at " + replica.host + '\n';
  }
  return out + problems_text(list.problems);
}

inline std::string as_text(const Subsystems& list) {
  std::string out;
  for (const auto& s : list.rows) out += s.name + '|' + s.group + '|' + s.pid + '|' + s.status + '\n';
  return out + problems_text(list.problems);
}

inline std::string as_text(ReplicationMode mode) {
  return mode == ReplicationMode::on ? "on\n" : mode == ReplicationMode::off ? "off\n" : "unknown\n";
}

inline std::string as_text(const DumpDevices& devices) {
  return devices.primary + ", " + devices.secondary + (devices.any() ? ": keeps a dump\n" : ": keeps none\n");
}

inline std::string as_text(const Level& level) { return level.text() + '\n'; }

// The same of a result: an error is "error: WHAT".
template <class T>
std::string as_text(const Result<T>& result) {
  return result ? as_text(*result) : "error: " + result.error().what + '\n';
}

}  // namespace hanfs::aix
