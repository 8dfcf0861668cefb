// SPDX-License-Identifier: Apache-2.0
#include "harm/judge.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "harm/filesystems.hpp"
#include "harm/gateways.hpp"
#include "harm/harm.hpp"
#include "harm/server.hpp"
#include "state/mounts.hpp"
#include "state/tunables.hpp"

namespace aixsim {
namespace {

// What the call could change. Only that is looked at: a node may have 10,000 file systems.
struct Concerns {
  bool gateways = false, server = false;
  std::string filesystem;  // a path
  std::optional<Tunables::Kind> tunables;
};

Concerns concerns_of(const std::string& name, const Strings& args) {
  Concerns concerns;
  const std::string verb = args.empty() ? "" : args[0];
  const bool assigns = std::any_of(args.begin(), args.end(), [](const std::string& word) {
    return word.find('=') != std::string::npos || word == "-d" || word == "-D";
  });
  static const std::set<std::string> kServer = {"exportfs", "mknfsexp", "chnfsexp", "rmnfsexp",
                                                "chnfs",    "startsrc", "stopsrc",  "lssrc"};
  concerns.gateways =
      name == "route" || name == "chdev" || (name == "ifconfig" && args.size() > 1) || (name == "no" && assigns);
  concerns.server = kServer.count(name) != 0 || (name == "chnfsdom" && !args.empty());
  if (name == "nfs4cl" && args.size() > 1 && ends_with(verb, "setfsoptions")) concerns.filesystem = args[1];
  if (assigns && name == "no") concerns.tunables = Tunables::kNo;
  if (assigns && name == "nfso") concerns.tunables = Tunables::kNfso;
  return concerns;
}

std::map<std::string, std::string> tunable_values(const Node& node, Tunables::Kind kind) {
  std::map<std::string, std::string> values;
  const Tunables tunables(node, kind);
  size_t count = 0;
  const Tunable* all = tunables.all(&count);
  for (size_t i = 0; i < count; ++i) values[all[i].name] = tunables.value(all[i].name);
  return values;
}

void judge_tunables(const Node& node, const std::map<std::string, std::string>& before,
                    const std::map<std::string, std::string>& after) {
  static const std::set<std::string> kOurs = {"dgd_packets_lost", "dgd_ping_time", "dgd_retry_time", "passive_dgd"};
  for (const auto& [name, value] : before) {
    const auto now = after.find(name);
    if (now == after.end() || now->second == value) continue;
    if (kOurs.count(name) == 0) record_harm(node, "tunable-lost", name + ": was " + value + ", is " + now->second);
    if (name == "passive_dgd" && value == "1")
      record_harm(node, "passive-dgd-off", "passive_dgd: was 1, is " + now->second);
  }
}

bool filesystem_at(const Node& node, const std::string& path, Filesystem* fs) {
  Mount mount;
  const Mounts mounts(node);
  return mounts.covering(path, &mount) && mounts.load(mount.fs, fs);
}

// Words of a line of /etc/netsvc.conf, as a set: their order is what may change.
std::set<std::string> words_of(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == ',' || c == '=' || c == '\n' || c == '\t'; }, ' ');
  std::set<std::string> words;
  for (const auto& word : split(text, ' ')) {
    if (!word.empty()) words.insert(word);
  }
  return words;
}

void judge_netsvc(const Node& node, const std::string& before, const std::string& after) {
  const std::set<std::string> now = words_of(after);
  for (const auto& word : words_of(before)) {
    if (now.count(word) == 0) record_harm(node, "file-line-lost", "/etc/netsvc.conf: " + word);
  }
}

struct Watched {
  const char* path;
  void (*judge)(const Node&, const std::string&, const std::string&);
};
const Watched kWatched[] = {{"/etc/exports", judge_exports_file}, {"/etc/netsvc.conf", judge_netsvc}};

std::string seen_name(const std::string& path) { return "harm.seen" + split(path, '/').back(); }

}  // namespace

void judge_files(const Node& node) {
  for (const auto& file : kWatched) {
    std::string before;
    if (!node.read(seen_name(file.path), &before)) continue;  // nobody asked yet
    const std::string now = node.file(file.path);
    if (now == before) continue;
    file.judge(node, before, now);
    node.write(seen_name(file.path), now);
  }
}

void accept_files(const Node& node) {
  for (const auto& file : kWatched) node.write(seen_name(file.path), node.file(file.path));
}

int judged(Command command, Call& call) {
  const Strings words = split(call.node.call_words(), ' ');
  const Concerns concerns = concerns_of(words[0], call.args);
  const Node before = call.node;  // it reads variants once
  std::optional<GatewayTruth> gateways;
  std::optional<ServerTruth> server;
  std::map<std::string, std::string> tunables;
  Filesystem filesystem;
  bool has_filesystem = false;
  if (concerns.gateways) gateways = gateway_truth(before);
  // There a daemon dies by itself, and a look only sees it.
  const bool only_sees = words[0] == "lssrc" && before.is("start-delay", "dies");
  if (concerns.server && !only_sees) server = server_truth(before);
  if (concerns.tunables) tunables = tunable_values(before, *concerns.tunables);
  if (!concerns.filesystem.empty()) has_filesystem = filesystem_at(before, concerns.filesystem, &filesystem);
  if (concerns.server) judge_files(before);

  const int status = command(call);

  if (call.node.frozen()) return status;
  const Node after = call.node;
  if (gateways) judge_gateways(after, *gateways, gateway_truth(after));
  if (server) judge_server(after, *server, server_truth(after));
  if (concerns.tunables) judge_tunables(after, tunables, tunable_values(after, *concerns.tunables));
  Filesystem now;
  if (has_filesystem && filesystem_at(after, concerns.filesystem, &now)) judge_filesystem(after, filesystem, now);
  if (concerns.server) judge_files(after);
  return status;
}

}  // namespace aixsim
