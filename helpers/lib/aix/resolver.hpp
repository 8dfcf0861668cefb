// SPDX-License-Identifier: Apache-2.0
// Who is asked for names (NSORDER in /etc/environment, /etc/netsvc.conf, /etc/irs.conf), /etc/resolv.conf and
// /etc/hosts. Formats: lib/aix/README.md "Name resolution".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

// Services that are asked for names, in their order.
struct HostsOrder {
  std::vector<std::string> services;  // words of netsvc.conf, lower case: "local", "bind4", "auth" after another, ...
  std::vector<Problem> problems;
};
// The "hosts =" line of /etc/netsvc.conf.
Result<HostsOrder> parse_netsvc_conf(std::string_view text);
// The "hosts" lines of /etc/irs.conf, in netsvc.conf's words ("dns" is "bind" there).
Result<HostsOrder> parse_irs_conf(std::string_view text);
// NSORDER of /etc/environment; of all else there nothing is kept.
Result<HostsOrder> parse_nsorder(std::string_view environment);
// The lines of /etc/environment that set NSORDER; the others may hold what is nobody's business.
std::string only_nsorder(std::string_view environment);

// True when the first service that is asked for IPv4 addresses is the hosts file (local, local4), or no other is there
// than local6. An empty list is AIX's built-in order, which asks DNS first.
bool hosts_come_first(const std::vector<std::string>& services);

// netsvc.conf with the hosts file in front in its "hosts" line, the other services in their order, and every other line
// as it was. Without such a line `otherwise` is the order that counts now; empty: AIX's built-in one.
std::string with_hosts_first(std::string_view text, const std::vector<std::string>& otherwise);

struct ResolvConf {
  std::vector<std::string> nameservers;
  std::string domain;
  std::vector<std::string> search;
  std::vector<Problem> problems;
};
Result<ResolvConf> parse_resolv_conf(std::string_view text);

struct HostEntry {
  std::string address;
  std::vector<std::string> names;  // as written
};
struct Hosts {
  std::vector<HostEntry> entries;
  std::vector<Problem> problems;

  bool has_address(std::string_view address) const;
  // Addresses of a name, in file order; letter case does not matter.
  std::vector<std::string> addresses_of(std::string_view name) const;
};
Result<Hosts> parse_hosts(std::string_view text);

}  // namespace hanfs::aix
