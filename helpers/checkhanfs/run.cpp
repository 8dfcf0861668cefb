// SPDX-License-Identifier: Apache-2.0
// checkhanfs: proves that a failover will work. Each subcommand only looks: options -> observe -> judge -> report.
#include "checkhanfs/run.hpp"

#include "app/self_test.hpp"
#include "checkhanfs/commands/commands.hpp"
#include "checkhanfs/commands/options.hpp"
#include "checkhanfs/commands/print.hpp"
#include "config/layers.hpp"

namespace hanfs::check {
namespace {

int carry_out(app::System& system, const Options& options) {
  switch (options.subcommand) {
    case Subcommand::node:
      return do_node(system, options);
    case Subcommand::servers:
      return do_servers(system, options);
    case Subcommand::tree:
      return do_tree(system, options);
    case Subcommand::watch:
      return do_watch(system, options);
  }
  return static_cast<int>(report::PluginState::unknown);
}

}  // namespace

int run(app::System& system, int argc, const char* const* argv) {
  const Result<CommandLine> command_line = read_options(system, argc, argv);
  if (!command_line) {
    (void)system.print_error(std::string(tool_name) + ": " + command_line.error().what + "\n");
    return print_unknown(system, command_line.error().what, config::asks_for_json(argc, argv), "refused");
  }
  if (!command_line->print.empty())
    return system.print(command_line->print) ? 0 : static_cast<int>(report::PluginState::unknown);
  system.prepare();
  if (command_line->options.self_test) return app::self_test(system, tool_name);
  return carry_out(system, command_line->options);
}

}  // namespace hanfs::check
