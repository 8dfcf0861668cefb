// SPDX-License-Identifier: Apache-2.0
// Every command that a clean run starts x every fault of the simulator, in simulated time. test/README.md "Faults".
#pragma once

#include <functional>
#include <string>

#include "findings.hpp"

namespace hanfs::worlds {

// What is wrong with a machine.
struct Struck {
  Words command;     // with the plain name of its program; empty: more than one command
  std::string kind;  // of the fault
};

// What must hold after a world with one fault. `wanted`: the same world without it.
void check_struck(const World& world, const Struck& struck, const WorldResult& wanted, WorldResult& result);

// One command of a machine struck. `tell`, if any, changes what became of it before it is judged.
WorldResult play_struck(const std::string& machine, const Words& command, const Words& kind,
                        const std::function<void(WorldResult&)>& tell);

// Each finding of check_struck() has to be found where it is planted. The exit status.
int find_lies();

// The exit status: 0 if nothing was found. `machine` and `command`: only those that begin so; empty: all.
int sweep(const std::string& machine, const std::string& command);

}  // namespace hanfs::worlds
