// SPDX-License-Identifier: Apache-2.0
#include "report/plugin.hpp"

#include <doctest/doctest.h>

using hanfs::report::plugin_text;
using hanfs::report::PluginReport;
using hanfs::report::PluginState;
using hanfs::report::worse;

TEST_CASE("a plugin's line: state, text, performance data without fields that are empty at the end") {
  const PluginReport report{PluginState::warning,
                            "two mounts",
                            {{"failover", "0.3", "s", "", "", "0", ""}, {"away mounts", "2", "", "0", "", "0", "5"}},
                            {"WARNING: away"}};
  CHECK(plugin_text(report) ==
        "HANFS WARNING - two mounts | 'failover'=0.3s;;;0 'away mounts'=2;0;;0;5\nWARNING: away\n");
}

TEST_CASE("nothing in a text begins performance data or another line, and nothing in a label ends it") {
  const PluginReport report{PluginState::critical, "a|b\nc", {{"it's=1|2", "U", "s", "", "", "", ""}}, {"d|e\tf"}};
  CHECK(plugin_text(report) == "HANFS CRITICAL - a/b\\x0ac | 'it_s_1/2'=U\nd/e\\x09f\n");
}

TEST_CASE("the worst state: CRITICAL, WARNING, UNKNOWN, OK") {
  CHECK(worse(PluginState::ok, PluginState::unknown) == PluginState::unknown);
  CHECK(worse(PluginState::unknown, PluginState::warning) == PluginState::warning);
  CHECK(worse(PluginState::critical, PluginState::warning) == PluginState::critical);
  CHECK(static_cast<int>(PluginState::unknown) == 3);
}
