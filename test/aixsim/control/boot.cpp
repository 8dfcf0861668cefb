// SPDX-License-Identifier: Apache-2.0
// boot: makes the folder of a node, or resets its kernel state: mounts, fsids, routes, tunables.
#include "control/boot.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "commands/command.hpp"
#include "control/control.hpp"
#include "state/links.hpp"
#include "state/mounts.hpp"
#include "state/odm.hpp"
#include "state/routes.hpp"
#include "state/tunables.hpp"

namespace aixsim {
namespace {

constexpr char kServer[] = "203.0.113.15";
constexpr char kOwn[] = "203.0.113.117";

struct Wanted {
  long mounts = 2, share = 1, replicas = 1;
  bool standalone = false;
  std::string name = "cn017";
  std::string own = kOwn;      // address, or address/prefix
  std::string from = kServer;  // the server it boots and mounts from
  std::string gateway, nameserver;
  bool given_from = false;
  Options options;
};

int bad(const std::string& text) {
  say(2, "aixsim: boot: " + text + "\n");
  return 2;
}

}  // namespace

void link_commands(const std::string& root, const std::string& self, MachineKind kind) {
  size_t count = 0;
  const Known* all = known_commands(&count);
  // Nodes of a cluster share one folder of commands; `cluster create` has made `usr` a link to it.
  const bool shared = is_link(root + "/usr");
  for (const char* const folder :
       {"usr/sbin", "usr/bin", "bin", "etc/tunables", "etc/objrepos", "tmp", "var/run", "var/adm"}) {
    make_dirs(root + "/" + folder);
  }
  if (memory()) return;
  if (kind == MachineKind::kServer) make_dirs(root + "/opt/xcat/bin");
  if (kind == MachineKind::kManager) {
    for (const char* const folder : {"etc/xcat", "opt/xcat/bin", "opt/xcat/sbin", "opt/freeware/bin",
                                     "install/postscripts", "install/prescripts"}) {
      make_dirs(root + "/" + folder);
    }
  }
  const auto link = [&](const std::string& path) {
    ::unlink(path.c_str());
    ::symlink(self.c_str(), path.c_str());
  };
  for (size_t i = 0; i < count && !shared; ++i) {
    const On on = all[i].on;
    const bool manager = kind == MachineKind::kManager;
    const bool server = kind == MachineKind::kServer;
    const bool has = on == On::kAll || (on == On::kManager && manager) || (on == On::kServer && server) ||
                     (on == On::kXcat && (manager || server)) || (on == On::kNodes && !manager);
    if (!has) {
      continue;
    }
    link(root + "/" + all[i].folder + "/" + all[i].name);
    link(root + "/bin/" + all[i].name);
    if (!manager || (on != On::kManager && on != On::kXcat)) continue;
    for (const char* const folder : {"/usr/sbin/", "/usr/bin/"}) link(root + folder + all[i].name);
  }
  if (kind == MachineKind::kManager) return;
  for (const char* const name : {"route", "ifconfig", "mount"}) link(root + "/etc/" + name);  // routes 7: links
}

bool parse_prefixed(const std::string& text, unsigned* address, int* prefix) {
  const size_t slash = text.find('/');
  *prefix = 24;
  if (slash != std::string::npos) {
    long bits = 0;
    if (!parse_number(text.substr(slash + 1), &bits) || bits < 1 || bits > 32) return false;
    *prefix = static_cast<int>(bits);
  }
  return parse_ipv4(text.substr(0, slash), address);
}

void seed_file(const std::string& path, const std::string& text) {
  if (!exists(path)) write_file(path, text);
}

namespace {

std::string replica_address(long i) { return "203.0.113." + std::to_string(15 - i); }

struct Builder {
  const Node& node;
  const Wanted& wanted;
  Mounts mounts;
  std::vector<Mount> list;
  long now;

  void local(const std::string& device, const std::string& over, const std::string& vfs, const std::string& options) {
    list.push_back({vfs, "", device, over, options, "", now});
  }

  Strings servers() const {
    Strings all;
    if (wanted.given_from) return {wanted.from};  // its replicas come from linked servers
    for (long i = 0; i <= wanted.replicas; ++i) all.push_back(replica_address(i));
    return all;
  }

  std::string remote(const std::string& vfs, const std::string& dir, const std::string& exported,
                     const std::string& over, const std::string& mount_options, const std::string& fs_options,
                     std::string key = "") {
    Filesystem fs;
    const bool shared = !key.empty();
    if (!shared) key = vfs == "nfs4" ? mounts.new_fsid() : "m" + std::to_string(list.size());
    if (!shared) {
      fs.key = key;
      fs.vfs = vfs;
      fs.remote = exported;
      fs.local = over;
      fs.mounted_from = fs.current = wanted.from;
      fs.servers = vfs == "nfs3" ? Strings{wanted.from} : servers();
      for (const auto& server : fs.servers) {
        if (!is_dead(node, server)) {
          fs.current = server;
          break;
        }
      }
      fs.base = parse_options(fs_options);
      if (vfs == "nfs4") {
        for (const auto& [name, value] : default_options()) {
          bool there = false;
          for (const auto& one : fs.base) there = there || one.first == name || (one.first == "ro" && name == "rw");
          if (!there) fs.base.emplace_back(name, value);
        }
      }
      fs.options = fs.base;
      if (vfs == "nfs4") {
        for (const auto& [name, value] : wanted.options) set_option(&fs.options, name, value);
      }
      fs.mounted = fs.options;
      mounts.save(fs);
    }
    std::string shown = mount_options;
    if (vfs == "nfs4" && !wanted.options.empty()) shown += "," + format_options(wanted.options);
    list.push_back({vfs, wanted.from, dir, over, shown, key, now});
    return key;
  }
};

// Order and values of the fsid that the transcript shows for /usr (ro, intr, nimperf, ac*=14400), before tuning.
constexpr char kUsrOptions[] =
    "ro,intr,nimperf,rsize=65536,wsize=65536,timeo=100,retrans=5,numclust=2,maxgroups=0,acregmin=14400,acregmax=14400,"
    "acdirmin=14400,acdirmax=14400,minpout=1250,maxpout=2500,sec=sys:krb5:krb5i:krb5p";

void build_mounts(const Node& node, const Wanted& wanted) {
  Builder b{node, wanted, Mounts(node), {}, node.clock()};
  b.mounts.clear();
  long left = wanted.mounts;
  if (wanted.standalone) {
    b.local("/dev/hd4", "/", "jfs2", "rw,log=/dev/hd8");
    b.local("/dev/hd2", "/usr", "jfs2", "rw,log=/dev/hd8");
    b.local("/dev/hd9var", "/var", "jfs2", "rw,log=/dev/hd8");
    b.local("/dev/hd3", "/tmp", "jfs2", "rw,log=/dev/hd8");
    b.local("/proc", "/proc", "procfs", "rw");
  } else {
    // nfs 6 [XCAT/GUESS]: what a statelite node shows.
    b.remote("stnfs", "/install/nim/shared_root/71BShared_root", "/install", "/", "rw,hard,intr", "");
    std::string usr;
    if (left > 0) {
      usr = b.remote("nfs4", "/install/nim/spot/71Bdskl/usr", "/install", "/usr", "ro,vers=4,hard,intr,nimperf",
                     kUsrOptions);
      --left;
    }
    b.local("/proc", "/proc", "procfs", "rw");
    if (left > 0) {
      const std::string key = b.remote("nfs4", "/install/statelite_data", "/install", "/.statelite/persistent",
                                       "llock,vers=4", "rw", node.is("shared-fsid", "yes") ? usr : "");
      --left;
      make_dirs(node.root() + "/.statelite/persistent");  // a mount point can be read
      const std::string source = "/.statelite/persistent/" + wanted.name + "/var/adm/ras";
      b.list.push_back({node.variant("overmount"), "", source, "/var/adm/ras", "", key, b.now});
    }
  }
  b.remote("nfs3", "/export/mksysb", "/export/mksysb", "/mnt/mksysb", "ro,bg,hard,intr,sec=sys", "");
  std::string key;
  for (long i = 0; i < left; ++i) {
    const std::string over = strf("/data/%05ld", i + 1), remote = "/install" + over;
    const bool fresh = i % wanted.share == 0;
    key = b.remote("nfs4", remote, remote, over, "rw,vers=4,hard,intr", "rw", fresh ? "" : key);
  }
  b.mounts.add_all(b.list);
}

}  // namespace

// Ethernet interfaces and loopback; rows as every netstat -rn transcript shows them.
void build_routes(const Node& node, bool standalone, const std::vector<Nic>& ethernets,
                  const std::string& gateway_address) {
  std::vector<Nic> all = ethernets;
  all.push_back({"lo0", true, {{0x7f000001u, mask_of(8)}}});
  save_nics(node, all);
  const auto row = [](unsigned destination, int prefix, bool host, const std::string& gateway, const std::string& flags,
                      const std::string& interface, long use) {
    Route route;
    route.destination = destination;
    route.prefix = prefix;
    route.host = host;
    route.gateway = gateway;
    route.flags = flags;
    route.interface = interface;
    route.use = use;
    return route;
  };
  std::vector<Route> routes = {row(0x7f000000u, 8, false, "127.0.0.1", "U", "lo0", 7504)};
  for (const auto& nic : ethernets) {
    std::set<unsigned> nets;
    for (const auto& [own, mask] : nic.inet) {
      const std::string own_text = ipv4(own);
      const unsigned net = own & mask;
      if (nets.insert(net).second) {
        routes.push_back(row(net, 32, true, own_text, "UHSb", nic.name, 0));
        routes.push_back(row(net, prefix_of(mask), false, own_text, "U", nic.name, 639));
        routes.push_back(row(net | ~mask, 32, true, own_text, "UHSb", nic.name, 1));
      }
      routes.push_back(row(own, 32, true, "127.0.0.1", "UGHS", "lo0", 16));
    }
  }
  if (!standalone) {
    Route gateway = row(0, 0, false, gateway_address, "UG", "en0", 12696);  // NIM: routing1='default GW'
    gateway.since = node.clock();
    routes.push_back(gateway);
  }
  Routes(node).save(routes);
  if (!standalone) return;
  // routes 3.4: rc.net defines the routes from the ODM; an unreachable gateway is skipped silently.
  for (const auto& value : Odm(node).values("inet0", "route")) {
    const StoredRoute stored = parse_stored(value);
    if (!stored.valid) continue;
    Node same = node;
    Call call{same, {}, "", "", false};
    Strings words = stored.route_words();
    words.insert(words.begin(), {"-n", "add"});
    run_route(call, words);
  }
}

int control_boot(const Strings& args, const std::string& self) {
  if (args.empty() || starts_with(args[0], "-")) return bad("the folder of the node is missing");
  Node node(clean_path(args[0]));
  const bool again = node.booted();
  Strings words(args.begin() + 1, args.end());
  // Booting again without arguments: as last time.
  const bool as_last_time = again && words.empty() && !node.setting("boot").empty();
  if (as_last_time) words = fields(node.setting("boot"));
  if (std::find(words.begin(), words.end(), "--server") != words.end()) {
    return boot_server(node, words, self, again, as_last_time);
  }
  Wanted wanted;
  Strings variants;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--standalone") {
      wanted.standalone = true;
      continue;
    }
    if (i + 1 >= words.size()) return bad(word + ": unknown, or its value is missing");
    const std::string& value = words[++i];
    if (word == "--mounts" || word == "--share" || word == "--replicas") {
      long* const number = word == "--mounts" ? &wanted.mounts : word == "--share" ? &wanted.share : &wanted.replicas;
      if (!parse_number(value, number)) return bad(value + ": not a number");
    } else if (word == "--option") {
      const size_t at = value.find('=');
      wanted.options.emplace_back(value.substr(0, at), at == std::string::npos ? "" : value.substr(at + 1));
    } else if (word == "--name") {
      wanted.name = value;
    } else if (word == "--address") {
      wanted.own = value;
    } else if (word == "--from") {
      wanted.from = value;
      wanted.given_from = true;
    } else if (word == "--gateway") {
      wanted.gateway = value;
    } else if (word == "--nameserver") {
      wanted.nameserver = value;
    } else if (word == "--variant") {
      variants.push_back(value);
    } else {
      return bad(word + ": unknown");
    }
  }
  // nfs 3 [XCAT]: at most 8 replicas, the server itself included.
  if (wanted.replicas > 7) return bad("at most 8 servers: --replicas 0 to 7");
  if (wanted.share < 1) return bad("--share must be at least 1");
  unsigned own = 0, number = 0;
  int prefix = 24;
  if (!parse_prefixed(wanted.own, &own, &prefix)) return bad("--address " + wanted.own + ": not an address");
  if (!parse_ipv4(wanted.from, &number)) return bad("--from " + wanted.from + ": not an address");
  if (wanted.gateway.empty()) wanted.gateway = wanted.from;
  if (!parse_ipv4(wanted.gateway, &number)) return bad("--gateway " + wanted.gateway + ": not an address");
  if (wanted.nameserver.empty()) wanted.nameserver = wanted.from;
  make_dirs(node.state("locks"));
  link_commands(node.root(), self, MachineKind::kNode);
  node.set_settings({{"hostname", wanted.name},
                     {"standalone", wanted.standalone ? "yes" : "no"},
                     {"server", "no"},
                     {"boot", record(words)}});
  for (const auto& variant : variants) {
    if (!set_variant(node, variant)) return bad(variant + ": unknown variant or value");
  }
  const Node fresh(node.root());
  if (!again) {
    fresh.write("clock", std::to_string(kFirstClock));
    fresh.write("odm", "");
  }
  const std::string etc = node.root() + "/etc/";
  std::string hosts =
      "127.0.0.1\tloopback localhost\n" + ipv4(own) + "\t" + wanted.name + ".cluster.example.com " + wanted.name + "\n";
  for (long i = 0; i <= (wanted.replicas > 1 ? wanted.replicas : 1); ++i) {
    hosts +=
        replica_address(i) + "\tsn" + std::to_string(i + 1) + ".cluster.example.com sn" + std::to_string(i + 1) + "\n";
  }
  seed_file(etc + "hosts", hosts);
  seed_file(etc + "resolv.conf", "nameserver " + wanted.nameserver + "\ndomain cluster.example.com\n");
  seed_file(etc + "netsvc.conf", "hosts = local, bind\n");

  const Odm odm(fresh);
  if (!again || (!wanted.standalone && fresh.is("diskless-odm", "lost"))) {
    std::vector<OdmObject> objects = {{"inet0", "hostname", wanted.name, "R", "DU", "s", 24},
                                      {"en0", "netaddr", ipv4(own), "R", "DU", "s", 4},
                                      {"en0", "netmask", ipv4(mask_of(prefix)), "R", "DU", "s", 8},
                                      {"en0", "state", "up", "R", "DU", "sl", 5}};
    if (wanted.standalone) {
      StoredRoute route;
      route.type = "net";
      route.destination = "0";
      route.gateway = wanted.gateway;
      objects.push_back({"inet0", "route", format_stored(route, fresh.variant("odm-boot-string")), "R", "DU", "s", 0});
    }
    odm.save(objects);
  }
  for (const auto kind : {Tunables::kNo, Tunables::kNfso}) {
    const Tunables tunables(fresh, kind);
    tunables.reset();
    // routes 3.6 [XCAT]: what a diskless node wrote to nextboot does not reach its next boot.
    if (wanted.standalone) tunables.apply_nextboot();
  }
  if (!wanted.standalone) remove_file(etc + "tunables/nextboot");
  build_mounts(fresh, wanted);
  learn_replicas(fresh);
  build_routes(fresh, wanted.standalone, {{"en0", true, {{own, mask_of(prefix)}}}}, wanted.gateway);
  fresh.write("opened", "");
  return 0;
}

}  // namespace aixsim
