// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/mounts.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "aix/commands.hpp"
#include "node/addresses.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"

namespace hanfs::node {
namespace {

using report::escape_control;

std::string tenths(long timeo) { return report::seconds_text(static_cast<double>(timeo) / 10); }

std::string value_text(const char* key, std::optional<long> value) {
  if (!value) return "not shown";
  std::string text = std::to_string(*value);
  if (std::string(key) == "timeo") text += " (" + tenths(*value) + ")";
  return text;
}

std::string list(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + escape_control(path);
  return text;
}

// The one value that the settings name for these paths; nullopt: none does.
Result<std::optional<long>> explicit_value(const std::vector<std::string>& paths,
                                           const std::map<std::string, long>& values, const char* key) {
  std::optional<long> chosen;
  std::string chosen_by;
  for (const std::string& path : paths) {
    const auto value = values.find(path);
    if (value == values.end()) continue;
    if (chosen && *chosen != value->second)
      return Error{std::string("two values of ") + key + " for one fsid: " + std::to_string(*chosen) + " for " +
                   escape_control(chosen_by) + " and " + std::to_string(value->second) + " for " +
                   escape_control(path) + "; cure: give both paths the same value"};
    chosen = value->second;
    chosen_by = path;
  }
  return chosen;
}

// Groups paths by the fsid they are bound to; a path that could not be observed is a group of its own.
std::vector<DesiredFilesystem> group_by_fsid(const ObservedState& observed) {
  std::vector<DesiredFilesystem> groups;
  std::map<const aix::NfsFilesystem*, std::size_t> group_of;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path) {
    if (!seen.insert(path).second) return;  // mounted over twice: commands reach the upper one only
    const aix::NfsFilesystem* info = observed.filesystem(path);
    if (info != nullptr) {
      const auto [group, is_new] = group_of.try_emplace(info, groups.size());
      if (!is_new) {
        groups[group->second].paths.push_back(path);
        return;
      }
    }
    DesiredFilesystem filesystem;
    filesystem.paths = {path};
    filesystem.observed = info;
    groups.push_back(std::move(filesystem));
  };
  for (const aix::Mount& mount : observed.mounts)
    if (mount.vfs == "nfs4" && observed.overmounted.count(mount.path) == 0) add(mount.path);
  for (const std::string& path : observed.crossed_mounts) add(path);
  return groups;
}

// A settings file is shared by many nodes, so a path that this one does not mount is no error.
void warn_of_unknown_paths(const Settings& settings, DesiredFilesystems& desired) {
  std::set<std::string> known;
  for (const DesiredFilesystem& filesystem : desired.filesystems)
    known.insert(filesystem.paths.begin(), filesystem.paths.end());
  for (const auto* values : {&settings.mount_timeo, &settings.mount_retrans})
    for (const auto& [path, value] : *values)
      if (known.count(path) == 0)
        desired.warnings.push_back("a value is set for " + escape_control(path) + ", which is no NFSv4 mount here");
  for (const std::string& path : settings.exclude)
    if (known.count(path) == 0)
      desired.warnings.push_back(escape_control(path) + " is excluded, which is no NFSv4 mount here");
}

Status fill_in(DesiredFilesystem& filesystem, const Settings& settings, std::vector<std::string>& warnings) {
  const Result<std::optional<long>> timeo = explicit_value(filesystem.paths, settings.mount_timeo, "timeo");
  if (!timeo) return timeo.error();
  const Result<std::optional<long>> retrans = explicit_value(filesystem.paths, settings.mount_retrans, "retrans");
  if (!retrans) return retrans.error();
  filesystem.timeo = timeo->value_or(settings.timeo);
  filesystem.retrans = retrans->value_or(settings.retrans);

  std::vector<std::string> excluded;
  std::copy_if(filesystem.paths.begin(), filesystem.paths.end(), std::back_inserter(excluded),
               [&](const std::string& path) { return settings.exclude.count(path) != 0; });
  filesystem.excluded = !excluded.empty();
  if (filesystem.excluded && (*timeo || *retrans))
    return Error{"excluded and given a value: " + list(filesystem.paths) +
                 " (one fsid); cure: take one of the two out"};
  const bool shared = filesystem.paths.size() > 1;
  if (shared && filesystem.excluded && excluded.size() < filesystem.paths.size())
    warnings.push_back(list(excluded) +
                       " is excluded, so all paths of its fsid are left alone: " + list(filesystem.paths));
  if (shared && (*timeo || *retrans))
    warnings.push_back("the value of one path counts for all paths of its fsid: " + list(filesystem.paths));
  return Done{};
}

plan::Step set_step(const DesiredFilesystem& filesystem, const char* key, long wanted, std::optional<long> current) {
  const std::string& path = filesystem.paths.front();
  plan::Step step;
  step.id = "fs:" + path + ":" + key;
  step.sequence = "fs:" + path;
  step.why =
      escape_control(path) + ": " + key + " is " + value_text(key, current) + ", wanted " + value_text(key, wanted);
  if (filesystem.paths.size() > 1)
    step.why += "; one fsid with " + list({filesystem.paths.begin() + 1, filesystem.paths.end()});
  step.argv = aix::set_fs_option(path, std::string(key) + "=" + std::to_string(wanted));
  step.expect = plan::Expectation{"fs", path, std::string(key) + "=" + std::to_string(wanted)};
  return step;
}

std::optional<long> current_value(const DesiredFilesystem& filesystem, const char* key) {
  return filesystem.observed == nullptr ? std::nullopt : filesystem.observed->number(key);
}

// Setting ours took others away, or the second of ours took the first away.
bool lost_an_option(const aix::NfsFilesystem& before, const DesiredFilesystem& filesystem) {
  const auto is_ours = [](const std::string& key) { return key == "timeo" || key == "retrans"; };
  const auto& now = filesystem.observed->options;
  const bool other_lost = std::any_of(before.options.begin(), before.options.end(), [&](const auto& option) {
    return !is_ours(option.first) && std::find(now.begin(), now.end(), option) == now.end();
  });
  const bool timeo_lost = current_value(filesystem, "timeo") != filesystem.timeo &&
                          current_value(filesystem, "retrans") == filesystem.retrans;
  return other_lost || timeo_lost;
}

// "ro,intr,...,timeo=1,retrans=3": the options as they were, with our two values.
std::string merged_options(const aix::NfsFilesystem& before, const std::string& ours) {
  std::string text;
  for (const auto& [key, value] : before.options)
    if (key != "timeo" && key != "retrans") text.append(key).append(value.empty() ? "" : "=").append(value).append(",");
  return text + ours;
}

void describe_nfs4(const ObservedState& observed, const DesiredFilesystem& filesystem, MountState& state) {
  if (filesystem.observed == nullptr) {
    state.state = "unknown";
    return;
  }
  const aix::NfsFilesystem& info = *filesystem.observed;
  state.fsid = info.fsid;
  state.current = info.current.empty() ? info.server : info.current;
  state.replicas = info.replicas;
  state.timeo = info.number("timeo");
  state.retrans = info.number("retrans");
  state.never = info.replicas.empty();
  if (!state.never && state.timeo && state.retrans)
    state.failover = failover_seconds(*state.timeo, *state.retrans, observed.fail_over_timeout.value_or(0));
  state.state = filesystem.excluded ? "excluded" : filesystem.differs() ? "drift" : "ok";
}

class Warnings {
 public:
  Warnings(const ObservedState& observed, MountReport& report) : observed_(observed), report_(report) {}

  void add() {
    for (const MountState& mount : report_.mounts) about_mount(mount);
    for (const MountState& mount : report_.crossed_mounts) about_nfs4(mount);
    for (const std::string& path : observed_.unmounted)
      say("nfs4cl knows " + path + ", which is in no row of mount: left alone; cure: look whether mount lists all");
    about_hosts();
    about_diskless();
  }

 private:
  void say(std::string text) { report_.warnings.push_back(std::move(text)); }

  void about_mount(const MountState& mount) {
    const std::string where = escape_control(mount.path);
    const auto overmounted = observed_.overmounted.find(mount.path);
    if (mount.vfs == "nfs4" && overmounted != observed_.overmounted.end()) {
      say(where + " is not tuned: a " + escape_control(overmounted->second) +
          " file system was mounted over the NFSv4 one and hides it; cure: unmount one of the two");
    } else if (mount.vfs == "nfs4") {
      about_nfs4(mount);
    } else if (mount.vfs == "stnfs") {
      say(where + " is stnfs: its " + std::to_string(stnfs_timeout) + " s timeout and " +
          std::to_string(stnfs_replication_timeout) + " s replication timeout are fixed in AIX and cannot be tuned");
    } else if (mount.vfs == "nfs3" || mount.vfs == "nfs") {
      say(where + " is " + mount.vfs + ", outside of any replication: it hangs as long as " +
          escape_control(mount.server) + " is down; cure: mount it with vers=4");
    } else {
      say(where + " comes from " + escape_control(mount.server) + " as " + escape_control(mount.vfs) +
          ", which hanfs does not know: left alone");
    }
  }

  void about_nfs4(const MountState& mount) {
    const std::string where = escape_control(mount.path);
    if (mount.state == "unknown") return;  // an error already
    if (mount.never)
      say(where + " has no replica: it never fails over; cure: export it with replicas (setuphanfs on its server)");
    if (observed_.fail_over_timeout && *observed_.fail_over_timeout > 0 && mount.timeo && mount.retrans &&
        static_cast<double>(*observed_.fail_over_timeout) * 10 >
            static_cast<double>(*mount.timeo) * static_cast<double>(*mount.retrans))
      slow_by_tunable_.insert(where);
    for (const std::string& replica : mount.replicas) servers_.insert(replica);
    servers_.insert(mount.current);
    if (mount.server == mount.current) return;
    const std::vector<std::string> as_mounted = addresses_of(observed_, mount.server);
    const std::vector<std::string> current = addresses_of(observed_, mount.current);
    const bool at_home =
        as_mounted.empty() || current.empty() ||
        std::find_first_of(as_mounted.begin(), as_mounted.end(), current.begin(), current.end()) != as_mounted.end();
    if (!at_home)
      say(where + " runs on the replica " + mount.current + ", it was mounted from " + escape_control(mount.server) +
          "; a reboot brings it home");
  }

  void about_hosts() {
    if (!slow_by_tunable_.empty())
      say("nfso nfs_v4_fail_over_timeout is " + std::to_string(*observed_.fail_over_timeout) +
          " s, longer than retrans x timeo, and delays the failover of " + std::to_string(slow_by_tunable_.size()) +
          " file system(s); cure: nfso -o nfs_v4_fail_over_timeout=0");
    if (!observed_.hosts) {
      if (!servers_.empty()) say("/etc/hosts could not be read: whether it names the replicas is not known");
      return;
    }
    for (const std::string& server : servers_) {
      const bool known =
          is_address(server) ? observed_.hosts->has_address(server) : !observed_.hosts->addresses_of(server).empty();
      if (!server.empty() && !known)
        say("server " + escape_control(server) +
            " is not in /etc/hosts: a failover to it may wait for a name server; "
            "cure: add it to /etc/hosts");
    }
  }

  void about_diskless() {
    // mount's rows are in mounting order: the last one that holds a path wins.
    const aix::Mount* root = nullptr;
    const aix::Mount* console = nullptr;
    const std::string console_log = "/var/adm/ras/conslog";
    for (const aix::Mount& mount : observed_.mounts) {
      if (mount.path == "/") root = &mount;
      const bool is_satisfied =
          mount.path != "/" &&
          (console_log == mount.path || console_log.compare(0, mount.path.size() + 1, mount.path + "/") == 0);
      if (is_satisfied) console = &mount;
    }
    if (root != nullptr && is_from_server(*root))
      say("paging space is not shown by mount: NIM's swapnfs0 is not replicated and hangs with its server; "
          "cure: local paging space, see lsps -a");
    if (console != nullptr && lies_on_nfs(*console))
      say("the console log " + console_log + " lies on NFS (" + escape_control(console->path) +
          "): messages at failover can hang it; cure: swcons -p /tmp/conslog");
  }

  // Itself from a server, or a folder of such a mount mounted over a local path (statelite).
  bool lies_on_nfs(const aix::Mount& mount) const {
    if (is_from_server(mount)) return mount.vfs != "stnfs";
    return std::any_of(observed_.mounts.begin(), observed_.mounts.end(), [&](const aix::Mount& holder) {
      return (holder.vfs == "nfs4" || holder.vfs == "nfs3" || holder.vfs == "nfs") && holder.path != "/" &&
             mount.device.compare(0, holder.path.size() + 1, holder.path + "/") == 0;
    });
  }

  const ObservedState& observed_;
  MountReport& report_;
  std::set<std::string> servers_;
  std::set<std::string> slow_by_tunable_;
};

}  // namespace

bool DesiredFilesystem::differs() const {
  if (excluded) return false;
  return current_value(*this, "timeo") != timeo || current_value(*this, "retrans") != retrans;
}

Result<DesiredFilesystems> desired_filesystems(const ObservedState& observed, const Settings& settings) {
  DesiredFilesystems result;
  result.filesystems = group_by_fsid(observed);
  warn_of_unknown_paths(settings, result);
  for (DesiredFilesystem& filesystem : result.filesystems)
    if (const Status filled = fill_in(filesystem, settings, result.warnings); !filled) return filled.error();
  return result;
}

std::vector<plan::Step> plan_filesystems(const DesiredFilesystems& desired) {
  std::vector<plan::Step> steps;
  for (const DesiredFilesystem& filesystem : desired.filesystems) {
    if (filesystem.excluded) continue;
    for (const auto& [key, wanted] : {std::pair{"timeo", filesystem.timeo}, std::pair{"retrans", filesystem.retrans}}) {
      const std::optional<long> current = current_value(filesystem, key);
      if (current != wanted) steps.push_back(set_step(filesystem, key, wanted, current));
    }
  }
  return steps;
}

std::vector<plan::Step> repair_filesystems(const DesiredFilesystems& desired, const ObservedState& before,
                                           int attempt) {
  std::vector<plan::Step> steps;
  for (const DesiredFilesystem& filesystem : desired.filesystems) {
    const aix::NfsFilesystem* old = before.filesystem(filesystem.paths.front());
    if (filesystem.excluded || filesystem.observed == nullptr || old == nullptr || !lost_an_option(*old, filesystem))
      continue;
    const std::string timeo = "timeo=" + std::to_string(filesystem.timeo);
    const std::string ours = timeo + ",retrans=" + std::to_string(filesystem.retrans);
    const bool timeo_is_there = current_value(filesystem, "timeo") == filesystem.timeo;
    if ((attempt == 1 && !filesystem.differs()) || (attempt == 2 && timeo_is_there)) continue;
    plan::Step step;
    step.sequence = "fs:" + filesystem.paths.front();
    step.id = step.sequence + ":repair" + std::to_string(attempt);
    step.why = escape_control(filesystem.paths.front()) + ": on this AIX setting one option takes others away; ";
    if (attempt == 0) step.why += "all of them in one call";
    if (attempt == 1) step.why += "both of ours in one call";
    if (attempt == 2) step.why += "lists are refused too, so timeo alone, which matters more";
    step.argv = aix::set_fs_option(filesystem.paths.front(), attempt == 0   ? merged_options(*old, ours)
                                                             : attempt == 1 ? ours
                                                                            : timeo);
    step.expect = plan::Expectation{"fs", filesystem.paths.front(), timeo};
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<plan::Step> reset_filesystems(const DesiredFilesystems& desired) {
  std::vector<plan::Step> steps;
  for (const DesiredFilesystem& filesystem : desired.filesystems) {
    if (filesystem.excluded) continue;
    plan::Step step;
    step.sequence = "fs:" + filesystem.paths.front();
    step.id = step.sequence + ":reset";
    step.why = escape_control(filesystem.paths.front()) +
               ": all options of its fsid back to AIX's defaults (now timeo=" +
               value_text("timeo", current_value(filesystem, "timeo")) +
               ", retrans=" + value_text("retrans", current_value(filesystem, "retrans")) + ")";
    step.argv = aix::reset_fs_options(filesystem.paths.front());
    steps.push_back(std::move(step));
  }
  return steps;
}

MountReport describe_mounts(const ObservedState& observed, const DesiredFilesystems& desired) {
  std::map<std::string, const DesiredFilesystem*> filesystem_of;
  for (const DesiredFilesystem& filesystem : desired.filesystems)
    for (const std::string& path : filesystem.paths) filesystem_of[path] = &filesystem;

  MountReport report;
  for (const aix::Mount& mount : observed.mounts) {
    if (!is_from_server(mount)) continue;
    MountState state;
    state.path = mount.path;
    state.vfs = mount.vfs;
    state.server = mount.node;
    state.remote = mount.device;
    if (mount.vfs == "nfs4" && observed.overmounted.count(mount.path) == 0) {
      describe_nfs4(observed, *filesystem_of.at(mount.path), state);
    } else {
      state.state = "not_tunable";
      if (mount.vfs == "stnfs") state.failover = stnfs_replication_timeout;
    }
    report.mounts.push_back(std::move(state));
  }
  for (const std::string& path : observed.crossed_mounts) {
    MountState state;
    state.path = path;
    state.vfs = "nfs4";
    describe_nfs4(observed, *filesystem_of.at(path), state);
    state.server = state.current;
    if (const aix::NfsFilesystem* info = observed.filesystem(path)) state.remote = info->remote;
    report.crossed_mounts.push_back(std::move(state));
  }
  report.warnings = desired.warnings;
  Warnings(observed, report).add();
  return report;
}

std::string worst_failover(const MountReport& report) {
  bool any = false;
  bool unknown = false;
  bool never = false;
  double worst = 0;
  for (const auto* states : {&report.mounts, &report.crossed_mounts}) {
    for (const MountState& state : *states) {
      if (state.vfs != "nfs4" || state.state == "not_tunable") continue;
      any = true;
      never = never || state.never;
      unknown = unknown || (!state.never && !state.failover);
      worst = std::max(worst, state.failover.value_or(0));
    }
  }
  if (!any) return "none";
  if (never) return "never";
  return unknown ? "unknown" : report::seconds_text(worst);
}

}  // namespace hanfs::node
