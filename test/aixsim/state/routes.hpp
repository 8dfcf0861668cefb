// SPDX-License-Identifier: Apache-2.0
// The routing table of the kernel, the list of dead servers and gateways, and dead gateway detection (DGD).
#pragma once
#include "core/format.hpp"
#include "core/node.hpp"

namespace aixsim {

constexpr long kMaxCost = 2147483647;  // routes 1.1: MAX_RT_COST = INT_MAX

struct Route {
  unsigned destination = 0;
  int prefix = 0;
  bool host = false;
  std::string gateway, flags, interface;  // flags without A, e.g. UG, UGS, U, UHSb
  long cost = 0, weight = 1, policy = 0, refs = 0, use = 0;
  bool dgd = false;
  long since = 0;  // simulated clock of the addition, or of the last change of the flag

  bool is_default() const { return destination == 0 && prefix == 0; }
  bool via_gateway() const { return flags.find('G') != std::string::npos && flags.find('H') == std::string::npos; }
  std::string key() const;  // as netstat prints it
};

struct Outage {
  std::string address;
  long died = 0, healed = -1;
};

class Routes {
 public:
  explicit Routes(const Node& node) : node_(node) {}
  void keep_found() const;  // before the values of dead gateway detection change: who is dead stays so
  std::vector<Route> load() const;
  void save(const std::vector<Route>& routes) const;
  std::string lock() const { return node_.lock_path("routes"); }

  long current_cost(const Route& route, const std::vector<Route>& all) const;
  // In netstat order: by key, and by current cost among the same key [GUESS routes 4.1].
  std::vector<Route> sorted(std::vector<Route> routes) const;
  // The default route in use now, false when there is none.
  bool chosen_default(Route* route) const;
  // Interface whose subnet holds the address, empty when none.
  std::string interface_for(unsigned address) const;

  // Seconds from now until DGD has raised the cost of routes through a gateway that dies now; -1 never.
  long detection(const std::string& gateway) const;

 private:
  long current_cost(const Route& route, const std::vector<Route>& all, long now) const;
  const Node& node_;
};

std::vector<Outage> outages(const Node& node);
bool is_dead(const Node& node, const std::string& server);

// Interfaces of the node: name, up, address, mask.
struct Nic {
  std::string name;
  bool up = true;
  std::vector<std::pair<unsigned, unsigned>> inet;
};
std::vector<Nic> nics(const Node& node);
void save_nics(const Node& node, const std::vector<Nic>& nics);

}  // namespace aixsim
