// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/mount_report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "node/addresses.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"

namespace hanfs::node {
namespace {

using report::escape_control;

// Who is served by another replica than the server that it was mounted from.
class Homes {
 public:
  explicit Homes(const ObservedState& observed) : observed_(observed) {}

  // Also false where an address is not known.
  bool is_away(const MountState& mount) {
    if (mount.server.empty() || mount.server == mount.current) return false;
    const std::vector<std::string>& as_mounted = addresses_by_name(mount.server);
    const std::vector<std::string>& current = addresses_by_name(mount.current);
    return !as_mounted.empty() && !current.empty() &&
           std::find_first_of(as_mounted.begin(), as_mounted.end(), current.begin(), current.end()) == as_mounted.end();
  }

 private:
  // Thousands of mounts come from a few servers, and a hosts file may be long.
  const std::vector<std::string>& addresses_by_name(const std::string& name) {
    const auto [known, is_new] = addresses_by_name_.try_emplace(name);
    if (is_new) known->second = addresses_of(observed_, name);
    return known->second;
  }

  const ObservedState& observed_;
  std::map<std::string, std::vector<std::string>> addresses_by_name_;
};

void describe_nfs4(const ObservedState& observed, const DesiredFilesystem& filesystem, Homes& homes,
                   MountState& state) {
  if (!filesystem.observed) {  // or its server does not answer
    state.state = "unknown";
    return;
  }
  const aix::NfsFilesystem& info = *filesystem.observed;
  state.fsid = info.fsid;
  state.current = info.current.empty() ? info.server : info.current;
  state.replicas = info.replicas;
  state.is_away = homes.is_away(state);
  state.timeo = info.number("timeo");
  state.retrans = info.number("retrans");
  // One that has left the server it was mounted from has proved that it can, whatever showfs lists of the old one
  // [GUESS: lib/aix/README.md "nfs4cl: showfs"].
  state.never = info.replicas.empty() && !state.is_away;
  if (!state.never && state.timeo && state.retrans)
    state.failover = failover_seconds(*state.timeo, *state.retrans, observed.fail_over_timeout.value_or(0));
  state.soft = filesystem.left_as_soft;
  state.state = filesystem.excluded ? "excluded" : filesystem.differs() ? "drift" : "ok";
}

class MountWarnings {
 public:
  MountWarnings(const ObservedState& observed, MountReport& report) : observed_(observed), report_(report) {}

  void add() {
    for (const MountState& mount : report_.mounts) add_mount_warning(mount);
    for (const MountState& mount : report_.crossed_mounts) add_nfs4_warnings(mount);
    for (const std::string& path : observed_.unmounted)
      add_warning("nfs4cl knows " + path +
                  ", which is in no row of mount: left alone; cure: look whether mount lists all");
    add_host_warnings();
    add_domain_warning();
    add_diskless_warnings();
  }

 private:
  void add_warning(std::string text) { report_.warnings.push_back(std::move(text)); }

  void add_mount_warning(const MountState& mount) {
    const std::string where = escape_control(mount.path);
    const auto overmounted = observed_.overmounted.find(mount.path);
    if (mount.vfs == "nfs4" && overmounted != observed_.overmounted.end()) {
      add_warning(where + " is not tuned: a " + escape_control(overmounted->second) +
                  " file system was mounted over the NFSv4 one and hides it; cure: unmount one of the two");
    } else if (mount.vfs == "nfs4") {
      add_nfs4_warnings(mount);
    } else if (mount.vfs == "stnfs") {
      add_warning(where + " is stnfs: its " + std::to_string(stnfs_timeout) + " s timeout and " +
                  std::to_string(stnfs_replication_timeout) +
                  " s replication timeout are fixed in AIX and cannot be tuned");
    } else if (mount.vfs == "nfs3" || mount.vfs == "nfs") {
      add_warning(where + " is " + mount.vfs + ", outside of any replication: it hangs as long as " +
                  escape_control(mount.server) + " is down; cure: mount it with vers=4");
    } else {
      add_warning(where + " comes from " + escape_control(mount.server) + " as " + escape_control(mount.vfs) +
                  ", which hanfs does not know: left alone");
    }
  }

  void add_nfs4_warnings(const MountState& mount) {
    const std::string where = escape_control(mount.path);
    if (mount.state == "unknown") return;  // reported as an error
    if (mount.never)
      add_warning(where +
                  " has no replica: it never fails over; cure: export it with replicas (setuphanfs on its server)");
    if (observed_.fail_over_timeout && *observed_.fail_over_timeout > 0 && mount.timeo && mount.retrans &&
        static_cast<double>(*observed_.fail_over_timeout) * 10 >
            static_cast<double>(*mount.timeo) * static_cast<double>(*mount.retrans))
      slow_by_tunable_.insert(where);
    for (const std::string& replica : mount.replicas) servers_.insert(replica);
    servers_.insert(mount.current);
    if (mount.is_away)
      add_warning(where + " runs on the replica " + mount.current + ", it was mounted from " +
                  escape_control(mount.server) + "; a reboot brings it home");
  }

  void add_host_warnings() {
    if (!slow_by_tunable_.empty())
      add_warning("nfso nfs_v4_fail_over_timeout is " + std::to_string(*observed_.fail_over_timeout) +
                  " s, longer than retrans x timeo, and delays the failover of " +
                  std::to_string(slow_by_tunable_.size()) +
                  " file system(s); cure: nfso -o nfs_v4_fail_over_timeout=0");
    if (!observed_.hosts) {
      if (!servers_.empty()) add_warning("/etc/hosts could not be read: whether it names the replicas is not known");
      return;
    }
    for (const std::string& server : servers_) {
      const bool known =
          is_address(server) ? observed_.hosts->has_address(server) : !observed_.hosts->addresses_of(server).empty();
      if (!server.empty() && !known)
        add_warning("server " + escape_control(server) +
                    " is not in /etc/hosts: a failover to it may wait for a name server; "
                    "cure: add it to /etc/hosts");
    }
  }

  void add_domain_warning() {
    const bool by_v4 = std::any_of(report_.mounts.begin(), report_.mounts.end(),
                                   [](const MountState& mount) { return mount.vfs == "nfs4"; });
    if (by_v4 && observed_.nfs_domain && observed_.nfs_domain->empty())
      add_warning(
          "no NFSv4 domain is set (/etc/nfs/local_domain): every file belongs to nobody here, and new mounts fail; "
          "cure: chnfsdom with the domain of the servers, and nfsrgyd has to run (lssrc -s nfsrgyd)");
  }

  void add_diskless_warnings() {
    // mount's rows are in mounting order: the last one that holds a path wins.
    const aix::Mount* root = nullptr;
    const aix::Mount* console = nullptr;
    const std::string console_log = "/var/adm/ras/conslog";
    std::string maps;
    for (const aix::Mount& mount : observed_.mounts) {
      if (mount.vfs == "autofs") maps += (maps.empty() ? "" : ", ") + escape_control(mount.path);
      if (mount.path == "/") root = &mount;
      const bool is_satisfied =
          mount.path != "/" &&
          (console_log == mount.path || console_log.compare(0, mount.path.size() + 1, mount.path + "/") == 0);
      if (is_satisfied) console = &mount;
    }
    if (!maps.empty())
      add_warning("the automounter mounts below " + maps +
                  ": what it mounts after this run has AIX's own values; cure: run this again, from cron for instance");
    if (root != nullptr && is_from_server(*root))
      add_warning(
          "paging space is not shown by mount: NIM's swapnfs0 is not replicated and hangs with its server; "
          "cure: local paging space, see lsps -a");
    if (console != nullptr && lies_on_nfs(*console))
      add_warning("the console log " + console_log + " lies on NFS (" + escape_control(console->path) +
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

MountReport describe_mounts(const ObservedState& observed, const DesiredFilesystems& desired) {
  std::map<std::string, const DesiredFilesystem*> filesystem_of;
  for (const DesiredFilesystem& filesystem : desired.filesystems)
    for (const std::string& path : filesystem.paths) filesystem_of[path] = &filesystem;

  MountReport report;
  Homes homes(observed);
  const std::map<std::string, const aix::Mount*> top = aix::uppermost(observed.mounts);
  std::set<std::string> twice;
  for (const aix::Mount& mount : observed.mounts) {
    if (!is_from_server(mount)) continue;
    const bool is_hidden = top.at(mount.path) != &mount;
    if (is_hidden && mount.vfs == "nfs4" && top.at(mount.path)->vfs == "nfs4") twice.insert(mount.path);
    MountState state;
    state.path = mount.path;
    state.vfs = mount.vfs;
    state.server = mount.node;
    state.remote = mount.device;
    if (mount.vfs == "nfs4" && !is_hidden) {
      describe_nfs4(observed, *filesystem_of.at(mount.path), homes, state);
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
    describe_nfs4(observed, *filesystem_of.at(path), homes, state);
    state.server = state.current;
    if (const aix::NfsFilesystem* info = observed.filesystem(path)) state.remote = info->remote;
    report.crossed_mounts.push_back(std::move(state));
  }
  report.warnings = desired.warnings;
  for (const std::string& path : twice)
    report.warnings.push_back(escape_control(path) +
                              " is mounted twice: commands reach the upper file system only, so the hidden one is not "
                              "tuned; cure: unmount one of the two");
  MountWarnings(observed, report).add();
  return report;
}

WorstFailover worst_failover(const MountReport& report) {
  WorstFailover worst;
  bool unknown = false;
  double longest = 0;
  for (const auto* states : {&report.mounts, &report.crossed_mounts}) {
    for (const MountState& state : *states) {
      if (state.vfs != "nfs4" || state.state == "not_tunable") continue;
      worst.any = true;
      worst.never = worst.never || state.never;
      unknown = unknown || (!state.never && !state.failover);
      longest = std::max(longest, state.failover.value_or(0));
    }
  }
  if (worst.any && !worst.never && !unknown) worst.seconds = longest;
  return worst;
}

std::string text_of(const WorstFailover& worst) {
  if (!worst.any) return "none";
  if (worst.never) return "never";
  return worst.seconds ? report::seconds_text(*worst.seconds) : "unknown";
}

}  // namespace hanfs::node
