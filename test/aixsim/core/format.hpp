// SPDX-License-Identifier: Apache-2.0
// Rows byte for byte as AIX prints them. Values in, text out; no state.
#pragma once
#include <utility>

#include "core/text.hpp"

namespace aixsim {

std::string mount_header();
std::string mount_row(const std::string& node, const std::string& mounted, const std::string& over,
                      const std::string& vfs, const std::string& date, const std::string& options);
std::string mount_date(long clock);

std::string showfs_header();
std::string showfs_row(const std::string& server, const std::string& remote, const std::string& fsid,
                       const std::string& local);
std::string showfs_details(const std::string& current, const Strings& replicas, const std::string& remote,
                           const std::string& options);

// One row of netstat -rn; `tail` is "=>" or empty.
std::string netstat_header();
std::string netstat_banner(bool inet6, const std::string& tree);
std::string netstat_row(const std::string& destination, const std::string& gateway, const std::string& flags, long refs,
                        long use, const std::string& interface, const std::string& tail, bool blanks);
std::string netstat_cost_row(const std::string& destination, const std::string& gateway, const std::string& flags,
                             const std::string& weight, const std::string& policy, const std::string& interface,
                             const std::string& first, const std::string& second, const std::string& tail);
// 10.6.0.0/16 -> 10.6/16
std::string short_network(unsigned address, int prefix);

struct RouteAnswer {
  std::string to, destination, mask, gateway, interface, local, flags;  // mask and gateway may be empty
  long cost = 0, expire = 0;
};
std::string route_get(const RouteAnswer& answer);

// lsattr -E rows: name, value, description, user_settable; columns as wide as their content.
std::string lsattr_table(const std::vector<Strings>& rows, bool header);
std::string tunables_list(const std::vector<std::pair<std::string, std::string>>& values);

struct OdmObject {
  std::string name, attribute, value, type = "R", generic = "DU", rep = "s";
  long nls_index = 0;
};
std::string odm_stanza(const OdmObject& object);

struct Interface {
  std::string name, flags;    // flags: "e084863,480<UP,...>"
  std::vector<Strings> inet;  // address, netmask (0x...), broadcast; later words may be missing
  Strings inet6;
  std::string tail;  // "tcp_sendspace 262144 ..."
};
std::string ifconfig_entry(const Interface& interface);

bool parse_ipv4(const std::string& text, unsigned* address);
std::string ipv4(unsigned address);
unsigned mask_of(int prefix);
int prefix_of(unsigned mask);  // -1 when not contiguous

}  // namespace aixsim
