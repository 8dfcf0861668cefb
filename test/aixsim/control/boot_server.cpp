// SPDX-License-Identifier: Apache-2.0
// boot --server: makes the folder of a service node, or resets its kernel state; what `show` says about it.
#include <algorithm>

#include "control/boot.hpp"
#include "control/control.hpp"
#include "state/clients.hpp"
#include "state/disks.hpp"
#include "state/exports.hpp"
#include "state/mounts.hpp"
#include "state/odm.hpp"
#include "state/src.hpp"
#include "state/tunables.hpp"

namespace aixsim {
namespace {

constexpr char kGateway[] = "203.0.113.1";

struct Wanted {
  Strings addresses, partners, exports, file_systems;
  std::string name, state = "none", install = "jfs2", domain, mode, access = "ro", options, gateway = kGateway;
  std::map<std::string, int> prefixes;  // of own addresses
  bool partner_down = false, domain_given = false;
};

int bad(const std::string& text) {
  say(2, "aixsim: boot --server: " + text + "\n");
  return 2;
}

// 203.0.113.15 is sn1, .14 is sn2, ... as on the simulated compute node.
std::string usual_name(const std::string& address) {
  unsigned number = 0;
  parse_ipv4(address, &number);
  const unsigned last = number & 0xff;
  return (number & ~0xffu) == 0xcb007100u && last <= 15 && last > 0 ? "sn" + std::to_string(16 - last) : "";
}

bool parse(const Strings& words, Wanted* wanted, Strings* variants, std::string* why) {
  const std::map<std::string, Strings*> lists = {{"--address", &wanted->addresses},
                                                 {"--partner", &wanted->partners},
                                                 {"--export", &wanted->exports},
                                                 {"--fs", &wanted->file_systems},
                                                 {"--variant", variants}};
  const std::map<std::string, std::string*> values = {
      {"--name", &wanted->name},       {"--exports", &wanted->state},  {"--install-fs", &wanted->install},
      {"--domain", &wanted->domain},   {"--mode", &wanted->mode},      {"--access", &wanted->access},
      {"--options", &wanted->options}, {"--gateway", &wanted->gateway}};
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--server") continue;
    if (word == "--partner-down") {
      wanted->partner_down = true;
      continue;
    }
    const auto list = lists.find(word);
    const auto value = values.find(word);
    if ((list == lists.end() && value == values.end()) || i + 1 >= words.size()) {
      *why = word + ": unknown, or its value is missing";
      return false;
    }
    ++i;
    if (list != lists.end()) list->second->push_back(words[i]);
    if (value != values.end()) *value->second = words[i];
    wanted->domain_given = wanted->domain_given || word == "--domain";
  }
  static const Strings kStates = {"none",  "no-file",       "v3-children", "plain",       "right",
                                  "third", "wrong-address", "foreign-v4",  "partner-down"};
  static const Strings kInstall = {"jfs2", "mmfs", "none", "nfs"};
  unsigned number = 0;
  if (std::find(kStates.begin(), kStates.end(), wanted->state) == kStates.end()) {
    *why = "--exports " + wanted->state + ": states are " + join(kStates, " ");
  } else if (std::find(kInstall.begin(), kInstall.end(), wanted->install) == kInstall.end()) {
    *why = "--install-fs " + join(kInstall, "|");
  } else if (wanted->access != "ro" && wanted->access != "rw") {
    *why = "--access ro|rw";
  }
  if (wanted->addresses.empty()) wanted->addresses = {"203.0.113.15"};
  for (auto& address : wanted->addresses) {
    int prefix = 24;
    if (!parse_prefixed(address, &number, &prefix)) *why = address + ": not an address";
    address = address.substr(0, address.find('/'));
    wanted->prefixes[address] = prefix;
  }
  if (!parse_ipv4(wanted->gateway, &number)) *why = "--gateway " + wanted->gateway + ": not an address";
  if (wanted->partners == Strings{"none"}) {
    wanted->partners.clear();
  } else if (wanted->partners.empty()) {
    wanted->partners = {wanted->addresses[0] == "203.0.113.15" ? "203.0.113.14" : "203.0.113.15"};
  }
  if (wanted->name.empty()) wanted->name = usual_name(wanted->addresses[0]);
  if (wanted->name.empty()) wanted->name = "sn1";
  return why->empty();
}

// One interface for each network; further addresses of a network are aliases.
std::vector<Nic> interfaces(const Wanted& wanted) {
  std::vector<Nic> all;
  for (const auto& text : wanted.addresses) {
    unsigned address = 0;
    parse_ipv4(text, &address);
    const unsigned mask = mask_of(wanted.prefixes.at(text));
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const Nic& nic) { return (nic.inet[0].first & mask) == (address & mask); });
    if (found == all.end()) {
      all.push_back({"en" + std::to_string(all.size()), true, {}});
      found = all.end() - 1;
    }
    found->inet.emplace_back(address, mask);
  }
  return all;
}

void write_hosts(const Node& node, const Wanted& wanted) {
  std::string hosts = "127.0.0.1\tloopback localhost\n";
  const auto add = [&](const std::string& address, const std::string& name) {
    hosts += address + "\t" + name + ".cluster.example.com " + name + "\n";
  };
  for (size_t i = 0; i < wanted.addresses.size(); ++i) {
    add(wanted.addresses[i], i == 0 ? wanted.name : wanted.name + "-" + std::to_string(i));
  }
  Strings partners = wanted.partners;
  if (wanted.state == "third") partners.emplace_back("203.0.113.13");
  for (size_t i = 0; i < partners.size(); ++i) {
    const std::string usual = usual_name(partners[i]);
    add(partners[i], usual.empty() || usual == wanted.name ? "partner" + std::to_string(i + 1) : usual);
  }
  for (int i = 17; i <= 20; ++i) add("203.0.113.1" + std::to_string(i), "cn0" + std::to_string(i));
  seed_file(node.root() + "/etc/hosts", hosts);
}

void build_disks(const Node& node, const Wanted& wanted) {
  // Sizes as in df-nfs-long-server.
  std::vector<Disk> all = {{"/dev/hd4", "/", "jfs2", 1966080, 1858368, 4251, 3},
                           {"/dev/hd2", "/usr", "jfs2", 27525120, 13813648, 51286, 4},
                           {"/dev/hd9var", "/var", "jfs2", 3145728, 3041760, 709, 1},
                           {"/dev/hd3", "/tmp", "jfs2", 524288, 505432, 143, 1},
                           {"/dev/hd1", "/home", "jfs2", 131072, 130320, 7, 1},
                           {"/dev/hd10opt", "/opt", "jfs2", 524288, 106960, 9593, 44},
                           {"/dev/exportlv", "/export", "jfs2", 65011712, 21760832, 61015, 3}};
  if (wanted.install == "jfs2") all.push_back({"/dev/installlv", "/install", "jfs2", 209715200, 104857600, 204800, 2});
  if (wanted.install == "mmfs") all.push_back({"/dev/gpfs1", "/install", "mmfs", 419430400, 209715200, 204800, 1});
  for (size_t i = 0; i < wanted.file_systems.size(); ++i) {
    all.push_back({strf("/dev/fslv%02zu", i), clean_path(wanted.file_systems[i]), "jfs2", 655360, 654600, 4, 1});
  }
  save_disks(node, all);
  Mounts mounts(node);
  mounts.clear();
  std::vector<Mount> list;
  std::string stanzas;
  for (const auto& disk : all) {
    const bool gpfs = disk.vfs == "mmfs", system = starts_with(disk.device, "/dev/hd");
    list.push_back({disk.vfs, "", disk.device, disk.over,
                    gpfs     ? "rw,mtime,atime,dev=gpfs1"
                    : system ? "rw,log=/dev/hd8"
                             : "rw,log=/dev/loglv00",
                    "", node.clock()});
    if (disk.device == "/dev/hd3") list.push_back({"procfs", "", "/proc", "/proc", "rw", "", node.clock()});
    stanzas += "\n" + disk.over + ":\n        dev             = " + disk.device +
               "\n        vfs             = " + disk.vfs + "\n" +
               (gpfs ? "        nodename        = -\n" : "        log             = /dev/hd8\n") +
               "        mount           = " +
               (gpfs     ? "mmfs"
                : system ? "automatic"
                         : "true") +
               "\n" + (gpfs ? "        type            = mmfs\n" : "") +
               "        options         = " + (gpfs ? "rw,mtime,atime,dev=gpfs1" : "rw") +
               "\n        account         = false\n";
    make_dirs(node.root() + disk.over);
  }
  if (wanted.install == "nfs") {
    Filesystem fs;
    fs.key = "minstall";
    fs.vfs = "nfs3";
    fs.remote = "/vol/install";
    fs.local = "/install";
    fs.mounted_from = fs.current = "203.0.113.20";
    fs.servers = {"203.0.113.20"};
    mounts.save(fs);
    list.push_back({"nfs3", "203.0.113.20", "/vol/install", "/install", "hard,intr", "minstall", node.clock()});
    stanzas +=
        "\n/install:\n        dev             = \"/vol/install\"\n      "
        "  vfs             = nfs\n"
        "        nodename        = 203.0.113.20\n        mount          "
        " = true\n        options         = hard,intr\n"
        "        account         = false\n";
  }
  mounts.add_all(list);
  write_file(node.root() + "/etc/filesystems", stanzas);
  for (const char* const dir :
       {"/install/postscripts", "/install/nim/spot/71Bdskl/usr", "/install/nim/shared_root/71BShared_root",
        "/install/statelite_data", "/export/mksysb"}) {
    make_dirs(node.root() + dir);
  }
}

// Lines of /etc/exports in this state.
Strings export_lines(const Node& node, const Wanted& wanted) {
  const std::string& state = wanted.state;
  Strings lines;
  const auto install = [&](const Strings& hosts) {
    Strings places;
    for (const auto& host : hosts) places.push_back("/install@" + host);
    Options options = {{"vers", "4"}};
    if (!places.empty()) options.emplace_back("replicas", join(places, ":"));
    const std::string others =
        wanted.options.empty() ? wanted.access + (places.empty() ? "" : ",noauto") + ",root=*" : wanted.options;
    for (const auto& one : parse_options(others)) options.push_back(one);
    lines.push_back(Export{"/install", ordered(options, node.variant("export-order"))}.text());
  };
  Strings hosts = {wanted.addresses[0]};
  hosts.insert(hosts.end(), wanted.partners.begin(), wanted.partners.end());
  if (state == "v3-children") {
    lines = {"/install/postscripts -vers=3:4,ro",
             "/install/nim/spot/71Bdskl/usr -ro,root=cn017:cn018,access=cn017:cn018",
             "/install/nim/shared_root/71BShared_root "
             "-ro,root=cn017:cn018,access=cn017:cn018"};
  }
  if (state == "plain") install({});
  if (state == "right") install(hosts);
  if (state == "third") {
    hosts.emplace_back("203.0.113.13");
    install(hosts);
  }
  if (state == "wrong-address") {
    hosts[0] = hosts[0].substr(0, hosts[0].rfind('.')) + ".99";  // the address it had before
    install(hosts);
  }
  if (state == "foreign-v4") lines = {"/home -vers=4,rw"};
  lines.insert(lines.end(), wanted.exports.begin(), wanted.exports.end());
  return lines;
}

void build_daemons(const Node& node) {
  const Src src(node);
  const bool exports = exists(node.root() + "/etc/exports");  // rc.nfs looks for it
  const bool domain = !node.file("/etc/nfs/local_domain").empty();
  const auto runs = [&](const std::string& name) {
    if (name == "nfsd" || name == "rpc.mountd") return exports;
    if (name == "nfsrgyd") return domain && node.is("nfsrgyd-boot", "by-domain");
    return name != "gssd" || node.is("gssd", "runs");
  };
  std::vector<Daemon> all;
  const auto add = [&](const std::string& name, const std::string& group, bool up) {
    all.push_back({name, group, up ? "active" : "inoperative", up ? src.new_pid() : 0, 0, 0, ""});
  };
  add("syslogd", "ras", true);
  for (const char* const name : {"portmap", "inetd", "snmpd"}) add(name, name[0] == 'p' ? "portmap" : "tcpip", true);
  for (const auto& name : nfs_daemons_listed()) add(name, "nfs", runs(name));
  src.reset(all);
  node.write("domain-at-start", node.file("/etc/nfs/local_domain"));
}

}  // namespace

int boot_server(Node& node, const Strings& words, const std::string& self, bool again, bool as_last_time) {
  Wanted wanted;
  Strings variants;
  std::string why;
  if (!parse(words, &wanted, &variants, &why)) return bad(why);
  make_dirs(node.state("locks"));
  link_commands(node.root(), self, MachineKind::kServer);
  node.set_setting("hostname", wanted.name);
  node.set_setting("standalone", "yes");
  node.set_setting("server", "yes");
  node.set_setting("boot", record(words));
  for (const auto& variant : variants) {
    if (!set_variant(node, variant)) return bad(variant + ": unknown variant or value");
  }
  const Node fresh(node.root());
  if (!again) {
    fresh.write("clock", std::to_string(kFirstClock));
    fresh.write("odm", "");
    const std::string first = wanted.addresses[0];
    Odm(fresh).save({{"inet0", "hostname", wanted.name, "R", "DU", "s", 24},
                     {"inet0", "route", "net,-hopcount,0,,0," + wanted.gateway, "R", "DU", "s", 0},
                     {"en0", "netaddr", first, "R", "DU", "s", 4},
                     {"en0", "netmask", ipv4(mask_of(wanted.prefixes.at(first))), "R", "DU", "s", 8},
                     {"en0", "state", "up", "R", "DU", "sl", 5}});
  }
  for (const auto kind : {Tunables::kNo, Tunables::kNfso}) {
    const Tunables tunables(fresh, kind);
    tunables.reset();
    tunables.apply_nextboot();
  }
  write_hosts(fresh, wanted);
  seed_file(fresh.root() + "/etc/resolv.conf", "nameserver 203.0.113.1\ndomain cluster.example.com\n");
  seed_file(fresh.root() + "/etc/netsvc.conf", "hosts = local, bind\n");
  build_disks(fresh, wanted);
  build_routes(fresh, true, interfaces(wanted), wanted.gateway);
  fresh.write("down", "");
  fresh.write("opened", "");
  const Exports exports(fresh);
  exports.clear();
  if (as_last_time) {
    // rc.nfs: exportfs -a. What the kernel refuses stays away.
    release_state(fresh, "");
    const std::string next = fresh.get("nfs-mode-next");
    if (!next.empty()) fresh.write("nfs-mode", next);
    fresh.write("nfs-mode-next", "");
    bool known = false;
    for (const auto& one : parse_exports(fresh.file("/etc/exports"))) exports.add(one, &known);
    build_daemons(fresh);
    fresh.write("events", "");
    return 0;
  }
  const bool replicated = wanted.state == "right" || wanted.state == "third" || wanted.state == "wrong-address";
  const bool v4 = replicated || wanted.state == "plain" || wanted.state == "foreign-v4";
  fresh.write("nfs-mode", !wanted.mode.empty() ? wanted.mode : replicated ? "on" : "off");
  fresh.write("nfs-mode-next", "");
  make_dirs(fresh.root() + "/etc/nfs");
  const std::string domain = wanted.domain_given ? wanted.domain : v4 ? "cluster.example.com" : "";
  write_file(fresh.root() + "/etc/nfs/local_domain", domain.empty() ? "" : domain + "\n");
  const Strings lines = export_lines(fresh, wanted);
  fresh.write("clients", wanted.state == "foreign-v4" ? record({"cn020", "/home", "4", "state"}) + "\n" : "");
  fresh.write("partners", join(wanted.partners, ","));
  fresh.write("outages", (wanted.partner_down || wanted.state == "partner-down") && !wanted.partners.empty()
                             ? record({wanted.partners[0], std::to_string(fresh.clock()), "-"}) + "\n"
                             : "");
  if (wanted.state == "no-file" && lines.empty()) {
    remove_file(fresh.root() + "/etc/exports");
  } else {
    write_file(fresh.root() + "/etc/exports", lines.empty() ? "" : join(lines, "\n") + "\n");
  }
  for (const auto& one : parse_exports(join(lines, "\n"))) {
    bool known = false;
    if (one.dir.empty() || one.dir[0] != '/') return bad("--export " + one.text() + ": not a line of /etc/exports");
    make_dirs(fresh.root() + one.dir);
    exports.add(one, &known, true);
  }
  touch_tree(fresh.root() + "/install", kFirstClock);  // as on the other servers of its domain
  build_daemons(fresh);
  fresh.write("events", "");
  return 0;
}

std::string show_server(const Node& node) {
  if (node.setting("server") != "yes") return "";
  std::string domain = node.file("/etc/nfs/local_domain");
  while (!domain.empty() && domain.back() == '\n') domain.pop_back();
  std::string text = "server" + std::string(node.get("down").empty() ? "" : ", down") + "\n  replication mode " +
                     replication_mode(node) +
                     (node.get("nfs-mode-next").empty() ? "" : ", at the next start " + node.get("nfs-mode-next")) +
                     "\n  domain " + (domain.empty() ? "not set" : domain) + "\n/etc/exports\n";
  const auto indented = [&](const std::string& content) {
    for (const auto& line : split(content, '\n')) {
      if (!line.empty()) text += "  " + line + "\n";
    }
  };
  indented(exists(node.root() + "/etc/exports") ? node.file("/etc/exports") : "(no such file)");
  text += "exported now\n";
  indented(node.get("xtab"));
  text += "daemons\n";
  const Lock held(Src(node).lock());
  for (const auto& d : Src(node).look(false)) {
    if (d.group == "nfs") text += "  " + padded(d.name, 12) + " " + d.state + "\n";
  }
  text += "clients\n";
  for (const auto& one : clients(node)) {
    text += "  " + one.node + " " + escape(one.dir) + " vers=" + one.version + (one.state ? " state" : "") + "\n";
  }
  return text;
}

}  // namespace aixsim
