// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <utility>

#include "dice.hpp"
#include "run/command.hpp"

namespace hanfs::worlds {
namespace {

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + run::shell_word(word);
  return text;
}

}  // namespace

Deed control(Words words, const std::string& machine) { return {Deed::Kind::control, std::move(words), machine}; }
Deed command(Words words, const std::string& machine) { return {Deed::Kind::command, std::move(words), machine}; }

Deed random_fault(Dice& dice, const Words& commands, const std::vector<Words>& kinds, long last) {
  Words words = {"fault", "add", dice.word(commands)};
  const Words& kind = dice.one_of(kinds);
  words.insert(words.end(), kind.begin(), kind.end());
  if (dice.percent(60)) words.push_back(dice.word({"nth=", "from=", "until="}) + std::to_string(dice.between(1, last)));
  return control(words);
}

std::string text_of(const Deed& deed, const std::string& machine) {
  const std::string node = deed.machine.empty() ? machine : deed.machine;
  switch (deed.kind) {
    case Deed::Kind::control:
      return "aixsim -C " + node + " " + joined(deed.words);
    case Deed::Kind::command:
      return node + "/bin/" + joined(deed.words);
    case Deed::Kind::append:
      return "printf '%s\\n' " + run::shell_word(deed.words[1]) + " >>" + node + deed.words[0];
    case Deed::Kind::kill:
      return "kill -9 the run";
    case Deed::Kind::term:
      return "kill -TERM the run";
    case Deed::Kind::disk_full:
      return "the disk is full";
    case Deed::Kind::disk_free:
      return "the disk has room again";
    case Deed::Kind::block_log:
      return "syslogd blocks from now on";
    case Deed::Kind::block_print:
      return "nobody reads stdout from now on";
  }
  return "";
}

std::string text_of(const World& world) {
  const std::string machine = world.boots.front()[1];
  const std::string program = world.program == Program::node ? "setupnfsv4replication" : "setuphanfs";
  std::string text;
  for (const Words& boot : world.boots) text += "aixsim " + joined(boot) + "\n";
  for (const Deed& deed : world.before) text += text_of(deed, machine) + "\n";
  for (const Deed& deed : world.faults) text += text_of(deed, machine) + "\n";
  Words first = world.settings;
  first.insert(first.end(), world.first_options.begin(), world.first_options.end());
  const std::string run = program + (world.is_logged ? " [in a chroot: syslog is on] " : " ") + "--sysroot " + machine;
  text += run + (first.empty() ? "" : " ") + joined(first) + "\n";
  for (const Event& event : world.events)
    text += "  # " +
            (event.at_ms >= 0 ? "at " + std::to_string(event.at_ms) + " ms"
                              : "after command " + std::to_string(event.after_call)) +
            ": " + text_of(event.deed, machine) + "\n";
  if (world.reboots) text += "aixsim boot " + machine + "\n";
  const std::string again = run + (world.settings.empty() ? "" : " ") + joined(world.settings);
  text += "aixsim -C " + machine + " fault clear\n" + again + "\n" + again + "\n" + again + " --reset\n";
  return text;
}

World make_world(Program program, std::uint64_t seed) {
  return program == Program::node ? make_node_world(seed) : make_server_world(seed);
}

}  // namespace hanfs::worlds
