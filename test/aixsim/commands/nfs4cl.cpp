// SPDX-License-Identifier: Apache-2.0
// nfs4cl works on the fsid structures of the client; a path only selects one (nfs 1.1 [DOC]).
#include <algorithm>
#include <set>

#include "commands/command.hpp"
#include "core/format.hpp"
#include "state/mounts.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

// Texts and status of errors are not public (nfs 8.1) [GUESS].
int usage(Call& call) {
  return call.fail(
      "Usage: nfs4cl showfs [path]\n       nfs4cl showstat [path]\n       nfs4cl setfsoptions path argument\n"
      "       nfs4cl resetfsoptions path\n");
}

void block_on_dead_server(Call& call, const Mounts& mounts, const Filesystem& fs) {
  if (call.node.is("dead-server", "blocks") && (fs.stale || is_dead(call.node, mounts.current(fs)))) hang(false, 600);
}

bool select(Call& call, const Mounts& mounts, const std::string& path, Mount* mount, Filesystem* fs) {
  if (mounts.covering(path, mount) && mount->vfs == "nfs4" && mounts.load(mount->fs, fs)) {
    block_on_dead_server(call, mounts, *fs);
    return true;
  }
  return false;
}

int not_v4(Call& call, const std::string& path) {
  return call.fail("nfs4cl: " + path + ": Not an NFS version 4 file system.\n");
}

std::string show(Call& call, const Mounts& mounts, const Filesystem& fs, const std::string& local, bool details) {
  const std::string current = mounts.current(fs);
  const bool mounted = call.node.is("showfs-server", "mounted");
  std::string text = showfs_row(mounted ? fs.mounted_from : current, fs.remote, fs.key, local);
  if (!details) return text;
  Strings replicas = fs.replicas(current);
  const bool moved = call.node.address_of(current) != call.node.address_of(fs.mounted_from);
  if (moved && call.node.is("showfs-old", "gone")) {
    const auto is_old = [&](const std::string& one) {
      return call.node.address_of(one) == call.node.address_of(fs.mounted_from);
    };
    replicas.erase(std::remove_if(replicas.begin(), replicas.end(), is_old), replicas.end());
  }
  text += showfs_details(current, replicas, fs.remote, format_options(fs.options));
  return text;
}

int showfs(Call& call) {
  const Mounts mounts(call.node);
  if (call.args.size() > 2) return usage(call);
  if (call.args.size() == 2) {
    Mount mount;
    Filesystem fs;
    if (!select(call, mounts, call.args[1], &mount, &fs)) return not_v4(call, call.args[1]);
    call.out = showfs_header() + show(call, mounts, fs, mount.over, true);
    return 0;
  }
  call.out = showfs_header();
  const bool details = call.node.is("showfs-all", "yes"), by_fsid = call.node.is("showfs-rows", "fsid");
  std::set<std::string> seen, servers;
  Filesystem fs;
  for (const auto& mount : mounts.all()) {
    if (mount.vfs != "nfs4" || (by_fsid && !seen.insert(mount.fs).second) || !mounts.load(mount.fs, &fs)) continue;
    block_on_dead_server(call, mounts, fs);
    const std::string current = mounts.current(fs);
    if (call.node.is("showfs-pseudo", "yes") && servers.insert(current).second) {
      call.out += showfs_row(current, "/", "0:" + std::to_string(servers.size()), "/");
      if (details) call.out += showfs_details(current, {}, "/", "ro,intr");
    }
    call.out += show(call, mounts, fs, mount.over, details);
  }
  return 0;
}

// nfs 1.3 [GUESS]: a table like df's.
int showstat(Call& call) {
  const Mounts mounts(call.node);
  if (call.args.size() > 2) return usage(call);
  std::vector<Mount> rows;
  Filesystem fs;
  if (call.args.size() == 2) {
    Mount mount;
    if (!select(call, mounts, call.args[1], &mount, &fs)) return not_v4(call, call.args[1]);
    rows.push_back(mount);
  } else {
    rows = mounts.all();
  }
  call.out = "Filesystem    512-blocks      Free %Used    Iused %Iused Mounted on\n";
  for (const auto& row : rows) {
    if (row.vfs != "nfs4" || !mounts.load(row.fs, &fs)) continue;
    call.out +=
        mounts.current(fs) + ":" + fs.remote + "    41943040  20971520   50%   204800     9% " + row.over + "\n";
  }
  return 0;
}

bool known_word(const std::string& key) {
  // rw ro ac* cio cior dio: DOC 1.2; intr nimperf: SEEN 1.3; the rest GUESS.
  static const std::set<std::string> kWords = {"rw",   "ro",   "cio", "cior",  "dio",    "intr",   "nointr",
                                               "hard", "soft", "rbr", "nodev", "nosuid", "nimperf"};
  return kWords.count(key) != 0;
}

bool known_number(const std::string& key) {
  static const std::set<std::string> kNumbers = {"acdirmax",  "acdirmin", "acregmax", "acregmin", "actimeo",
                                                 "timeo",     "retrans",  "rsize",    "wsize",    "numclust",
                                                 "maxgroups", "minpout",  "maxpout"};
  return kNumbers.count(key) != 0;
}

int setfsoptions(Call& call) {
  if (call.args.size() != 3) return usage(call);
  const std::string &path = call.args[1], &argument = call.args[2];
  const auto refuse = [&](const std::string& word) {
    return call.fail("nfs4cl: " + word + ": The option is not valid.\n");
  };
  if (argument.empty()) return refuse("''");
  if (argument.find(',') != std::string::npos && call.node.is("comma-list", "refused")) return refuse(argument);
  const Options given = parse_options(argument);
  for (const auto& [key, value] : given) {
    long number = 0;
    const std::string word = value.empty() ? key : key + "=" + value;
    if (known_number(key)) {
      if (!parse_number(value, &number) || number > 2147483647) return refuse(word);
      if (number == 0 && (key == "timeo" || key == "retrans") && call.node.is("zero", "refused")) return refuse(word);
    } else if (key == "sec") {
      if (value.empty()) return refuse(word);
    } else if (!known_word(key) || argument.find(key + "=") != std::string::npos) {
      return refuse(word);
    }
  }
  const Mounts mounts(call.node);
  Mount mount;
  Filesystem fs;
  if (!select(call, mounts, path, &mount, &fs)) {
    return call.node.is("nonv4", "silent") ? 0 : not_v4(call, path);
  }
  const Lock lock(mounts.lock_of(fs.key));
  if (!mounts.load(fs.key, &fs)) return not_v4(call, path);
  if (call.node.is("setfsoptions", "replace")) fs.options = fs.base;
  for (const auto& [key, value] : given) {
    if (key == "actimeo") {
      for (const char* const each : {"acregmin", "acregmax", "acdirmin", "acdirmax"})
        set_option(&fs.options, each, value);
    } else {
      set_option(&fs.options, key, value);
    }
  }
  mounts.save(fs);
  return 0;
}

int resetfsoptions(Call& call) {
  if (call.args.size() != 2) return usage(call);
  const Mounts mounts(call.node);
  Mount mount;
  Filesystem fs;
  if (!select(call, mounts, call.args[1], &mount, &fs)) {
    return call.node.is("nonv4", "silent") ? 0 : not_v4(call, call.args[1]);
  }
  const Lock lock(mounts.lock_of(fs.key));
  if (!mounts.load(fs.key, &fs)) return not_v4(call, call.args[1]);
  fs.options = call.node.is("resetfsoptions", "mounted") ? fs.mounted : fs.base;
  mounts.save(fs);
  return 0;
}

}  // namespace

int cmd_nfs4cl(Call& call) {
  const std::string verb = call.args.empty() ? "" : call.args[0];
  if (verb == "showfs") return showfs(call);
  if (verb == "showstat") return showstat(call);
  if (verb == "setfsoptions") return setfsoptions(call);
  if (verb == "resetfsoptions") return resetfsoptions(call);
  return usage(call);
}

}  // namespace aixsim
