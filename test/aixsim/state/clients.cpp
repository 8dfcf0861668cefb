// SPDX-License-Identifier: Apache-2.0
#include "state/clients.hpp"

#include <algorithm>

#include "core/outside.hpp"

namespace aixsim {

std::vector<Client> clients(const Node& node) {
  std::vector<Client> all;
  for (const auto& line : split(node.get("clients"), '\n')) {
    const Strings f = fields(line);
    if (f.size() == 4) all.push_back({f[0], f[1], f[2], f[3] == "state"});
  }
  return all;
}

void save_clients(const Node& node, const std::vector<Client>& all) {
  std::string text;
  for (const auto& one : all) text += record({one.node, one.dir, one.version, one.state ? "state" : "-"}) + "\n";
  node.write("clients", text);
}

bool at_or_below(const std::string& path, const std::string& dir) {
  return path == dir || dir == "/" || starts_with(path, dir + "/");
}

namespace {

Strings sorted(const std::set<std::string>& set) { return {set.begin(), set.end()}; }

}  // namespace

Strings clients_of(const Node& node, const std::string& dir, const std::set<std::string>& versions, bool with_state) {
  std::set<std::string> names;
  for (const auto& one : clients(node)) {
    if (at_or_below(one.dir, dir) && versions.count(one.version) && (one.state || !with_state)) names.insert(one.node);
  }
  return sorted(names);
}

void add_client(const Node& node, const Client& client) {
  const Lock lock(node.lock_path("clients"));
  auto all = clients(node);
  for (auto& one : all) {
    if (one.node != client.node || one.dir != client.dir || one.version != client.version) continue;
    if (client.state && !one.state) {
      one.state = true;
      save_clients(node, all);
    }
    return;
  }
  all.push_back(client);
  save_clients(node, all);
}

void release_state(const Node& node, const std::string& dir) {
  auto all = clients(node);
  bool any = false;
  for (auto& one : all) {
    if (!one.state || (!dir.empty() && !at_or_below(one.dir, dir))) continue;
    one.state = false;
    any = true;
  }
  if (any) save_clients(node, all);
}

void note_event(const Node& node, const Event& event) {
  const long long now = now_us();
  node.append("events", record({event.kind, event.what, join(sorted(event.versions), ":"), event.options,
                                join(event.clients, ","), node.call_id(), node.call_words(),
                                strf("%lld.%06lld", now / 1000000, now % 1000000)}) +
                            "\n");
}

}  // namespace aixsim
