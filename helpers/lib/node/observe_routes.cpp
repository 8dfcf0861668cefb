// SPDX-License-Identifier: Apache-2.0
#include "node/observe_routes.hpp"

#include <utility>

#include "aix/commands.hpp"
#include "aix/ping.hpp"
#include "run/command.hpp"

namespace hanfs::node {
namespace {

constexpr const char* fail_over_timeout = "nfs_v4_fail_over_timeout";
constexpr const char* network_tunables[] = {"passive_dgd", "dgd_packets_lost", "dgd_ping_time", "dgd_retry_time"};

}  // namespace

void RouteObserver::ask_routes() {
  observed_.routes.reset();
  observed_.route_costs_known = false;
  ask_live_routes();
  ask_costs();
}

void RouteObserver::ask_rest() {
  const bool routes_are_missing = queue_.is_silent(aix::list_routes());
  if (routes_are_missing) ask_live_routes();
  if (routes_are_missing || queue_.is_silent(aix::list_route_costs())) ask_costs();
  if (queue_.is_silent(aix::list_odm_routes())) ask_odm_routes();
  if (queue_.is_silent(aix::show_nfs_tunable(fail_over_timeout))) ask_fail_over_timeout();
  if (queue_.is_silent(aix::list_network_tunables())) ask_network_tunables();
  if (queue_.is_silent(aix::list_interfaces())) ask_interfaces();
}

void RouteObserver::ask_live_routes() {
  queue_.ask({{aix::list_routes(), {aix::list_routes().front(), "-rn"}}, [this](const std::string& text) -> Status {
                Result<aix::RouteTable> table = aix::parse_routes(text);
                if (!table) return table.error();
                // Without it the node would look like one that has no default gateway, or one less.
                for (const aix::Problem& problem : table->problems)
                  if (aix::is_about_default(problem))
                    return Error{"a default gateway that cannot be read: " + aix::to_string(problem)};
                observed_.add_info(run::command_text(aix::list_routes()), table->problems);
                observed_.routes = std::move(*table);
                return Done{};
              }});
}

void RouteObserver::ask_costs() {
  const std::string netstat = aix::list_route_costs().front();
  queue_.ask({{aix::list_route_costs(), {netstat, "-rnC"}}, [this](const std::string& text) -> Status {
                Result<aix::RouteTable> table = aix::parse_routes(text);
                if (!table) return table.error();
                observed_.add_info(run::command_text(aix::list_route_costs()), table->problems);
                if (!table->costs_known)
                  observed_.info.push_back("netstat -rnC: its header is not understood, so costs are unknown");
                costs_ = std::move(*table);
                return Done{};
              }});
}

// The two lists are in the same order, but a route may have come or gone between them: matched by meaning, each row
// of -C used once.
void RouteObserver::merge_costs() {
  if (!costs_ || !costs_->costs_known) return;
  if (!observed_.routes) {
    observed_.routes = costs_;  // better than nothing; flags are there too
  } else {
    std::vector<bool> used(costs_->routes.size());
    for (aix::Route& route : observed_.routes->routes) {
      for (std::size_t i = 0; i < used.size(); ++i) {
        const aix::Route& row = costs_->routes[i];
        const bool same = row.destination == route.destination || (row.is_default() && route.is_default());
        if (used[i] || !same || row.gateway != route.gateway) continue;
        used[i] = true;
        route.current_cost = row.current_cost;
        route.configured_cost = row.configured_cost;
        route.weight = row.weight;
        route.policy = row.policy;
        break;
      }
    }
  }
  observed_.route_costs_known = true;
}

void RouteObserver::ask_odm_routes() {
  observed_.odm_routes.reset();
  queue_.ask({{aix::list_odm_routes()}, [this](const std::string& text) -> Status {
                Result<aix::OdmRoutes> routes = aix::parse_lsattr_routes(text);
                if (!routes) return routes.error();
                observed_.add_info(run::command_text(aix::list_odm_routes()), routes->problems);
                observed_.odm_routes = std::move(*routes);
                return Done{};
              }});
}

void RouteObserver::ask_fail_over_timeout() {
  queue_.ask({{aix::show_nfs_tunable(fail_over_timeout), {aix::show_nfs_tunable("").front(), "-a"}},
              [this](const std::string& text) -> Status {
                const Result<aix::Tunables> shown = aix::parse_tunables_o(text);
                if (!shown) return shown.error();
                const aix::Tunable* row = shown->find(fail_over_timeout);
                const auto value = row == nullptr ? std::nullopt : aix::tunable_number(row->current);
                if (!value) return Error{std::string("no number for ") + fail_over_timeout + " in its output"};
                observed_.fail_over_timeout = value;
                return Done{};
              }});
}

// One `no -x` for all; where that gives no answer, each by itself, and where -x does not exist, with -o.
void RouteObserver::ask_network_tunables() {
  observed_.tunables.clear();
  queue_.ask({{aix::list_network_tunables()},
              [this](const std::string& text) -> Status {
                const Result<aix::Tunables> shown = aix::parse_tunables_x(text);
                if (!shown) return shown.error();
                for (const char* name : network_tunables)
                  if (shown->find(name) == nullptr) return Error{std::string("no ") + name + " in its output"};
                for (const aix::Tunable& row : shown->rows) observed_.tunables[row.name] = row;
                return Done{};
              },
              [this](Unobserved failure) {
                if (failure.hung) return queue_.note_unobserved(std::move(failure));
                for (const char* name : network_tunables) ask_network_tunable(name, failure);
              }});
}

// `of_all`: why all of them at once did not answer; noted, if this one does not answer either.
void RouteObserver::ask_network_tunable(const std::string& name, const Unobserved& of_all) {
  queue_.ask({{aix::show_network_tunable_x(name), aix::show_network_tunable_o(name)},
              [this, name](const std::string& text) -> Status {
                for (const auto parse : {aix::parse_tunables_x, aix::parse_tunables_o}) {
                  const Result<aix::Tunables> shown = parse(text);
                  const aix::Tunable* row = shown ? shown->find(name) : nullptr;
                  if (row == nullptr) continue;
                  observed_.tunables[name] = *row;
                  if (row->reboot.empty()) ask_stored_tunable(name);
                  return Done{};
                }
                return Error{"no " + name + " in its output"};
              },
              [this, of_all](const Unobserved&) { queue_.note_unobserved(of_all); }});
}

// Where it is not shown either, the value of the next boot stays unknown.
void RouteObserver::ask_stored_tunable(const std::string& name) {
  queue_.ask({{aix::show_stored_network_tunable(name)},
              [this, name](const std::string& text) -> Status {
                const Result<aix::Tunables> shown = aix::parse_tunables_o(text);
                const aix::Tunable* row = shown ? shown->find(name) : nullptr;
                if (row != nullptr) observed_.tunables[name].reboot = row->current;
                return Done{};
              },
              [](const Unobserved&) {}});
}

void RouteObserver::ask_interfaces() {
  queue_.ask({{aix::list_interfaces()}, [this](const std::string& text) -> Status {
                Result<aix::Interfaces> shown = aix::parse_ifconfig(text);
                if (!shown) return shown.error();
                observed_.add_info(run::command_text(aix::list_interfaces()), shown->problems);
                observed_.interfaces = std::move(*shown);
                return Done{};
              }});
}

// No answer says nothing about the command, so it is not noted.
void RouteObserver::ask_for_answer(const std::string& address) {
  observed_.answering.erase(address);
  observed_.silent.insert(address);
  queue_.ask({{aix::ping_once(address)},
              [this, address](const std::string& text) -> Status {
                if (!aix::answered_ping(text, address)) return Done{};
                observed_.answering.insert(address);
                observed_.silent.erase(address);
                return Done{};
              },
              [](const Unobserved&) {}});
}

}  // namespace hanfs::node
