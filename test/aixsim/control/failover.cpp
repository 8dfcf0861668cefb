// SPDX-License-Identifier: Apache-2.0
// The words of aixsim about dead servers and what applications see of them: fail, heal, use, stall, open, opened.
#include "state/failover.hpp"

#include <algorithm>
#include <set>

#include "control/control.hpp"

namespace aixsim {
namespace {

struct Row {
  std::string over, vfs, server;
  double fresh, opened;
  Strings files;
};

struct Opened {
  std::string path, id, over, fs;
  Options options;
  long at = 0;
};

std::vector<Opened> opened_files(const Node& node) {
  std::vector<Opened> files;
  for (const auto& line : split(node.get("opened"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 6) continue;
    Opened one{f[0], f[1], f[2], f[3], parse_options(f[4]), 0};
    parse_number(f[5], &one.at);
    files.push_back(one);
  }
  return files;
}

// Rows for every mount that comes from a server; over-mounts without a node follow the file system below them.
std::vector<Row> rows(const Node& node, const std::string& if_dead, const std::string& only) {
  const Mounts mounts(node);
  std::map<std::string, std::pair<Filesystem, Stall>> known;
  std::vector<Row> result;
  for (const auto& mount : mounts.all()) {
    if (mount.fs.empty() || (!only.empty() && mount.over != only)) continue;
    auto found = known.find(mount.fs);
    if (found == known.end()) {
      Filesystem fs;
      if (!mounts.load(mount.fs, &fs)) continue;
      // Forecast: the server in use now dies.
      const std::string victim = if_dead == "current" ? mounts.current(fs) : if_dead;
      found = known.emplace(mount.fs, std::make_pair(fs, stall_of(node, mounts, fs, victim))).first;
    }
    const Stall& stall = found->second.second;
    result.push_back({mount.over, mount.vfs, stall.server, stall.fresh, stall.opened, {}});
  }
  return result;
}

std::string json_seconds(double seconds) { return seconds == kHangs ? "null" : strf("%.1f", seconds); }

std::string as_json(const std::vector<Row>& all) {
  std::string text = "[";
  for (const auto& row : all) {
    text += std::string(text.size() > 1 ? ",\n " : "") + "{\"path\":" + json_string(row.over) +
            ",\"vfs\":" + json_string(row.vfs) + ",\"new_files_seconds\":" + json_seconds(row.fresh) +
            ",\"opened_files_seconds\":" + json_seconds(row.opened) +
            ",\"hangs\":" + (row.fresh == kHangs ? "true" : "false") + ",\"server\":" + json_string(row.server) + "}";
  }
  return text + "]\n";
}

std::string as_table(const std::vector<Row>& all) {
  std::string text = padded("mount", 28) + " vfs    new files  opened before tuning  served by\n";
  for (const auto& row : all) {
    text += padded(escape(row.over), 28) + " " + padded(row.vfs, 6) + " " +
            padded(seconds_text(row.fresh, row.vfs), 10) + " " + padded(seconds_text(row.opened, row.vfs), 21) + " " +
            (row.server.empty() ? "nobody" : row.server) + "\n";
  }
  return text;
}

std::string gateway_report(const Node& node, const std::string& address) {
  const Routes table(node);
  const auto all = table.sorted(table.load());
  std::string others;
  bool concerned = false;
  for (const auto& route : all) {
    if (!route.is_default()) continue;
    if (route.gateway == address) {
      concerned = true;
    } else if (others.empty() && !is_dead(node, route.gateway)) {
      others = route.gateway;
    }
  }
  if (!concerned) return "";
  const long detection = table.detection(address);
  std::string text = "gateway " + address + " is dead: ";
  text += detection < 0 ? "no dead gateway detection notices it" : strf("detected after %ld s", detection);
  if (others.empty()) return text + ", no other gateway\n";
  return text + (detection < 0 ? ", " + others + " stays unused\n" : ", then " + others + "\n");
}

void save_outages(const Node& node, const std::vector<Outage>& all) {
  std::string text;
  const size_t from = all.size() > 64 ? all.size() - 64 : 0;
  for (size_t i = from; i < all.size(); ++i) {
    text +=
        record({all[i].address, std::to_string(all[i].died), all[i].healed < 0 ? "-" : std::to_string(all[i].healed)}) +
        "\n";
  }
  node.write("outages", text);
}

}  // namespace

int control_fail(Node& node, const Strings& args) {
  std::string mode, name;
  for (const auto& arg : args) (starts_with(arg, "--") ? mode : name) = arg;
  if (name.empty() || (!mode.empty() && mode != "--json" && mode != "--quiet")) {
    say(2, "aixsim: fail ADDRESS [--json|--quiet]\n");
    return 2;
  }
  const std::string address = node.address_of(name);
  {
    const Lock lock(node.lock_path("outages"));
    auto all = outages(node);
    if (!is_dead(node, address)) all.push_back({address, node.clock(), -1});
    save_outages(node, all);
  }
  const auto table = rows(node, "", "");
  const std::string gateway = gateway_report(node, address);
  fail_over(node);
  if (mode == "--json") {
    say(1, as_json(table));
  } else if (mode.empty()) {
    say(1, address + " is dead at clock " + std::to_string(node.clock()) + "\n" + gateway + as_table(table));
  }
  return 0;
}

// Applications touch every mount now: those whose server no longer serves move, or hang.
int control_use(Node& node, const Strings& args) {
  if (args.size() > 1 || (args.size() == 1 && args[0] != "--json" && args[0] != "--quiet")) {
    say(2, "aixsim: use [--json|--quiet]\n");
    return 2;
  }
  const auto table = rows(node, "", "");
  fail_over(node);
  if (args.empty() || args[0] == "--json") say(1, args.empty() ? as_table(table) : as_json(table));
  return std::any_of(table.begin(), table.end(), [](const Row& row) { return row.fresh == kHangs; }) ? 1 : 0;
}

int control_heal(Node& node, const Strings& args) {
  if (args.size() != 1) {
    say(2, "aixsim: heal ADDRESS\n");
    return 2;
  }
  const std::string address = node.address_of(args[0]);
  bool found = false;
  {
    const Lock lock(node.lock_path("outages"));
    auto all = outages(node);
    for (auto& outage : all) {
      if (outage.address != address || outage.healed >= 0) continue;
      outage.healed = node.clock();
      found = true;
    }
    save_outages(node, all);
  }
  if (!found) {
    say(2, "aixsim: heal: " + args[0] + " is not dead\n");
    return 1;
  }
  // nfs 3: two xCAT pages disagree; by default clients stay where they are.
  const Mounts mounts(node);
  std::set<std::string> seen;
  for (const auto& mount : mounts.all()) {
    if (mount.fs.empty() || !seen.insert(mount.fs).second) continue;
    const Lock lock(mounts.lock_of(mount.fs));
    Filesystem fs;
    if (!mounts.load(mount.fs, &fs)) continue;
    const std::string current = mounts.current(fs);
    const bool returns =
        node.is("failback", "heal") && !fs.servers.empty() && node.address_of(fs.servers[0]) == address;
    if (node.is("server-returns", "stale") && node.address_of(current) == address &&
        stall_of(node, mounts, fs, address).fresh == kHangs) {
      fs.stale = true;
      mounts.save(fs);
      continue;
    }
    const bool interrupted = !fs.next.empty() && current != fs.next && node.address_of(fs.current) == address;
    if (!(returns && current != fs.servers[0]) && !interrupted) continue;
    fs.current = returns ? fs.servers[0] : fs.current;
    fs.next.clear();
    mounts.save(fs);
  }
  fail_over(node);  // file systems that hung because every server was dead
  return 0;
}

int control_stall(Node& node, const Strings& args) {
  bool json = false;
  std::string only;
  for (const auto& arg : args) {
    if (arg == "--json") {
      json = true;
    } else {
      only = arg;
    }
  }
  const auto table = rows(node, "current", only);
  std::string text = json ? as_json(table) : as_table(table);
  if (!json) {
    for (const auto& file : opened_files(node)) {
      if (!only.empty() && file.over != only) continue;
      text += "open file " + escape(file.path) + " (" + file.id +
              "): " + seconds_text(failover_seconds(node, "nfs4", file.options), "nfs4") + "\n";
    }
  }
  say(1, text);
  return table.empty() ? 1 : 0;
}

int control_open(Node& node, const Strings& args) {
  const Mounts mounts(node);
  Mount mount;
  Filesystem fs;
  if (args.size() != 2 || !mounts.covering(args[0], &mount) || !mounts.load(mount.fs, &fs)) {
    say(2, "aixsim: open PATH ID: PATH must lie on a mount that comes from a server\n");
    return 2;
  }
  const Options kept = {{"timeo", option(fs.options, "timeo")}, {"retrans", option(fs.options, "retrans")}};
  node.append(
      "opened",
      record({args[0], args[1], mount.over, fs.key, format_options(kept), std::to_string(node.clock())}) + "\n");
  return 0;
}

int control_opened(Node& node, const Strings&) {
  for (const auto& file : opened_files(node)) {
    say(1, escape(file.path) + " " + file.id + " " + file.over + " " + format_options(file.options) + " " +
               seconds_text(failover_seconds(node, "nfs4", file.options), "nfs4") + "\n");
  }
  return 0;
}

}  // namespace aixsim
