// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/node/openmetrics.hpp"

#include <cstdio>

#include "text/words.hpp"

namespace hanfs::check {
namespace {

using node::MountState;

// A label's value: backslash, quote and newline are escaped. What is no UTF-8 would make the whole file unreadable, so
// every other byte outside of ASCII's printable ones is shown as \xNN.
std::string label(const std::string& value) {
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      text += '\\';
      text += c;
    } else if (byte < 0x20 || byte > 0x7e) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\\\x%02x", byte);
      text += escaped;
    } else {
      text += c;
    }
  }
  return text;
}

// One metric with its help; rows are added behind it.
class Metrics {
 public:
  void begin(const std::string& name, const std::string& help) {
    name_ = "hanfs_" + name;
    text_ += "# HELP " + name_ + ' ' + help + "\n# TYPE " + name_ + " gauge\n";
  }
  void row(const std::string& labels, double value) {
    text_ += name_ + (labels.empty() ? "" : '{' + labels + '}') + ' ' + text::shortest(value) + '\n';
  }
  std::string text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
};

void add_state(Metrics& metrics, report::PluginState state) {
  metrics.begin("check_state", "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.");
  metrics.row("", static_cast<double>(static_cast<int>(state)));
}

template <class Row>
void each_mount(const node::Report& report, Row row) {
  for (const auto* mounts : {&report.mounts.mounts, &report.mounts.crossed_mounts})
    for (const MountState& mount : *mounts)
      if (mount.vfs == "nfs4" && mount.state != "excluded") row("path=\"" + label(mount.path) + '"', mount);
}

}  // namespace

std::string openmetrics_unknown() {
  Metrics metrics;
  add_state(metrics, report::PluginState::unknown);
  return metrics.text();
}

std::string openmetrics_text(const node::Report& report, const NodeVerdict& verdict) {
  Metrics metrics;
  add_state(metrics, verdict.plugin.state);
  metrics.begin("findings", "Number of findings by state.");
  for (const report::PluginState state :
       {report::PluginState::warning, report::PluginState::critical, report::PluginState::unknown}) {
    double count = 0;
    for (const NodeFinding& finding : verdict.findings) count += finding.state == state ? 1 : 0;
    metrics.row("state=\"" + std::string(report::plugin_state_name(state)) + '"', count);
  }
  metrics.begin("mount_tuned", "1 where timeo and retrans are as wanted.");
  each_mount(report, [&](const std::string& labels, const MountState& mount) {
    metrics.row(labels, mount.state == "ok" ? 1 : 0);
  });
  metrics.begin("mount_failover_seconds", "Expected length of a failover; no row: never, or not known.");
  each_mount(report, [&](const std::string& labels, const MountState& mount) {
    if (mount.failover) metrics.row(labels, *mount.failover);
  });
  metrics.begin("mount_replicas", "Replicas besides the present server; -1: not known.");
  each_mount(report, [&](const std::string& labels, const MountState& mount) {
    metrics.row(labels, mount.state == "unknown" ? -1 : static_cast<double>(mount.replicas.size()));
  });
  metrics.begin("mount_away", "1 where another replica serves than the server it was mounted from.");
  each_mount(report,
             [&](const std::string& labels, const MountState& mount) { metrics.row(labels, mount.is_away ? 1 : 0); });
  metrics.begin("gateway_live", "1 where the default gateway is not held for dead.");
  for (const node::GatewayState& gateway : report.routes.gateways)
    metrics.row("address=\"" + label(gateway.address) + '"', gateway.live && gateway.state != "down" ? 1 : 0);
  return metrics.text();
}

}  // namespace hanfs::check
