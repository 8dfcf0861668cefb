// SPDX-License-Identifier: Apache-2.0
// Default routes, now and at the next boot, the interfaces they go out by, and tunables.
#pragma once

#include <optional>
#include <string>

#include "app/observation_queue.hpp"
#include "node/observed_state.hpp"

namespace hanfs::node {

class RouteObserver {
 public:
  // Queue and state outlive the observer, and it outlives the run of the queue.
  RouteObserver(app::ObservationQueue& queue, ObservedState& observed) : queue_(queue), observed_(observed) {}

  void ask_routes();
  void merge_costs();  // after the queue has run
  void ask_odm_routes();
  void ask_fail_over_timeout();
  void ask_network_tunables();
  void ask_interfaces();
  void ask_rest();                                  // what has not answered
  void ask_for_answer(const std::string& address);  // one ping

 private:
  void ask_live_routes();
  void ask_costs();
  void ask_network_tunable(const std::string& name, const Unobserved& of_all);
  void ask_stored_tunable(const std::string& name);

  app::ObservationQueue& queue_;
  ObservedState& observed_;
  std::optional<aix::RouteTable> costs_;
};

}  // namespace hanfs::node
