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

struct OrderInForce {
  const std::vector<std::string>& services;
  const char* from;
};

// Of the files only; where none names an order the list is empty.
OrderInForce order_of_files(const ObservedState& observed) {
  if (observed.netsvc.services.empty() && !observed.irs.services.empty())
    return {observed.irs.services, "/etc/irs.conf"};
  return {observed.netsvc.services, observed.netsvc.services.empty() ? "built-in order" : netsvc_conf};
}

OrderInForce order_in_force(const ObservedState& observed) {
  if (observed.nsorder.services.empty()) return order_of_files(observed);
  return {observed.nsorder.services, "NSORDER in /etc/environment"};
}

// Of an order in which /etc/hosts is not the first. Built in is DNS.
std::string asked_first(const std::vector<std::string>& services) {
  const auto other = std::find_if(services.begin(), services.end(),
                                  [](const std::string& service) { return service.compare(0, 5, "local") != 0; });
  return other == services.end() || other->compare(0, 4, "bind") == 0 ? "DNS" : *other;
}

}  // namespace

ResolverState describe_resolver(const ObservedState& observed, bool hosts_first) {
  ResolverState state;
  const OrderInForce order = order_in_force(observed);
  state.hosts_first = aix::hosts_come_first(order.services);
  state.order = order.services;
  state.order_from = order.from;
  if (observed.resolv) state.nameservers = observed.resolv->nameservers;
  const bool dns_is_used = observed.resolv.has_value();
  state.state = state.hosts_first || !dns_is_used ? "ok" : "at_risk";
  const bool is_nsorder = !observed.nsorder.services.empty();
  const std::string cure =
      is_nsorder ? "put local first in NSORDER in /etc/environment, or take NSORDER out of it" : "--hosts-first";
  // lib/aix/README.md "Diskless nodes": what is written below a / of the server's goes with the reboot.
  const auto root = std::find_if(observed.mounts.rbegin(), observed.mounts.rend(),
                                 [](const aix::Mount& mount) { return mount.path == "/"; });
  if (hosts_first && root != observed.mounts.rend() && is_from_server(*root))
    state.warnings.push_back(std::string(netsvc_conf) +
                             " goes with the next boot, as / comes from a server; cure: the same line in the image "
                             "too, in etc below inst_root of its SPOT and in etc of its shared_root");
  if (hosts_first && !state.hosts_first) {
    state.state = "drift";
    state.is_out_of_reach = is_nsorder;
    if (is_nsorder)
      state.warnings.push_back("hosts_first is wanted, but NSORDER in /etc/environment beats " +
                               std::string(netsvc_conf) + " and asks DNS first; cure: " + cure);
  }
  if (state.state != "at_risk") return state;

  std::string text = "names are asked of " + asked_first(order.services) + " before /etc/hosts (" + state.order_from +
                     "), so a dead name server stalls the node (75 s and more for one name); cure: " + cure +
                     ", or RES_TIMEOUT=2 and RES_RETRY=1 in /etc/environment";
  for (const std::string& server : state.nameservers)
    if (serves_files(observed, server)) text += "; name server " + server + " is a file server too and dies with it";
  state.warnings.push_back(text);
  return state;
}

std::optional<plan::Step> plan_resolver(const ObservedState& observed, bool hosts_first) {
  const OrderInForce of_files = order_of_files(observed);
  if (!hosts_first || aix::hosts_come_first(order_in_force(observed).services) ||
      aix::hosts_come_first(of_files.services))
    return std::nullopt;
  plan::Step step;
  step.resource = {plan::Kind::resolver, "hosts-first"};
  step.why = std::string(netsvc_conf) + ": the hosts file is to be asked before DNS";
  if (of_files.services.empty()) step.why += "; where the site uses NIS for hosts, nis is to be named there too";
  step.file =
      plan::FileChange{netsvc_conf, aix::with_hosts_first(observed.netsvc_text.value_or(""), of_files.services)};
  step.undo_file = plan::FileChange{netsvc_conf, observed.netsvc_text};
  step.expect = plan::Expectation{{plan::Kind::file, netsvc_conf}, ""};
  step.sync_journal = true;
  return step;
}

}  // namespace hanfs::node
