// SPDX-License-Identifier: Apache-2.0
// A world as data: what a machine is like before a run, what the run is told, and what happens meanwhile. Every part
// can be left out alone, which is how a failing world is made shorter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hanfs::worlds {

class Dice;
using Words = std::vector<std::string>;

enum class Program { node, server };

// What somebody does to the machine.
struct Deed {
  enum class Kind {
    control,  // aixsim -C MACHINE words
    command,  // a command of AIX, by hand: not judged
    append,   // words: a file, a line for it
    kill,     // SIGKILL of the run
    term,     // SIGTERM
    disk_full,
    disk_free,
    block_log,    // syslogd takes nothing any more: who writes waits for ever
    block_print,  // nobody reads stdout any more
  };
  Kind kind = Kind::control;
  Words words;
  std::string machine;  // "": the one that the program runs on
};

Deed control(Words words, const std::string& machine = "");
Deed command(Words words, const std::string& machine = "");
// A fault of one of these kinds in one of these commands: in all its calls, or with a number of at most `last`.
Deed random_fault(Dice& dice, const Words& commands, const std::vector<Words>& kinds, long last);

struct Event {
  long at_ms = -1;       // after the begin of the first run
  long after_call = -1;  // or: right after its n-th command
  Deed deed;
};

struct World {
  std::uint64_t seed = 0;
  Program program = Program::node;
  std::vector<Words> boots;  // aixsim boot MACHINE ...: the first one is the machine of the program
  std::vector<Deed> before;
  Words settings;             // NAME=VALUE or --option of every run
  Words first_options;        // of the first run alone
  std::vector<Deed> faults;   // gone before the second run
  std::vector<Event> events;  // during the first run
  bool is_logged = false;     // without --sysroot: the run writes to syslog
  bool reboots = false;       // between the first and the second run

  std::size_t parts() const { return before.size() + settings.size() + faults.size() + events.size(); }
};

// As commands for a shell.
std::string text_of(const World& world);
std::string text_of(const Deed& deed, const std::string& machine);

World make_node_world(std::uint64_t seed);
World make_server_world(std::uint64_t seed);
World make_world(Program program, std::uint64_t seed);

}  // namespace hanfs::worlds
