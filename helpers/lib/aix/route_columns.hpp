// SPDX-License-Identifier: Apache-2.0
// The column header of `netstat -r` and the rows below it. Private to the parser of that list.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "aix/routes.hpp"

namespace hanfs::aix {

enum class RouteColumn { destination, gateway, flags, number, weight, policy, interface, current, configured, other };

struct RouteHeader {
  std::vector<RouteColumn> columns;  // in the order of the header
  bool plain = false;                // Refs and Use stand in it: the form without costs
  bool costs = false;                // both cost columns were found
};

// Nullopt when the line does not begin with "Destination".
std::optional<RouteHeader> read_route_header(std::string_view line);

// Nullopt when the line is no row under this header. `inet6` is not set here.
std::optional<Route> read_route_row(std::string_view line, const RouteHeader& header);

}  // namespace hanfs::aix
