// SPDX-License-Identifier: Apache-2.0
#include "truth.hpp"

#include "state/exports.hpp"
#include "state/mounts.hpp"
#include "state/odm.hpp"
#include "state/routes.hpp"
#include "state/src.hpp"
#include "state/tunables.hpp"

namespace hanfs::worlds {
namespace {

void add_filesystems(const aixsim::Node& node, Truth& truth) {
  const aixsim::Mounts mounts(node);
  for (const auto& mount : mounts.all()) {
    aixsim::Filesystem fs;
    if (mount.vfs != "nfs4" || !mounts.load(mount.fs, &fs)) continue;
    for (const auto& [key, value] : fs.options) truth.parts["filesystem " + mount.over + " " + key] = value;
  }
}

void add_routes(const aixsim::Node& node, Truth& truth) {
  std::map<std::string, int> seen;
  for (const auto& route : aixsim::Routes(node).load()) {
    std::string key = "route " + route.key() + " " + route.gateway;
    if (seen[key]++ > 0) key += " #" + std::to_string(seen[key]);
    truth.parts[key] = "cost=" + std::to_string(route.cost) + (route.dgd ? " active_dgd" : "") + " " + route.flags +
                       " " + route.interface + " weight=" + std::to_string(route.weight) +
                       " policy=" + std::to_string(route.policy);
  }
  for (const auto& object : aixsim::Odm(node).load())
    truth.parts["odm " + object.name + " " + object.attribute] += object.value + ";";
}

void add_tunables(const aixsim::Node& node, Truth& truth) {
  for (const auto kind : {aixsim::Tunables::kNo, aixsim::Tunables::kNfso}) {
    const aixsim::Tunables tunables(node, kind);
    std::size_t count = 0;
    const aixsim::Tunable* const all = tunables.all(&count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = std::string(tunables.command()) + " " + all[i].name;
      if (tunables.value(all[i].name) != all[i].standard) truth.parts["tunable " + name] = tunables.value(all[i].name);
      if (tunables.nextboot(all[i].name) != all[i].standard)
        truth.parts["nextboot " + name] = tunables.nextboot(all[i].name);
    }
  }
}

void add_server(const aixsim::Node& node, Truth& truth) {
  for (const auto& one : aixsim::Exports(node).now())
    truth.parts["export " + one.dir + " vers=" + aixsim::option(one.options, "vers")] =
        aixsim::join(aixsim::sorted_words(one.options), ",");
  truth.parts["file /etc/exports"] = node.file("/etc/exports");
  truth.parts["mode"] = aixsim::replication_mode(node);
  truth.parts["domain"] = node.file("/etc/nfs/local_domain");
  for (const auto& daemon : aixsim::Src(node).look(false)) truth.parts["daemon " + daemon.name] = daemon.state;
}

}  // namespace

std::string Truth::text() const {
  std::string text;
  for (const auto& [key, value] : parts) text += key + "\t" + value + "\n";
  return text;
}

Truth truth_of(const aixsim::Node& node, Program program) {
  Truth truth;
  if (program == Program::server) {
    add_server(node, truth);
    return truth;
  }
  add_filesystems(node, truth);
  add_routes(node, truth);
  add_tunables(node, truth);
  truth.parts["file /etc/netsvc.conf"] = node.file("/etc/netsvc.conf");
  return truth;
}

std::string difference(const Truth& before, const Truth& after) {
  std::string text;
  const auto say = [&](const std::string& key, const std::string& was, const std::string& is) {
    text += (text.empty() ? "" : "; ") + key + ": was " + was + ", is " + is;
  };
  for (const auto& [key, value] : before.parts) {
    const auto now = after.parts.find(key);
    if (now == after.parts.end() || now->second != value)
      say(key, value, now == after.parts.end() ? "gone" : now->second);
  }
  for (const auto& [key, value] : after.parts) {
    if (before.parts.count(key) == 0) say(key, "absent", value);
  }
  return text;
}

}  // namespace hanfs::worlds
