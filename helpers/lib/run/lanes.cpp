// SPDX-License-Identifier: Apache-2.0
#include "run/lanes.hpp"

namespace hanfs::run {

bool Lanes::is_open(const std::string& lane) const {
  const auto known = lanes_.find(lane);
  if (lane.empty() || known == lanes_.end()) return true;
  const bool counts = slowly_ || !known->second.has_answered;
  return (counts ? known->second.at_work : 0) + known->second.stuck < at_most;
}

bool Lanes::has_answered(const std::string& lane) const {
  const auto known = lanes_.find(lane);
  return !lane.empty() && known != lanes_.end() && known->second.has_answered;
}

void Lanes::started(const std::string& lane) { ++lanes_[lane].at_work; }

void Lanes::late(const std::string& lane) {
  --lanes_[lane].at_work;
  ++lanes_[lane].stuck;
}

void Lanes::ended(const std::string& lane, bool was_late, const Outcome& outcome) {
  Lane& state = lanes_[lane];
  --(was_late ? state.stuck : state.at_work);
  if (hung(outcome)) ++state.stuck;
  state.has_answered = state.has_answered || outcome.end == Outcome::End::exited;
}

}  // namespace hanfs::run
