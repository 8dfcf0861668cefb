// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/commands/hosts.hpp"

#include <unistd.h>

namespace hanfs::cluster {

Result<Engine> engine_of(const CommandContext& command) {
  const std::string& sysroot = command.options.sysroot;
  return find_engine(command.options.settings,
                     [&](const std::string& path) { return ::access((sysroot + path).c_str(), X_OK) == 0; });
}

std::chrono::milliseconds rest_of_run(const CommandContext& command) {
  return command.context.may_continue() ? command.context.time_left() : std::chrono::milliseconds(0);
}

void report_skipped(CommandContext& command) {
  for (const Finding& finding : command.cluster.findings)
    if (finding.level == Finding::Level::error)
      command.report.errors.push_back(finding.code + ": " + finding.range + ": " + finding.what +
                                      (finding.remedy.empty() ? "" : "; cure: " + finding.remedy));
}

}  // namespace hanfs::cluster
