// SPDX-License-Identifier: Apache-2.0
#include "node/observe.hpp"

#include <functional>
#include <utility>

#include "app/observation_queue.hpp"
#include "node/observe_filesystems.hpp"
#include "node/observe_routes.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

std::optional<std::string> read(const Sources& sources, const std::string& path, ObservedState& observed) {
  const Result<std::optional<std::string>> text = sources.file(path);
  if (text) return *text;
  observed.info.push_back(text.error().what);
  return std::nullopt;
}

template <class T>
void take(const std::string& path, Result<T> parsed, ObservedState& observed, T& into) {
  if (!parsed) {
    observed.info.push_back(path + ": " + parsed.error().what);
    return;
  }
  observed.add_info(path, parsed->problems);
  into = std::move(*parsed);
}

void read_files(const Sources& sources, ObservedState& observed) {
  observed.netsvc_text = read(sources, "/etc/netsvc.conf", observed);
  observed.netsvc = aix::HostsOrder{};
  if (observed.netsvc_text)
    take("/etc/netsvc.conf", aix::parse_netsvc_conf(*observed.netsvc_text), observed, observed.netsvc);
  observed.irs = aix::HostsOrder{};
  if (const auto text = read(sources, "/etc/irs.conf", observed))
    take("/etc/irs.conf", aix::parse_irs_conf(*text), observed, observed.irs);
  observed.nsorder = aix::HostsOrder{};
  if (const auto text = read(sources, "/etc/environment", observed))
    take("/etc/environment", aix::parse_nsorder(*text), observed, observed.nsorder);
  observed.resolv.reset();
  if (const auto text = read(sources, "/etc/resolv.conf", observed))
    take("/etc/resolv.conf", aix::parse_resolv_conf(*text), observed, observed.resolv.emplace());
  observed.hosts.reset();
  if (const auto text = read(sources, "/etc/hosts", observed))
    take("/etc/hosts", aix::parse_hosts(*text), observed, observed.hosts.emplace());
  // lib/aix/README.md "NFS domain and nfsrgyd": one entry. A capture made by hand may lack it.
  const Result<std::optional<std::string>> domain = sources.file("/etc/nfs/local_domain");
  observed.nfs_domain.reset();
  if (!domain) {
    observed.info.push_back(domain.error().what);
  } else if (*domain || !sources.is_capture) {
    const std::string text = domain->value_or("");
    observed.nfs_domain = text::trimmed(std::string_view(text).substr(0, text.find('\n')));
  }
}

// What `ask` asks for, and `before` where it does not.
ObservedState answered(const Sources& sources, ObservedState before,
                       const std::function<void(FilesystemObserver&, RouteObserver&)>& ask) {
  ObservedState observed = std::move(before);
  app::ObservationQueue queue(sources, observed.unobserved);
  FilesystemObserver filesystems(queue, observed, sources.is_capture);
  RouteObserver routes(queue, observed);
  ask(filesystems, routes);
  queue.run();
  routes.merge_costs();
  filesystems.share_answers();
  return observed;
}

}  // namespace

ObservedState observe(const Sources& sources, const std::string& node) {
  ObservedState before;
  before.node = node;
  ObservedState observed =
      answered(sources, std::move(before), [](FilesystemObserver& filesystems, RouteObserver& routes) {
        filesystems.ask_all();
        routes.ask_fail_over_timeout();
        routes.ask_routes();
        routes.ask_odm_routes();
        routes.ask_network_tunables();
        routes.ask_interfaces();
      });
  read_files(sources, observed);
  return observed;
}

ObservedState observe_rest(const Sources& sources, ObservedState before) {
  return answered(sources, std::move(before), [](FilesystemObserver& filesystems, RouteObserver& routes) {
    filesystems.ask_rest();
    routes.ask_rest();
  });
}

ObservedState observe_again(const Sources& sources, ObservedState before, const RefreshScope& scope) {
  ObservedState observed =
      answered(sources, std::move(before), [&](FilesystemObserver& filesystems, RouteObserver& routes) {
        filesystems.ask_again(scope.filesystems);
        if (scope.routes) routes.ask_routes();
        if (scope.odm_routes) routes.ask_odm_routes();
        if (scope.tunables) routes.ask_network_tunables();
        for (const std::string& address : scope.gateways) routes.ask_for_answer(address);
      });
  if (scope.files) read_files(sources, observed);
  return observed;
}

}  // namespace hanfs::node
