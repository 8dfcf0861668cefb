// SPDX-License-Identifier: Apache-2.0
// A whole world from its first run to its --reset, and what was found wrong in it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "machine.hpp"
#include "world.hpp"

namespace hanfs::worlds {

struct Finding {
  std::string kind;
  std::string what;
};

struct WorldResult {
  std::vector<Finding> findings;
  std::vector<RunResult> runs;
  std::size_t calls = 0;
  std::string trace;  // everything that was run and printed: the same for the same world

  bool has(const std::string& kind) const;
};

WorldResult play(const World& world, const Misdirect& misdirect = nullptr);

// The shortest world that still has a finding of this kind, by leaving out one part after the other.
World shrink(const World& world, const std::string& kind, const Misdirect& misdirect = nullptr);

}  // namespace hanfs::worlds
