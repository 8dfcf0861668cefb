// SPDX-License-Identifier: Apache-2.0
// Routes in the ODM: `lsattr -El inet0 -a route -F value`, one stored string per line. The generations of that string
// are in lib/aix/README.md "Routes: in the ODM".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct OdmRoute {
  std::string raw;   // byte for byte as stored: the only key that `delroute` accepts
  std::string type;  // "net" or "host"; empty where none is stored
  std::string destination;
  std::string gateway;
  std::string netmask;
  std::string interface;
  long long cost = 0;  // -hopcount, 0 when absent
  bool active_dgd = false;
  bool is_static = false;
  std::string policy;
  std::string weight;
  bool has_more = false;  // keywords that the 11-field form has no place for

  bool is_default() const;  // no host, with destination 0, default or 0.0.0.0

  bool operator==(const OdmRoute& o) const {
    return raw == o.raw && type == o.type && destination == o.destination && gateway == o.gateway &&
           netmask == o.netmask && interface == o.interface && policy == o.policy && weight == o.weight &&
           has_more == o.has_more && cost == o.cost && active_dgd == o.active_dgd && is_static == o.is_static;
  }
};

struct OdmRoutes {
  std::vector<OdmRoute> routes;
  std::vector<Problem> problems;
};

// Empty text or blank lines: no routes stored.
Result<OdmRoutes> parse_lsattr_routes(std::string_view text);

}  // namespace hanfs::aix
