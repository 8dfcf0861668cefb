// SPDX-License-Identifier: Apache-2.0
#include "report/verdict.hpp"

#include "text/words.hpp"

namespace hanfs::report {

std::string Verdict::line() const {
  std::string text = "HANFS tool=" + tool + " node=" + node + " version=" HANFS_VERSION " status=" + status +
                     " changed=" + std::to_string(changed) + " failed=" + std::to_string(failed) +
                     " warnings=" + std::to_string(warnings);
  if (!failover.empty()) text += " failover=" + failover;
  if (!state.empty()) text += " state=" + state;
  for (std::size_t i = 0; i < commands.size(); ++i) text += (i == 0 ? " commands=" : ",") + commands[i];
  return text;
}

std::string seconds_text(double seconds) { return text::shortest(seconds) + "s"; }

}  // namespace hanfs::report
