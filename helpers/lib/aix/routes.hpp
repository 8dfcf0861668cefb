// SPDX-License-Identifier: Apache-2.0
// `netstat -rn [-f inet]` and `netstat -rnC [-f inet]`. Formats: lib/aix/README.md "netstat: routes" and "netstat:
// costs" (the header of -C was never seen, so columns are found by its words).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct Route {
  std::string destination;  // as printed: "default", "10/8", "172.18/21", "::1%1"
  std::string gateway;      // as printed; may be empty or "link#4"
  std::string flags;        // "UGSA"
  std::string interface;
  std::optional<long long> current_cost;     // -C only; a dead gateway is raised to the maximum (2147483647)
  std::optional<long long> configured_cost;  // -C only
  std::string weight = {};                   // -C only; empty where none is printed
  std::string policy = {};                   // -C only: "WRR"; empty where none is printed, or "-"
  bool inet6 = false;

  bool is_default() const;  // IPv4 or IPv6 default
  bool active_dgd() const;  // 'A' anywhere in the flags (its place is a guess)

  bool operator==(const Route& o) const {
    return destination == o.destination && gateway == o.gateway && flags == o.flags && interface == o.interface &&
           current_cost == o.current_cost && configured_cost == o.configured_cost && weight == o.weight &&
           policy == o.policy && inet6 == o.inet6;
  }
};

struct RouteTable {
  std::vector<Route> routes;
  std::vector<Problem> problems;
  // False for plain -rn, and for -C when neither the header nor two trailing integers tell the costs.
  bool costs_known = false;
};

// Error when no "Destination" header is found. Reads both forms.
Result<RouteTable> parse_routes(std::string_view text);

// Does a line that is no route begin like one of a default gateway?
bool is_about_default(const Problem& problem);

// The value AIX's net/route.h gives to the cost of a dead gateway's routes (lib/aix/README.md "DGD: how it works").
constexpr long long dead_cost = 2147483647;

}  // namespace hanfs::aix
