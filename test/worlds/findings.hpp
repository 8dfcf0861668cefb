// SPDX-License-Identifier: Apache-2.0
// A whole world from its first run to its --reset, and what was found wrong in it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "machine.hpp"
#include "truth.hpp"
#include "world.hpp"

namespace hanfs::worlds {

struct Finding {
  std::string kind;
  std::string what;
};

struct WorldResult {
  std::vector<Finding> findings;
  std::vector<RunResult> runs;
  Truth untouched;            // before the first run
  std::vector<Truth> truths;  // after each run
  std::size_t calls = 0;
  std::string trace;  // everything that was run and printed: the same for the same world

  std::size_t count(const std::string& kind) const;
  bool has(const std::string& kind) const { return count(kind) != 0; }
};

// A fault of the program, put in by a test of the worlds: it has to be found.
struct Plant {
  std::string kind;
  Program program = Program::node;
  std::string run;              // the run that has it; empty: each
  std::vector<Words> commands;  // instead of the commands of the run from its fourth on
  std::vector<Deed> after;      // done in secret when it has ended
  void (*lie)(RunResult& result) = nullptr;
};
const std::vector<Plant>& plants();

// `plant` may be null.
WorldResult play(const World& world, const Plant* plant = nullptr);

// The shortest world that still has a finding of this kind, by leaving out one part after the other.
World shrink(const World& world, const std::string& kind);

}  // namespace hanfs::worlds
