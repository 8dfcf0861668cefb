// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/commands/hosts.hpp"

#include <unistd.h>

namespace hanfs::cluster {

Result<Engine> engine_of(const Desk& desk) {
  const std::string& sysroot = desk.options.sysroot;
  return find_engine(desk.options.settings,
                     [&](const std::string& path) { return ::access((sysroot + path).c_str(), X_OK) == 0; });
}

std::chrono::milliseconds rest_of_run(const Desk& desk) {
  return desk.context.may_continue() ? desk.context.time_left() : std::chrono::milliseconds(0);
}

void report_skipped(Desk& desk) {
  for (const Finding& finding : desk.cluster.findings)
    if (finding.level == Finding::Level::error)
      desk.report.errors.push_back(finding.code + ": " + finding.range + ": " + finding.what +
                                   (finding.remedy.empty() ? "" : "; cure: " + finding.remedy));
}

}  // namespace hanfs::mn
