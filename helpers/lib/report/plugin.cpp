// SPDX-License-Identifier: Apache-2.0
#include "report/plugin.hpp"

#include <algorithm>

#include "text/escape.hpp"

namespace hanfs::report {
namespace {

std::string without_bar(const std::string& text) {
  std::string safe = text::escape_control(text);
  std::replace(safe.begin(), safe.end(), '|', '/');
  return safe;
}

// The guidelines forbid '=' and a single quote in a label; one with blanks stands in quotes.
std::string quoted_label(const std::string& label) {
  std::string safe = without_bar(label);
  std::replace(safe.begin(), safe.end(), '=', '_');
  std::replace(safe.begin(), safe.end(), '\'', '_');
  return '\'' + safe + '\'';
}

std::string value_text(const PerformanceValue& value) {
  std::string text = quoted_label(value.label) + '=' + value.value + (value.value == "U" ? "" : value.unit) + ';' +
                     value.warning + ';' + value.critical + ';' + value.minimum + ';' + value.maximum;
  text.erase(text.find_last_not_of(';') + 1);
  return text;
}

int severity(PluginState state) {
  switch (state) {
    case PluginState::ok:
      return 0;
    case PluginState::unknown:
      return 1;
    case PluginState::warning:
      return 2;
    case PluginState::critical:
      return 3;
  }
  return 3;
}

}  // namespace

const char* plugin_state_name(PluginState state) {
  switch (state) {
    case PluginState::ok:
      return "OK";
    case PluginState::warning:
      return "WARNING";
    case PluginState::critical:
      return "CRITICAL";
    case PluginState::unknown:
      return "UNKNOWN";
  }
  return "UNKNOWN";
}

PluginState worse(PluginState a, PluginState b) { return severity(a) >= severity(b) ? a : b; }

std::string plugin_text(const PluginReport& report) {
  std::string text = "HANFS " + std::string(plugin_state_name(report.state)) + " - " + without_bar(report.summary);
  for (std::size_t i = 0; i < report.values.size(); ++i) text += (i == 0 ? " | " : " ") + value_text(report.values[i]);
  text += '\n';
  for (const std::string& line : report.details) text += without_bar(line) + '\n';
  return text;
}

}  // namespace hanfs::report
