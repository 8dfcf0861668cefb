// SPDX-License-Identifier: Apache-2.0
#include "core/format.hpp"

#include <ctime>

namespace aixsim {

// nfs 2.1 [SEEN]: header lines with their trailing blanks, 64 rows reproduced with these widths.
std::string mount_header() {
  return "  node       mounted        mounted over    vfs       date        options      \n"
         "-------- ---------------  ---------------  ------ ------------ --------------- \n";
}

std::string mount_row(const std::string& node, const std::string& mounted, const std::string& over,
                      const std::string& vfs, const std::string& date, const std::string& options) {
  return padded(node, 8) + " " + padded(mounted, 16) + " " + padded(over, 16) + " " + padded(vfs, 6) + " " +
         padded(date, 12) + " " + padded(options, 15) + " \n";
}

// nfs 2.1 [SEEN]: %b %d %H:%M, day zero padded, English in the C locale.
std::string mount_date(long clock) {
  const std::time_t when = clock;
  std::tm parts{};
  ::gmtime_r(&when, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%b %d %H:%M", &parts);
  return text;
}

// nfs 1.3 [SEEN nfs4cl-showfs-usr-primary]: an empty line, header, dashes.
std::string showfs_header() {
  return "\nServer      Remote Path          fsid                 Local Path        \n"
         "--------    ---------------      ---------------      ---------------   \n";
}

std::string showfs_row(const std::string& server, const std::string& remote, const std::string& fsid,
                       const std::string& local) {
  return padded(server, 11) + " " + padded(remote, 20) + " " + padded(fsid, 20) + " " + padded(local, 18) + "\n";
}

std::string showfs_details(const std::string& current, const Strings& replicas, const std::string& remote,
                           const std::string& options) {
  std::string text = "        Current Server: " + current + ":" + remote + "\n";
  for (const auto& replica : replicas) text += "        Replica Server: " + replica + ":" + remote + "\n";
  return text + "options : " + options + "\n";
}

// routes 4.1 [SEEN]: the column header stands before the family banner.
std::string netstat_header() {
  return "Routing tables\nDestination        Gateway           Flags   Refs     Use  If   Exp  Groups\n";
}

std::string netstat_banner(bool inet6, const std::string& tree) {
  return "\nRoute " + tree +
         (inet6 ? " for Protocol Family 24 (Internet v6):\n" : " for Protocol Family 2 (Internet):\n");
}

std::string netstat_row(const std::string& destination, const std::string& gateway, const std::string& flags, long refs,
                        long use, const std::string& interface, const std::string& tail, bool blanks) {
  std::string row = padded(destination, 18) + " " + padded(gateway, 17) + " " + padded(flags, 6) +
                    right(std::to_string(refs), 5) + " " + right(std::to_string(use), 9) + " " + padded(interface, 4) +
                    "     -      -   " + tail;
  if (!blanks) row.erase(row.find_last_not_of(' ') + 1);
  return row + "\n";
}

// routes 4.2 [GUESS]: nobody published this layout.
std::string netstat_cost_row(const std::string& destination, const std::string& gateway, const std::string& flags,
                             const std::string& weight, const std::string& policy, const std::string& interface,
                             const std::string& first, const std::string& second, const std::string& tail) {
  return padded(destination, 18) + " " + padded(gateway, 17) + " " + padded(flags, 8) + right(weight, 2) + "   " +
         padded(policy, 6) + " " + padded(interface, 5) + right(first, 5) + " " + right(second, 11) +
         (tail.empty() ? "" : " " + tail) + "\n";
}

// routes 4.1 [SEEN]: trailing zero octets go, but class B keeps two and class C three (192.0.0/24, 172.18/21,
// 10/21).
std::string short_network(unsigned address, int prefix) {
  int octets = 4;
  const int least = (address >> 31) == 0 ? 1 : (address >> 30) == 2 ? 2 : 3;
  while (octets > least && ((address >> (8 * (4 - octets))) & 0xff) == 0) --octets;
  std::string text;
  for (int i = 0; i < octets; ++i) text += (i ? "." : "") + std::to_string((address >> (24 - 8 * i)) & 0xff);
  return text + "/" + std::to_string(prefix);
}

// routes 2.3 [SEEN route-n-get-0_metrics, route-n-get-host_lo0].
std::string route_get(const RouteAnswer& answer) {
  std::string text = "   route to: " + answer.to + "\ndestination: " + answer.destination + "\n";
  if (!answer.mask.empty()) text += "       mask: " + answer.mask + "\n";
  if (!answer.gateway.empty()) text += "    gateway: " + answer.gateway + "\n";
  text +=
      "  interface: " + answer.interface + "\ninterf addr: " + answer.local + "\n      flags: " + answer.flags + "\n";
  text += " recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire\n";
  return text + strf("%8d  %8d  %8d  %8d  %8d  %8ld  %8d  %8ld\n", 0, 0, 0, 0, 0, answer.cost, 0, answer.expire);
}

// routes 3.3 [SEEN lsattr-El-en0_*, chdev_sys0_and_lsattr-HEl].
std::string lsattr_table(const std::vector<Strings>& rows, bool header) {
  std::vector<Strings> all;
  if (header) all.push_back({"attribute", "value", "description", "user_settable"});
  all.insert(all.end(), rows.begin(), rows.end());
  size_t width[3] = {0, 0, 0};
  for (const auto& row : all) {
    for (size_t i = 0; i < 3; ++i) width[i] = row[i].size() > width[i] ? row[i].size() : width[i];
  }
  std::string text;
  bool first = header;
  for (const auto& row : all) {
    text += padded(row[0], width[0]) + " " + padded(row[1], width[1]) + " " + padded(row[2], width[2]) + " " + row[3] +
            "\n";
    if (first) text += "\n";
    first = false;
  }
  return text;
}

// routes 1.4, nfso-a [SEEN]: names right-aligned to the longest one.
std::string tunables_list(const std::vector<std::pair<std::string, std::string>>& values) {
  size_t width = 0;
  for (const auto& value : values) width = value.first.size() > width ? value.first.size() : width;
  std::string text;
  for (const auto& value : values) text += right(value.first, width) + " = " + value.second + "\n";
  return text;
}

// routes 3.3 [SEEN odmget_CuAt_inet0].
std::string odm_stanza(const OdmObject& object) {
  std::string value;
  for (const char c : object.value) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  return "\nCuAt:\n        name = \"" + object.name + "\"\n        attribute = \"" + object.attribute +
         "\"\n        value = \"" + value + "\"\n        type = \"" + object.type + "\"\n        generic = \"" +
         object.generic + "\"\n        rep = \"" + object.rep +
         "\"\n        nls_index = " + std::to_string(object.nls_index) + "\n";
}

// routes 4.3 [SEEN ifconfig-a_aix72_qemu, ifconfig-a_aliases_snapper].
std::string ifconfig_entry(const Interface& interface) {
  std::string text = interface.name + ": flags=" + interface.flags + "\n";
  for (const auto& inet : interface.inet) {
    text += "        inet " + inet[0];
    if (inet.size() > 1) text += " netmask " + inet[1];
    if (inet.size() > 2) text += " broadcast " + inet[2];
    text += "\n";
  }
  for (const auto& inet6 : interface.inet6) text += "        inet6 " + inet6 + "\n";
  if (!interface.tail.empty()) text += "         " + interface.tail + "\n";
  return text;
}

bool parse_ipv4(const std::string& text, unsigned* address) {
  const Strings octets = split(text, '.');
  if (octets.size() != 4) return false;
  unsigned value = 0;
  for (const auto& octet : octets) {
    long number = 0;
    if (octet.size() > 3 || !parse_number(octet, &number) || number > 255) return false;
    value = value << 8 | static_cast<unsigned>(number);
  }
  *address = value;
  return true;
}

std::string ipv4(unsigned address) {
  return strf("%u.%u.%u.%u", address >> 24, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
}

unsigned mask_of(int prefix) { return prefix <= 0 ? 0 : 0xffffffffu << (32 - prefix); }

int prefix_of(unsigned mask) {
  for (int prefix = 0; prefix <= 32; ++prefix) {
    if (mask_of(prefix) == mask) return prefix;
  }
  return -1;
}

}  // namespace aixsim
