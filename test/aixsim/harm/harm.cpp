// SPDX-License-Identifier: Apache-2.0
#include "harm/harm.hpp"

#include <algorithm>

#include "harm/server.hpp"

namespace aixsim {
namespace {

const HarmKind kKinds[] = {
    {"gateway-lost", "a live default gateway was there, and none is left"},
    {"dead-gateway-first", "traffic left by live gateways, now it goes to a dead one although a live one is there"},
    {"dead-gateway-shares", "traffic left by live gateways, now a dead one shares it"},
    {"no-router-gateway", "an address that forwards nothing was made a default gateway"},
    {"boot-without-gateway", "the ODM knew a live default gateway for the next boot, and knows none"},
    {"route-lost", "a route that is no default route is gone"},
    {"route-attribute-lost", "a default route came back without its weight, policy, interface or flag S"},
    {"tunable-lost", "a tunable was changed that has nothing to do with dead gateways or failover"},
    {"passive-dgd-off", "passive dead gateway detection was on, and is off"},
    {"option-lost", "an option of a file system other than timeo and retrans is not as it was"},
    {"failover-slower", "a file system takes more than a second longer to leave a dead server"},
    {"soft-shortened", "a soft mount gives up earlier: its applications get errors"},
    {"file-line-lost", "a line or word of a system file is gone that is not ours"},
    {"foreign-export-down", "an export that is not ours was withdrawn"},
    {"withdrawn-alone", "our export was withdrawn, or NFS stopped, while no partner answers"},
    {"interrupted", "clients of what was exported before were interrupted"},
    {"exports-line-lost", "a line of /etc/exports is gone that is not ours"},
    {"boot-serves-nobody", "a boot at this moment would not export our directory, neither as before nor as after"},
    {"domain-changed", "the NFSv4 domain changed while something is exported for version 4"},
    {"touched", "a command that can change something ran where nobody was to touch anything"},
    {"node-lost", "a node ran from a server that is up, and has none now"},
    {"nfs-stopped", "NFS ran on a server that is up, and runs no more"},
    {"replicas-differ", "all was called well, and servers of a domain do not export the same replicas"},
    {"not-in-plan", "a command was run on the management node that its plan does not have"},
};

}  // namespace

const HarmKind* all_harm_kinds(size_t* count) {
  *count = sizeof kKinds / sizeof kKinds[0];
  return kKinds;
}

bool is_harm_kind(const std::string& name) {
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](const HarmKind& kind) { return name == kind.name; });
}

bool is_allowed(const Node& node, const std::string& kind) {
  const Strings allowed = split(node.get("harm.allowed"), '\n');
  return std::find(allowed.begin(), allowed.end(), kind) != allowed.end();
}

void record_harm(const Node& node, const std::string& kind, const std::string& what) {
  if (is_allowed(node, kind)) return;
  node.append("harm", record({kind, what, node.call_id(), node.call_words(), std::to_string(node.clock())}) + "\n");
}

std::vector<Harm> harms(const Node& node) {
  std::vector<Harm> all;
  for (const auto& line : split(node.get("harm"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 5) continue;
    Harm one{f[0], f[1], f[2], f[3], 0};
    parse_number(f[4], &one.clock);
    all.push_back(one);
  }
  return all;
}

void allow_harm(const Node& node, const std::string& kind) { node.append("harm.allowed", kind + "\n"); }

void begin_harm(const Node& node) {
  for (const char* const name : {"harm", "harm.allowed", "harm.gone", "harm.untouchable"}) node.write(name, "");
  for (const char* const path : {"/etc/exports", "/etc/netsvc.conf"})
    node.write("harm.seen" + split(path, '/').back(), node.file(path));
  std::string dirs;
  for (const auto& one : Exports(node).now()) dirs += escape(one.dir) + "\n";
  node.write("harm.exports", dirs);
  node.write("harm.boot", join(boot_exports(node), ","));
}

std::string own_directory(const Node& node) { return node.setting("harm-directory", "/install"); }

Strings no_routers(const Node& node) { return split(node.setting("no-routers"), ','); }

}  // namespace aixsim
