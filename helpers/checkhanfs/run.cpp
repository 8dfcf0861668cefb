// SPDX-License-Identifier: Apache-2.0
// checkhanfs: proves that a failover will work. Each subcommand only looks: options -> observe -> judge -> report.
#include "checkhanfs/run.hpp"

#include <tuple>

#include "app/report.hpp"
#include "app/self_test.hpp"
#include "checkhanfs/commands/commands.hpp"
#include "checkhanfs/commands/options.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/tree/digest.hpp"
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

// A manifest is compared with one of another machine, so digests must not depend on how bytes lie. Of the empty text,
// as `xxh128sum` and `sha256sum` print it, and of one long enough for all branches.
std::string wrong_with_digests() {
  const std::string text(1000, 'h');
  for (const auto& [kind, size, expected] :
       {std::tuple{tree::HashKind::xxh3, std::size_t{0}, "99aa06d3014798d86001c324468d497f"},
        std::tuple{tree::HashKind::xxh3, text.size(), "f55effe40107a741ce60f2d2391dfab5"},
        std::tuple{tree::HashKind::sha256, text.size(),
                   "8e9e8d4af9fc86df53d6d05b631c9d4742867f9bde6b5ee1104328b0e42fb69b"}}) {
    if (tree::Digest(kind).of(text.data(), size) != expected)
      return std::string(tree::hash_name(kind)) + " of a known text is another one";
  }
  return "";
}

}  // namespace

int run(app::System& system, int argc, const char* const* argv) {
  const Result<CommandLine> command_line = read_options(system, argc, argv);
  if (!command_line) {
    (void)system.print_error(std::string(tool_name) + ": " + command_line.error().what + "\n");
    return print_unknown(system, command_line.error().what, config::asks_for_json(argc, argv), "refused");
  }
  if (!command_line->print.empty())
    return app::print_output(system, tool_name, command_line->print) ? 0
                                                                     : static_cast<int>(report::PluginState::unknown);
  system.prepare();
  if (command_line->options.self_test) return app::self_test(system, tool_name, wrong_with_digests);
  return carry_out(system, command_line->options);
}

}  // namespace hanfs::check
