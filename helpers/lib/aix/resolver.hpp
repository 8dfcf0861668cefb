// SPDX-License-Identifier: Apache-2.0
// /etc/netsvc.conf, /etc/resolv.conf and /etc/hosts. Formats: lib/aix/README.md "Name resolution".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct NetsvcConf {
  std::vector<std::string> hosts;  // words of the "hosts =" line in order, lower case: "local", "bind4", "auth", ...
  std::vector<Problem> problems;
};
Result<NetsvcConf> parse_netsvc_conf(std::string_view text);

// True when the first service that is asked for IPv4 addresses is the hosts file (local, local4), or no other is there
// than local6. An empty list is AIX's built-in
// order, which asks DNS first.
bool hosts_come_first(const NetsvcConf& conf);

// The same file with its "hosts" line saying "hosts = local, bind" and every other line as it was.
std::string with_hosts_first(std::string_view text);

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
