// SPDX-License-Identifier: Apache-2.0
// Harm to the routes of a machine.
#pragma once
#include "state/routes.hpp"

namespace aixsim {

struct GatewayTruth {
  struct Default {
    Route route;
    long current_cost = 0;
    bool live = false;
  };
  std::vector<Default> defaults;
  std::vector<Route> others;  // no default routes
  Strings boot;               // live default gateways of the ODM

  bool any_live() const;
  // Whom traffic leaves by now: the lowest current cost, which several may share.
  std::vector<Default> in_use() const;
};
GatewayTruth gateway_truth(const Node& node);
void judge_gateways(const Node& node, const GatewayTruth& before, const GatewayTruth& after);

}  // namespace aixsim
