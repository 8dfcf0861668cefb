// SPDX-License-Identifier: Apache-2.0
// What a monitoring plugin prints, by the guidelines of the Monitoring Plugins project: one line with the state and the
// performance data, then lines with details. The exit status is the state.
#pragma once

#include <string>
#include <vector>

namespace hanfs::report {

enum class PluginState : int { ok = 0, warning = 1, critical = 2, unknown = 3 };

// "OK", "WARNING", "CRITICAL", "UNKNOWN"
const char* plugin_state_name(PluginState state);

// The worse of two: CRITICAL, then WARNING, then UNKNOWN, then OK, as the guidelines' own library orders them.
PluginState worse(PluginState a, PluginState b);

// 'label'=value[unit];[warning];[critical];[minimum];[maximum]. Numbers are text, with a point; an empty one is left
// out. A range is "10" (alert outside of 0 to 10), "10:" (below 10), "~:10" (above 10) or "@10:20" (inside).
struct PerformanceValue {
  std::string label;
  std::string value;  // "U" where it could not be determined
  std::string unit;   // "", "s", "%", "B", "c"
  std::string warning;
  std::string critical;
  std::string minimum;
  std::string maximum;
};

struct PluginReport {
  PluginState state = PluginState::unknown;
  std::string summary;  // one line
  std::vector<PerformanceValue> values;
  std::vector<std::string> details;  // lines after the first
};

// "HANFS STATE - summary | values", then the details; each line ends in a newline. A '|' in a text would begin
// performance data, so it is shown as '/'; control characters are shown as \xNN.
std::string plugin_text(const PluginReport& report);

}  // namespace hanfs::report
