// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/server_names.hpp"

#include <algorithm>
#include <array>

#include "text/words.hpp"

namespace hanfs::cluster::outage {
namespace {

// "asn01" and "ASN01.cluster.example.com" are one host: case does not count (RFC 1035, section 2.3.3).
bool same_host(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return false;
  if (text::equal_ignoring_case(a, b)) return true;
  const std::string_view& shorter = a.size() < b.size() ? a : b;
  const std::string_view& longer = a.size() < b.size() ? b : a;
  return shorter.find('.') == std::string_view::npos && longer.size() > shorter.size() &&
         text::starts_with_ignoring_case(longer, shorter) && longer[shorter.size()] == '.';
}

}  // namespace

bool is_plain_name(std::string_view name) { return text::is_plain_name(name, ".-"); }

Names items_of(std::string_view list) {
  const std::vector<std::string_view> items = text::split_list(list, ", \t\n");
  return {items.begin(), items.end()};
}

Kind kind_of(std::string_view value, const ServerNames& server, bool node_facing_first) {
  const std::array<Kind, 2> order = node_facing_first ? std::array<Kind, 2>{Kind::node_facing_name, Kind::name}
                                                      : std::array<Kind, 2>{Kind::name, Kind::node_facing_name};
  for (const Kind kind : order)
    if (same_host(value, kind == Kind::name ? server.name : server.node_facing_name)) return kind;
  if (value.empty()) return Kind::none;
  return value == server.address ? Kind::address : value == server.management ? Kind::management : Kind::none;
}

const std::string& name_of(const ServerNames& server, Kind kind) {
  switch (kind) {
    case Kind::node_facing_name:
      return server.node_facing_name;
    case Kind::address:
      return server.address;
    case Kind::management:
      return server.management;
    case Kind::name:
    case Kind::none:
      break;
  }
  return server.name;
}

}  // namespace hanfs::cluster::outage
