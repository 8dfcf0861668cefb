// SPDX-License-Identifier: Apache-2.0
// add-mount, umount, clock, variant, delay, show, syslog.
#include "control/control.hpp"
#include "state/mounts.hpp"
#include "state/odm.hpp"
#include "state/routes.hpp"
#include "state/tunables.hpp"

namespace aixsim {

int control_add_mount(Node& node, const Strings& args) {
  std::string over, vfs = "nfs4", server = "203.0.113.15", remote, fsid, mount_options, source;
  bool given_options = false, given_server = false;
  Strings replicas;
  Options extra;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& word = args[i];
    if (i + 1 >= args.size()) {
      say(2, "aixsim: add-mount: " + word + ": unknown, or its value is missing\n");
      return 2;
    }
    const std::string& value = args[++i];
    const size_t at = value.find('=');
    if (word == "--over") {
      over = value;
    } else if (word == "--vfs") {
      vfs = value;
    } else if (word == "--server") {
      server = value;
      given_server = true;
    } else if (word == "--remote") {
      remote = value;
    } else if (word == "--source") {
      source = value;
    } else if (word == "--fsid") {
      fsid = value;
    } else if (word == "--replica") {
      replicas.push_back(value);
    } else if (word == "--option") {
      extra.emplace_back(value.substr(0, at), at == std::string::npos ? "" : value.substr(at + 1));
    } else if (word == "--mount-options") {
      mount_options = value;
      given_options = true;
    } else {
      say(2, "aixsim: add-mount: " + word + ": unknown\n");
      return 2;
    }
  }
  if (over.empty() || over[0] != '/') {
    say(2, "aixsim: add-mount: --over PATH must be an absolute path\n");
    return 2;
  }
  over = clean_path(over);
  const Mounts mounts(node);
  Mount mount;
  mount.vfs = vfs;
  mount.over = over;
  mount.date = node.clock();
  const bool remote_vfs =
      vfs == "nfs4" || vfs == "nfs3" || vfs == "nfs" || vfs == "stnfs" || (vfs == "autofs" && given_server);
  if (!remote_vfs || !source.empty()) {
    // A local row: a directory over a directory, procfs, jfs2, autofs -hosts.
    mount.mounted = !source.empty() ? source : remote.empty() ? (vfs == "autofs" ? "-hosts" : over) : remote;
    mount.options = given_options ? mount_options : format_options(extra);
    Mount below;
    if (mounts.covering(mount.mounted, &below)) mount.fs = below.fs;
  } else {
    Filesystem fs;
    if (remote.empty()) remote = "/export" + over;
    if (fsid.empty() || !mounts.load(fsid, &fs)) {
      fs = Filesystem();
      fs.key = !fsid.empty()   ? fsid
               : vfs == "nfs4" ? mounts.new_fsid()
                               : "m" + strf("%016llx", static_cast<unsigned long long>(hash64(over)));
      fs.vfs = vfs;
      fs.remote = remote;
      fs.local = over;
      fs.mounted_from = fs.current = server;
      fs.servers = {server};
      fs.servers.insert(fs.servers.end(), replicas.begin(), replicas.end());
      for (const auto& one : fs.servers) {
        if (!is_dead(node, one)) {
          fs.current = one;
          break;
        }
      }
      if (vfs == "nfs4") fs.base = default_options();
      for (const auto& [key, value] : extra) {
        if (key == "ro" || key == "rw") set_option(&fs.base, key, value);
      }
      fs.options = fs.base;
      if (vfs == "nfs4") {
        for (const auto& [key, value] : extra) {
          if (key != "vers") set_option(&fs.options, key, value);
        }
      }
      fs.mounted = fs.options;
      mounts.save(fs);
    }
    mount.fs = fs.key;
    mount.node = server;
    mount.mounted = remote;
    Strings words;
    if (vfs == "nfs4" && option(extra, "vers").empty()) words.push_back("vers=4");
    if (!extra.empty()) words.push_back(format_options(extra));
    mount.options = given_options ? mount_options : join(words, ",");
  }
  Mounts(node).add(mount);
  return 0;
}

int control_umount(Node& node, const Strings& args) {
  if (args.size() != 1 || !Mounts(node).remove(clean_path(args[0]))) {
    say(2, "aixsim: umount: " + (args.empty() ? "PATH is missing" : args[0] + " is not mounted") + "\n");
    return 1;
  }
  return 0;
}

int control_clock(Node& node, const Strings& args) {
  const Lock lock(node.lock_path("clock"));
  long now = node.clock(), plus = 0;
  if (!args.empty()) {
    if (args[0].empty() || args[0][0] != '+' || !parse_number(args[0].substr(1), &plus)) {
      say(2, "aixsim: clock [+SECONDS]\n");
      return 2;
    }
    now += plus;
    node.write("clock", std::to_string(now));
  }
  say(1, std::to_string(now) + "\n");
  return 0;
}

bool set_variant(Node& node, const std::string& assignment) {
  const size_t at = assignment.find('=');
  const std::string name = assignment.substr(0, at), value = at == std::string::npos ? "" : assignment.substr(at + 1);
  const Variant* known = find_variant(name);
  if (!known) return false;
  bool allowed = false;
  for (const auto& one : split(known->values, '|')) allowed = allowed || one == value;
  if (!allowed) return false;
  const Lock lock(node.lock_path("variants"));
  auto all = parse_settings(node.get("variants"));
  all[name] = value;
  node.write("variants", format_settings(all));
  return true;
}

int control_variant(Node& node, const Strings& args) {
  if (args.empty()) {
    size_t count = 0;
    const Variant* all = all_variants(&count);
    for (size_t i = 0; i < count; ++i) {
      say(1, padded(std::string(all[i].name) + "=" + node.variant(all[i].name), 32) + " " + padded(all[i].values, 40) +
                 " " + all[i].fact + "\n");
    }
    return 0;
  }
  for (const auto& arg : args) {
    if (arg.find('=') == std::string::npos && find_variant(arg)) {
      say(1, node.variant(arg) + "\n");
    } else if (arg == "default") {
      node.write("variants", "");
    } else if (!set_variant(node, arg)) {
      const Variant* known = find_variant(arg.substr(0, arg.find('=')));
      say(2, "aixsim: variant: " + arg + ": " + (known ? std::string("values are ") + known->values : "unknown name") +
                 "\n");
      return 2;
    }
  }
  return 0;
}

int control_delay(Node& node, const Strings& args) {
  long ms = 0;
  if (args.size() != 1 || !parse_number(args[0], &ms)) {
    say(2, "aixsim: delay MS\n");
    return 2;
  }
  node.write("delay", std::to_string(ms));
  return 0;
}

int control_show(Node& node, const Strings&) {
  const Mounts mounts(node);
  std::string text = "node " + node.setting("hostname") +
                     (node.setting("standalone") == "yes" ? " standalone" : " diskless") + ", clock " +
                     std::to_string(node.clock()) + "\n";
  for (const auto& outage : outages(node)) {
    if (outage.healed < 0) text += "dead " + outage.address + " since " + std::to_string(outage.died) + "\n";
  }
  text += "mounts\n";
  Filesystem fs;
  for (const auto& m : mounts.all()) {
    text += "  " + padded(m.vfs, 6) + " " + escape(m.over) + " from " + (m.node.empty() ? "" : m.node + ":") +
            escape(m.mounted) + " (" + m.options + ")";
    if (mounts.load(m.fs, &fs)) {
      const std::string current = mounts.current(fs);
      text += " fsid " + fs.key + " current " + current + " replicas " + join(fs.replicas(current), " ") +
              "\n         now " + format_options(fs.options) + "\n         mounted " + format_options(fs.mounted);
    }
    text += "\n";
  }
  text += "routes\n";
  const Routes table(node);
  const auto routes = table.sorted(table.load());
  for (const auto& route : routes) {
    text += "  " + padded(route.key(), 18) + " " + padded(route.gateway, 16) + " " + padded(route.flags, 5) + " cost " +
            std::to_string(table.current_cost(route, routes)) + " configured " + std::to_string(route.cost) +
            (route.dgd ? " active_dgd" : "") + " " + route.interface + "\n";
  }
  text += "odm\n";
  for (const auto& object : Odm(node).load())
    text += "  " + object.name + " " + object.attribute + " " + object.value + "\n";
  text += "tunables changed\n";
  for (const auto kind : {Tunables::kNo, Tunables::kNfso}) {
    const Tunables tunables(node, kind);
    size_t count = 0;
    const Tunable* all = tunables.all(&count);
    for (size_t i = 0; i < count; ++i) {
      const std::string now = tunables.value(all[i].name), next = tunables.nextboot(all[i].name);
      if (now == all[i].standard && next == all[i].standard) continue;
      text += std::string("  ") + tunables.command() + " " + all[i].name + " = " + now + ", next boot " + next + "\n";
    }
  }
  say(1, text + show_server(node));
  return 0;
}

int control_syslog(Node& node, const Strings&) {
  for (const auto& line : split(node.get("syslog"), '\n')) {
    const Strings f = fields(line);
    if (f.size() == 3) say(1, f[0] + " " + f[1] + ": " + f[2] + "\n");
  }
  return 0;
}

}  // namespace aixsim
