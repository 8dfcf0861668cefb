// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/resolver.hpp"

#include <algorithm>

#include "node/addresses.hpp"

namespace hanfs::node {
namespace {

bool serves_files(const ObservedState& observed, const std::string& address) {
  return std::any_of(observed.filesystems.begin(), observed.filesystems.end(), [&](const aix::NfsFilesystem& info) {
    if (info.current == address || info.server == address) return true;
    return std::find(info.replicas.begin(), info.replicas.end(), address) != info.replicas.end();
  });
}

}  // namespace

ResolverState describe_resolver(const ObservedState& observed, bool hosts_first) {
  ResolverState state;
  state.hosts_first = aix::hosts_come_first(observed.netsvc);
  state.order = observed.netsvc.hosts;
  if (observed.resolv) state.nameservers = observed.resolv->nameservers;
  const bool dns_is_used = observed.resolv.has_value();
  state.state = state.hosts_first || !dns_is_used ? "ok" : "at_risk";
  if (hosts_first && !state.hosts_first) state.state = "drift";
  if (state.state != "at_risk") return state;

  std::string text =
      "names are asked of DNS before /etc/hosts, so a dead name server stalls the node (75 s and more "
      "for one name); cure: --hosts-first";
  for (const std::string& server : state.nameservers)
    if (serves_files(observed, server)) text += "; name server " + server + " is a file server too and dies with it";
  state.warnings.push_back(text);
  return state;
}

std::optional<plan::Step> plan_resolver(const ObservedState& observed, bool hosts_first) {
  if (!hosts_first || aix::hosts_come_first(observed.netsvc)) return std::nullopt;
  plan::Step step;
  step.resource = {plan::Kind::resolver, "hosts-first"};
  step.why = std::string(netsvc_conf) + ": the hosts file is to be asked before DNS";
  step.file = plan::FileChange{netsvc_conf, aix::with_hosts_first(observed.netsvc_text.value_or(""))};
  step.undo_file = plan::FileChange{netsvc_conf, observed.netsvc_text};
  step.expect = plan::Expectation{{plan::Kind::file, netsvc_conf}, ""};
  step.sync_journal = true;
  return step;
}

}  // namespace hanfs::node
