// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/node/judge.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "node/addresses.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using node::GatewayState;
using node::MountState;
using report::escape_control;
using report::PluginState;

// "/, /usr and 3 more"
std::string names(const std::vector<std::string>& all) {
  constexpr std::size_t shown = 3;
  return escape_control(text::shortened(all, shown));
}

class Judge {
 public:
  Judge(const node::Report& report, const NodeSystem& system) : report_(report), system_(system) {}

  // The worst first.
  std::vector<NodeFinding> findings() {
    judge_mounts();
    judge_gateways();
    judge_settings();
    judge_names();
    judge_system();
    judge_unobserved();
    agree_with_status();
    std::stable_sort(findings_.begin(), findings_.end(), [](const NodeFinding& a, const NodeFinding& b) {
      return a.state != b.state && report::worse(a.state, b.state) == a.state;
    });
    return std::move(findings_);
  }

 private:
  void add(PluginState state, const char* code, std::string text) {
    findings_.push_back({state, code, std::move(text)});
  }

  template <class Matches>
  std::vector<std::string> mounts_where(Matches matches) const {
    std::vector<std::string> paths;
    for (const auto* mounts : {&report_.mounts.mounts, &report_.mounts.crossed_mounts})
      for (const MountState& mount : *mounts)
        if (matches(mount)) paths.push_back(mount.path);
    return paths;
  }

  // Without it the whole node stops: / itself, and what comes from the same server.
  bool carries_the_node(const MountState& mount) const {
    const auto& mounts = report_.mounts.mounts;
    const auto root =
        std::find_if(mounts.begin(), mounts.end(), [](const MountState& other) { return other.path == "/"; });
    return root != mounts.end() && (mount.path == "/" || mount.server == root->server);
  }

  void judge_mounts() {
    const auto& unobserved = report_.observed.unobserved;
    const auto unseen = std::find_if(unobserved.begin(), unobserved.end(),
                                     [](const app::Unobserved& item) { return item.command == "mount"; });
    if (unseen != unobserved.end())
      add(PluginState::unknown, "unobserved",
          (report_.observed.mounts.empty() ? "what is mounted could not be seen: "
                                           : "not all that is mounted could be seen: ") +
              unseen->what);
    const auto has_state = [this](const char* state) {
      return mounts_where([&](const MountState& mount) { return mount.state == state; });
    };
    if (const auto silent = has_state("unknown"); !silent.empty())
      add(PluginState::critical, "silent",
          names(silent) + ": nfs4cl gave no answer about it" + reason_of_silence() +
              "; cure: does its server answer? checkhanfs servers");
    if (const auto untuned = has_state("drift"); !untuned.empty())
      add(PluginState::warning, "untuned",
          names(untuned) + ": timeo or retrans is not as wanted" + expected_failover() +
              "; cure: setupnfsv4replication");
    if (const auto soft = mounts_where([](const MountState& mount) { return mount.soft; }); !soft.empty())
      add(PluginState::warning, "soft",
          names(soft) +
              ": mounted soft, so its times are not shortened; cure: mount it hard, or settings mount_timeo and "
              "mount_retrans, or exclude");
    const auto never = [](const MountState& mount) { return mount.never && mount.state != "excluded"; };
    const auto fatal = mounts_where([&](const MountState& mount) { return never(mount) && carries_the_node(mount); });
    const auto other = mounts_where([&](const MountState& mount) { return never(mount) && !carries_the_node(mount); });
    const char* const cure = " has no replica and never fails over; cure: setuphanfs on its server, then mount it anew";
    if (!fatal.empty()) add(PluginState::critical, "no-replica", names(fatal) + cure);
    if (!other.empty()) add(PluginState::warning, "no-replica", names(other) + cure);
    if (const auto away = mounts_where([](const MountState& mount) { return mount.is_away; }); !away.empty())
      add(PluginState::warning, "away",
          names(away) +
              ": served by a replica, not by the server it was mounted from; cure: when that one is back, "
              "reboot the node (makehanfs status says which)");
    const auto outside = mounts_where([](const MountState& mount) {
      return (mount.vfs == "nfs" || mount.vfs == "nfs3") && (mount.path == "/" || mount.path == "/usr");
    });
    if (!outside.empty())
      add(PluginState::critical, "not-nfsv4",
          names(outside) + " is outside of any replication, and the node runs from it; cure: mount it with vers=4");
  }

  // How the first command about a file system failed. The others are notes, as other lines of mount are.
  std::string reason_of_silence() const {
    const std::string list = run::command_text(aix::show_filesystems());
    for (const app::Unobserved& item : report_.observed.unobserved)
      if (item.command == "nfs4cl" && item.words != list) return " (" + item.what + ')';
    return "";
  }

  std::string expected_failover() const {
    std::optional<double> longest;
    for (const auto* mounts : {&report_.mounts.mounts, &report_.mounts.crossed_mounts})
      for (const MountState& mount : *mounts)
        if (mount.state == "drift" && mount.failover) longest = std::max(longest.value_or(0), *mount.failover);
    return longest ? ", a failover takes up to " + report::seconds_text(*longest) : "";
  }

  void judge_gateways() {
    const std::vector<GatewayState>& gateways = report_.routes.gateways;
    const auto any = [&](auto matches) { return std::any_of(gateways.begin(), gateways.end(), matches); };
    std::vector<std::string> dead;
    std::vector<std::string> wanted;  // dead, or not there
    std::vector<std::string> differing;
    const bool is_managed = report_.routes_left_alone.empty();
    for (const GatewayState& gateway : gateways) {
      if (gateway.state == "down") dead.push_back(gateway.address);
      if (gateway.state == "down" || gateway.state == "missing") wanted.push_back(gateway.address);
      if ((gateway.state == "missing" && is_managed) || gateway.state == "drift") differing.push_back(gateway.address);
    }
    if (!wanted.empty() && !any([](const GatewayState& gateway) { return gateway.live && gateway.state != "down"; }))
      add(PluginState::critical, "no-gateway", "no default gateway lives; cure: look at " + names(wanted));
    else if (!dead.empty())
      add(PluginState::warning, "gateway-dead",
          "default gateway " + names(dead) + " is held for dead, its cost is raised; cure: look at that server");
    if (!differing.empty())
      add(PluginState::warning, "gateway-differs",
          "default gateway " + names(differing) + " is not set as wanted; cure: setupnfsv4replication");
    const bool other_steps =
        std::any_of(report_.plan.steps.begin(), report_.plan.steps.end(),
                    [](const plan::Step& step) { return step.resource.kind != plan::Kind::filesystem; });
    if (other_steps && differing.empty())
      add(PluginState::warning, "differs",
          "routes, tunables or files are not as wanted; cure: setupnfsv4replication --dry-run shows what");
  }

  void judge_settings() {
    for (const std::string& text : report_.unmet) add(PluginState::warning, "settings", text);
  }

  // What setupnfsv4replication --status does not call well is not OK here, whatever else was judged.
  void agree_with_status() {
    if (!findings_.empty()) return;
    node::Report status = report_;
    node::judge_gateways(status);
    node::set_status(status, true, true);
    if (status.exit_status != report::exit_ok)
      add(PluginState::warning, "differs",
          "setupnfsv4replication --status ends with status=" + status.verdict.status +
              (status.errors.empty() ? "" : ": " + status.errors.front()) + "; cure: setupnfsv4replication --status");
  }

  void judge_names() {
    if (report_.resolver.state != "ok")
      add(PluginState::warning, "dns-first",
          "DNS is asked before /etc/hosts, so a dead name server stalls a failover; cure: setupnfsv4replication "
          "--hosts-first");
  }

  void judge_system() {
    const auto& mounts = report_.mounts.mounts;
    const bool is_diskless =
        std::any_of(mounts.begin(), mounts.end(), [](const MountState& mount) { return mount.path == "/"; });
    if (system_.level && *system_.level < aix::oldest_for_failover)
      add(PluginState::warning, "aix-level",
          "AIX " + system_.level->text() + " is older than " + aix::oldest_for_failover.text() +
              ", from which on a node with STNFS fails over; cure: update the image");
    if (is_diskless && system_.dump_devices && !system_.dump_devices->any())
      add(PluginState::warning, "no-dump-device",
          "the node has no dump device, as after a failover; cure: sysdumpdev -p DEVICE, or reboot the node");
  }

  void judge_unobserved() {
    for (const app::Unobserved& item : report_.observed.unobserved)
      if (item.command != "nfs4cl" && item.command != "mount") add(PluginState::unknown, "unobserved", item.what);
  }

  const node::Report& report_;
  const NodeSystem& system_;
  std::vector<NodeFinding> findings_;
};

std::vector<std::string> notes_on(const NodeSystem& system) {
  std::vector<std::string> notes;
  // lib/aix/README.md "Replication: rules". Later technology levels have these fixes under other names [GUESS].
  const std::optional<aix::Level>& level = system.level;
  if (level && level->release == 7100 && level->technology_level == 1 && !(*level < aix::oldest_for_failover))
    notes.push_back("AIX " + level->text() +
                    " needs the fixes IV14334, IV16758, IV22221 and IV27038 to fail over; instfix -ik shows whether "
                    "they are there");
  for (const app::Unobserved& item : system.unobserved) notes.push_back(item.what);
  return notes;
}

// Commands that failed and stand in no finding.
std::vector<std::string> other_failures(const node::Report& report, const std::vector<NodeFinding>& findings) {
  std::vector<std::string> failures;
  for (const app::Unobserved& item : report.observed.unobserved)
    if (std::none_of(findings.begin(), findings.end(),
                     [&](const NodeFinding& finding) { return finding.text.find(item.what) != std::string::npos; }))
      failures.push_back(item.what);
  return failures;
}

std::size_t excluded_mounts(const node::Report& report) {
  std::size_t excluded = 0;
  for (const auto* mounts : {&report.mounts.mounts, &report.mounts.crossed_mounts})
    for (const MountState& mount : *mounts)
      if (mount.vfs == "nfs4" && mount.state == "excluded") ++excluded;
  return excluded;
}

std::vector<report::PerformanceValue> values_of(const node::Report& report) {
  std::size_t nfs4 = 0, tuned = 0, silent = 0, away = 0;
  for (const auto* mounts : {&report.mounts.mounts, &report.mounts.crossed_mounts}) {
    for (const MountState& mount : *mounts) {
      if (mount.vfs != "nfs4" || mount.state == "excluded") continue;
      ++nfs4;
      tuned += mount.state == "ok" ? 1U : 0U;
      silent += mount.state == "unknown" ? 1U : 0U;
      away += mount.is_away ? 1U : 0U;
    }
  }
  const auto& gateways = report.routes.gateways;
  const auto live = std::count_if(gateways.begin(), gateways.end(),
                                  [](const GatewayState& gateway) { return gateway.live && gateway.state != "down"; });
  if (report.observed.mounts.empty() && report.observed.mounts_are_unobserved())
    return {{"failover", "U", "s", "", "", "0", ""}, {"mounts", "U", "", "", "", "0", ""}};
  const std::string all = std::to_string(nfs4);
  const std::optional<double> worst = node::worst_failover(report.mounts).seconds;
  return {{"failover", worst ? text::shortest(*worst) : "U", "s", "", "", "0", ""},
          {"mounts", all, "", "", "", "0", ""},
          {"tuned", std::to_string(tuned), "", all + ":", "", "0", all},
          {"silent", std::to_string(silent), "", "", "0", "0", all},
          {"away", std::to_string(away), "", "0", "", "0", all},
          {"gateways_live", std::to_string(live), "", "", gateways.empty() ? "" : "1:", "0",
           std::to_string(gateways.size())}};
}

}  // namespace

NodeVerdict judge(const node::Report& report, const NodeSystem& system) {
  NodeVerdict verdict;
  verdict.findings = Judge(report, system).findings();
  verdict.notes = other_failures(report, verdict.findings);
  const std::vector<std::string> on_system = notes_on(system);
  verdict.notes.insert(verdict.notes.end(), on_system.begin(), on_system.end());
  verdict.notes.insert(verdict.notes.end(), report.warnings.begin(), report.warnings.end());
  report::PluginReport& plugin = verdict.plugin;
  plugin.state = PluginState::ok;
  for (const NodeFinding& finding : verdict.findings) plugin.state = report::worse(plugin.state, finding.state);
  plugin.values = values_of(report);
  if (verdict.findings.empty()) {
    const std::size_t excluded = excluded_mounts(report);
    plugin.summary = plugin.values[1].value + " NFSv4 file systems" +
                     (excluded == 0 ? "" : " (and " + std::to_string(excluded) + " excluded)") + ", failover " +
                     report.verdict.failover;
  } else {
    plugin.summary = verdict.findings.front().text;
    if (verdict.findings.size() > 1)
      plugin.summary += " (and " + std::to_string(verdict.findings.size() - 1) + " more)";
  }
  for (const NodeFinding& finding : verdict.findings)
    plugin.details.push_back(std::string(report::plugin_state_name(finding.state)) + ": " + finding.code + ": " +
                             finding.text);
  for (const std::string& note : verdict.notes) plugin.details.push_back("note: " + note);
  return verdict;
}

}  // namespace hanfs::check
