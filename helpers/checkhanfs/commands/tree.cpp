// SPDX-License-Identifier: Apache-2.0
// checkhanfs tree: have the replicas the same content? Nothing of a tree is ever changed.
#include "checkhanfs/commands/commands.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/commands/tree_run.hpp"
#include "report/table.hpp"

namespace hanfs::check {
namespace {

struct TreeVerb {
  const char* name;
  std::size_t operands;
  const char* takes;
  int (*run)(const TreeRun&);
};

constexpr TreeVerb tree_verbs[] = {
    {"manifest", 1, "DIR", do_tree_manifest},
    {"compare", 2, "A B", do_tree_compare},
    {"check", 1, "DIR", do_tree_check},
    {"sync-plan", 2, "A B", do_tree_sync_plan},
};

}  // namespace

int do_tree(app::System& system, const Options& options) {
  const std::string& name = options.operands.front();
  for (const TreeVerb& verb : tree_verbs) {
    if (name != verb.name) continue;
    if (options.operands.size() - 1 != verb.operands)
      return print_unknown(system, "tree " + name + " takes " + verb.takes + "; cure: see --help", options.json,
                           "refused");
    return verb.run(TreeRun(system, options));
  }
  return print_unknown(
      system,
      "tree: " + report::quoted(name) + " is no word of it; cure: manifest, compare, check or sync-plan; see --help",
      options.json, "refused");
}

}  // namespace hanfs::check
