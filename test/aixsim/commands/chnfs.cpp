// SPDX-License-Identifier: Apache-2.0
// chnfs, chnfsdom, nfsd (which only prints here), showmount, rpcinfo.
#include <algorithm>
#include <optional>

#include "commands/command.hpp"
#include "core/server_format.hpp"
#include "state/exports.hpp"
#include "state/links.hpp"
#include "state/routes.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

int chnfs_usage(Call& call) {
  return call.fail(
      "Usage: chnfs [-n NumberOfNfsd] [-b NumberOfBiod] [-l "
      "NumberOfLockd] [-s | -S] [-v | -V] [-r RootNode]\n"
      "       [-p PublicNode] [-R {on|off|host[+host]}] [-g "
      "{on|off}] [-I | -B | -N]\n");
}

void restart_daemons(Call& call) {
  const Src src(call.node);
  const std::string& which = call.node.variant("chnfs-restart");
  if (which == "nfsd") src.restart("nfsd");
  if (which == "group") {
    for (const auto& name : nfs_daemons_started()) src.restart(name);
  }
}

}  // namespace

int cmd_chnfs(Call& call) {
  char when = 'B';
  std::string mode, grace;
  bool changes = false;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-I" || arg == "-B" || arg == "-N") {
      when = arg[1];
    } else if (arg == "-s" || arg == "-S" || arg == "-v" || arg == "-V") {
      changes = true;
    } else if (arg.size() == 2 && arg[0] == '-' && std::string("nblrpRg").find(arg[1]) != std::string::npos) {
      if (++i >= call.args.size()) return chnfs_usage(call);
      if (arg == "-R") mode = call.args[i];
      if (arg == "-g") grace = call.args[i];
      changes = true;
    } else {
      return chnfs_usage(call);
    }
  }
  if (!changes || (!grace.empty() && grace != "on" && grace != "off")) return chnfs_usage(call);
  if (mode.find_first_of(",@/ ") != std::string::npos) return chnfs_usage(call);  // there is no on,host= form
  const Lock lock(Src(call.node).lock());
  if (!mode.empty()) {
    const bool same = mode == replication_mode(call.node);
    if (same && call.node.is("mode-again", "error")) return call.fail("chnfs: replication is already " + mode + "\n");
    if (same && call.node.is("mode-again", "nothing")) return 0;
    // nfs 3 [DOC repl-73]: only while nothing is exported for v4.
    if (when != 'I' && !(same && call.node.is("mode-again", "ok")) && Exports(call.node).any_v4()) {
      return call.fail(
          "chnfs: the replication mode cannot be changed while "
          "directories are exported for version 4\n");
    }
    if (when == 'I') {
      call.node.write("nfs-mode-next", mode);
    } else {
      call.node.write("nfs-mode", mode);
    }
  }
  if (!grace.empty()) call.node.write("nfs-grace", grace);
  if (when == 'B') restart_daemons(call);
  return 0;
}

int cmd_chnfsdom(Call& call) {
  const auto usage = [&] { return call.fail("Usage: chnfsdom [Domain]\n"); };
  if (call.args.size() > 1) return usage();
  std::string now = call.node.file("/etc/nfs/local_domain");
  while (!now.empty() && (now.back() == '\n' || now.back() == ' ')) now.pop_back();
  if (call.args.empty()) {
    const std::string shown = now.empty() ? "N/A" : now;
    call.out = call.node.is("chnfsdom", "sentence") ? "Current local domain: " + shown + "\n" : shown + "\n";
    return 0;
  }
  if (call.args[0].empty() || call.args[0][0] == '-' || call.args[0].find_first_of(" \t/") != std::string::npos) {
    return usage();
  }
  if (!call.node.frozen()) make_dirs(call.node.root() + "/etc/nfs");
  call.node.write_path("/etc/nfs/local_domain", call.args[0] + "\n");
  return 0;
}

// nfs 4: the flags are documented, what they print is not.
int cmd_nfsd(Call& call) {
  const std::string what = call.args.size() == 1 ? call.args[0] : "";
  if (what != "-getreplicas" && what != "-getnodes") {
    return call.fail(
        "Usage: nfsd [-a | -p 1 | -u 1] nservers\n       nfsd "
        "[-getnodes | -getreplicas]\n");
  }
  if (what == "-getnodes") {
    call.out = call.node.is("getnodes", "colons") ? "#root:public\n/:/\n" : "Root node: /\nPublic node: /\n";
    return 0;
  }
  const std::string mode = replication_mode(call.node), &form = call.node.variant("getreplicas");
  const bool on = mode != "off";
  std::string hosts;
  if (on && mode != "on") hosts = "/@" + mode;
  if (form == "unsupported") return call.fail("nfsd: Not a recognized flag: getreplicas\n");
  if (form == "word") call.out = (hosts.empty() ? mode : hosts) + "\n";
  if (form == "sentence") {
    call.out = std::string("NFS version 4 replication is ") + (on ? "enabled" : "disabled") + ".\n";
    if (!hosts.empty()) call.out += "Root replicas: " + hosts + "\n";
  }
  if (form == "assignment")
    call.out = "replication=" + std::string(on ? "ON" : "OFF") + "\nroot_replicas=" + hosts + "\n";
  if (form == "silent-off" && on) call.out = (hosts.empty() ? "on" : hosts) + "\n";
  if (form == "colons") call.out = "#replication:replicas\n" + std::string(on ? "on" : "off") + ":" + hosts + "\n";
  return 0;
}

namespace {

// Another server that answers remote calls: itself, or why it does not.
struct Remote {
  std::optional<Node> server;  // none, and it answers: a partner that was only named at boot. It exports nothing
  std::string refusal;
};

Remote remote(const Node& node, const std::string& host) {
  if (host.empty() || host == "localhost" || host == node.setting("hostname") || is_own_address(node, host))
    return {node, ""};
  // Another server: known when both are linked.
  const std::string folder = server_at(node, host);
  const Strings partners = split(node.get("partners"), ',');
  const bool named = std::find(partners.begin(), partners.end(), node.address_of(host)) != partners.end();
  if (folder.empty() && named && !is_dead(node, host)) return {std::nullopt, ""};
  if (folder.empty() || server_down(Node(folder)))
    return {std::nullopt, "RPC: 1832-010 Port mapper failure - RPC: 1832-008 Timed out\n"};
  return {Node(folder), ""};
}

}  // namespace

int cmd_showmount(Call& call) {
  std::string flag, host;
  for (const auto& arg : call.args) (starts_with(arg, "-") ? flag : host) = arg;
  if (flag != "-e") return call.fail("Usage: showmount [-a] [-d] [-e] [Host]\n");
  const std::string shown = host.empty() ? call.node.setting("hostname") : host;
  const Remote asked = remote(call.node, host);
  if (!asked.refusal.empty()) return call.fail("showmount: " + asked.refusal);
  std::string rows;
  if (asked.server) {
    if (!Src(*asked.server).active("rpc.mountd")) return call.fail("showmount: RPC: 1832-019 Program not registered\n");
    for (const auto& one : Exports(*asked.server).now()) {
      const auto versions = one.versions();
      if (versions.count("2") == 0 && versions.count("3") == 0) continue;
      rows += showmount_row(one.dir, join(split(option(one.options, "access"), ':'), ","));
    }
  }
  call.out = rows.empty() ? "no exported file systems for " + shown + "\n" : showmount_header(shown) + rows;
  return 0;
}

// rpcinfo -t HOST PROGRAM, for NFS: each version that answers [DOC rpcinfo].
int cmd_rpcinfo(Call& call) {
  if (call.args.size() != 3 || call.args[0] != "-t" || call.args[2] != "100003")
    return call.fail("Usage: rpcinfo -t host prognum [versnum]\n");
  const Remote asked = remote(call.node, call.args[1]);
  if (!asked.refusal.empty()) return call.fail("rpcinfo: " + asked.refusal);
  if (asked.server && !Src(*asked.server).active("nfsd"))
    return call.fail("rpcinfo: RPC: 1832-019 Program not registered\nprogram 100003 is not available\n");
  for (const char* version : {"2", "3", "4"})
    call.out += std::string("program 100003 version ") + version + " ready and waiting\n";
  return 0;
}

}  // namespace aixsim
