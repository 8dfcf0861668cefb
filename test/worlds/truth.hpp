// SPDX-License-Identifier: Apache-2.0
// What a machine is like: everything that a run could change, and nothing that changes by looking.
#pragma once

#include <map>
#include <string>

#include "core/node.hpp"
#include "world.hpp"

namespace hanfs::worlds {

struct Truth {
  std::map<std::string, std::string> parts;  // "filesystem /usr timeo" -> "1"
  std::string text() const;
};
Truth truth_of(const aixsim::Node& node, Program program);
std::string difference(const Truth& before, const Truth& after);

}  // namespace hanfs::worlds
