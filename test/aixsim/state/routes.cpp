// SPDX-License-Identifier: Apache-2.0
#include "state/routes.hpp"

#include <algorithm>

#include "state/tunables.hpp"

namespace aixsim {

std::string Route::key() const {
  if (host) return ipv4(destination);
  return is_default() ? "default" : short_network(destination, prefix);
}

std::vector<Route> Routes::load() const {
  std::vector<Route> routes;
  for (const auto& line : split(node_.get("routes"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 13) continue;
    Route r;
    long prefix = 0;
    parse_ipv4(f[0], &r.destination);
    parse_number(f[1], &prefix);
    r.prefix = static_cast<int>(prefix);
    r.host = f[2] == "host";
    r.gateway = f[3];
    r.flags = f[4];
    r.interface = f[5];
    parse_number(f[6], &r.cost);
    parse_number(f[7], &r.weight);
    parse_number(f[8], &r.policy);
    parse_number(f[9], &r.refs);
    parse_number(f[10], &r.use);
    r.dgd = f[11] == "dgd";
    parse_number(f[12], &r.since);
    routes.push_back(r);
  }
  return routes;
}

void Routes::save(const std::vector<Route>& routes) const {
  std::string text;
  for (const auto& r : routes) {
    text += record({ipv4(r.destination), std::to_string(r.prefix), r.host ? "host" : "net", r.gateway, r.flags,
                    r.interface, std::to_string(r.cost), std::to_string(r.weight), std::to_string(r.policy),
                    std::to_string(r.refs), std::to_string(r.use), r.dgd ? "dgd" : "-", std::to_string(r.since)}) +
            "\n";
  }
  node_.write("routes", text);
}

namespace {

// routes 1.1 and 5. Active: every dgd_ping_time seconds a ping, then dgd_packets_lost fast ones, one second
// apart [GUESS: variant fast-ping]. Passive: unanswered ARP after the entry expired (arpt_killc minutes), or TCP losses
// at once.
struct Detector {
  long active_since = -1, passive_since = -1;
  long ping = 5, lost = 3, retry = 5, arp = 20;
  long spacing = 1;  // seconds between fast pings
  std::string traffic;
  std::string found;  // "ADDRESS DIED" lines: found by the values that were set before
  long found_at = -1;

  bool was_found(const Outage& outage) const {
    return active_since <= found_at &&
           ("\n" + found).find("\n" + outage.address + " " + std::to_string(outage.died) + "\n") != std::string::npos;
  }
  long passive_delay() const { return traffic == "tcp" ? lost : traffic == "udp" ? arp * 60 + lost : -1; }

  bool raised(const Outage& outage, long now) const {
    if (active_since >= 0) {
      const long seen = was_found(outage) ? outage.died : std::max(outage.died, active_since) + ping + lost * spacing;
      // The next answered ping restores the cost.
      if (now >= seen && (outage.healed < 0 || (seen <= outage.healed && now < outage.healed + ping))) return true;
    }
    const long delay = passive_delay();
    if (passive_since >= 0 && delay >= 0) {
      // Raised for dgd_retry_time minutes, then restored dead or not; the cycle repeats [DOC].
      const long first = std::max(outage.died, passive_since) + delay;
      const long hold = std::max(retry, 1L) * 60;
      const long period = hold + lost;
      if (now < first || (outage.healed >= 0 && first >= outage.healed)) return false;
      long cycle = (now - first) / period;
      if (outage.healed >= 0) cycle = std::min(cycle, (outage.healed - 1 - first) / period);
      const long start = first + cycle * period;
      return now >= start && now < start + hold;
    }
    return false;
  }
};

Detector detector(const Node& node, const std::string& gateway, const std::vector<Route>& all) {
  Detector d;
  for (const auto& route : all) {
    if (route.gateway == gateway && route.dgd) {
      d.active_since = d.active_since < 0 ? route.since : std::min(d.active_since, route.since);
    }
  }
  Tunables no(node, Tunables::kNo);
  d.ping = no.number("dgd_ping_time");
  d.lost = no.number("dgd_packets_lost");
  if (node.is("fast-ping", "s5")) d.spacing = 5;
  d.retry = no.number("dgd_retry_time");
  d.arp = no.number("arpt_killc");
  if (no.number("passive_dgd") == 1) d.passive_since = no.since("passive_dgd");
  d.traffic = node.variant("traffic");
  d.found = node.get("dgd-found");
  parse_number(node.get("dgd-found-at"), &d.found_at);
  return d;
}

}  // namespace

long Routes::current_cost(const Route& route, const std::vector<Route>& all) const {
  return current_cost(route, all, node_.clock());
}

long Routes::current_cost(const Route& route, const std::vector<Route>& all, long now) const {
  if (!route.via_gateway()) return route.cost;
  bool read = false;
  Detector d;
  for (const auto& outage : outages(node_)) {
    if (outage.address != route.gateway) continue;
    if (!read) d = detector(node_, route.gateway, all);
    read = true;
    if (d.raised(outage, now)) return kMaxCost;
  }
  return route.cost;
}

void Routes::keep_found() const {
  const auto all = load();
  std::string text;
  for (const auto& outage : outages(node_)) {
    Detector active = detector(node_, outage.address, all);
    active.passive_since = -1;
    if (active.raised(outage, node_.clock())) text += outage.address + " " + std::to_string(outage.died) + "\n";
  }
  node_.write("dgd-found", text);
  node_.write("dgd-found-at", std::to_string(node_.clock()));
}

long Routes::detection(const std::string& gateway) const {
  const auto all = load();
  const Detector d = detector(node_, gateway, all);
  long best = -1;
  if (d.active_since >= 0) best = d.ping + d.lost * d.spacing;
  const long passive = d.passive_delay();
  if (d.passive_since >= 0 && passive >= 0) best = best < 0 ? passive : std::min(best, passive);
  return best;
}

std::vector<Route> Routes::sorted(std::vector<Route> routes) const {
  std::vector<std::pair<long, Route>> keyed;
  for (const auto& route : routes) keyed.emplace_back(current_cost(route, routes), route);
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    if (a.second.destination != b.second.destination) return a.second.destination < b.second.destination;
    if (a.second.prefix != b.second.prefix) return a.second.prefix > b.second.prefix;
    return a.first < b.first;
  });
  std::stable_partition(keyed.begin(), keyed.end(), [](const auto& a) { return a.second.is_default(); });
  routes.clear();
  for (const auto& one : keyed) routes.push_back(one.second);
  return routes;
}

bool Routes::chosen_default(Route* route) const {
  const auto routes = sorted(load());
  if (routes.empty() || !routes[0].is_default()) return false;
  *route = routes[0];
  return true;
}

std::string Routes::interface_for(unsigned address) const {
  for (const auto& nic : nics(node_)) {
    for (const auto& [own, mask] : nic.inet) {
      if (nic.up && nic.name != "lo0" && (own & mask) == (address & mask)) return nic.name;
    }
  }
  return "";
}

std::vector<Outage> outages(const Node& node) {
  std::vector<Outage> all;
  for (const auto& line : split(node.get("outages"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 3) continue;
    Outage outage;
    outage.address = f[0];
    parse_number(f[1], &outage.died);
    if (!parse_number(f[2], &outage.healed)) outage.healed = -1;
    all.push_back(outage);
  }
  return all;
}

bool is_dead(const Node& node, const std::string& server) {
  const std::string address = node.address_of(server);
  for (const auto& outage : outages(node)) {
    if (outage.healed < 0 && (outage.address == address || outage.address == server)) return true;
  }
  return false;
}

std::vector<Nic> nics(const Node& node) {
  std::vector<Nic> all;
  for (const auto& line : split(node.get("nics"), '\n')) {
    const Strings f = fields(line);
    if (f.size() < 2) continue;
    Nic nic;
    nic.name = f[0];
    nic.up = f[1] == "up";
    for (size_t i = 2; i + 1 < f.size(); i += 2) {
      unsigned address = 0, mask = 0;
      if (parse_ipv4(f[i], &address) && parse_ipv4(f[i + 1], &mask)) nic.inet.emplace_back(address, mask);
    }
    all.push_back(nic);
  }
  return all;
}

void save_nics(const Node& node, const std::vector<Nic>& all) {
  std::string text;
  for (const auto& nic : all) {
    Strings f = {nic.name, nic.up ? "up" : "down"};
    for (const auto& [address, mask] : nic.inet) {
      f.push_back(ipv4(address));
      f.push_back(ipv4(mask));
    }
    text += record(f) + "\n";
  }
  node.write("nics", text);
}

}  // namespace aixsim
