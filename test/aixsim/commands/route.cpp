// SPDX-License-Identifier: Apache-2.0
// route (routes 2). Success and error texts are guesses; the sheet says to judge by reading the table again.
#include <unistd.h>

#include "commands/command.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

struct Request {
  bool numeric = false, quiet = false, net = false, host = false;
  std::string verb, destination, gateway, mask, interface;
  int prefix = -1;
  long cost = -1, policy = -1, weight = -1;
  bool dgd = false, is_static = false, on_interface = false, inet6 = false;
};

int usage(Call& call, const std::string& why = "") {
  if (!why.empty()) call.err += "route: " + why + "\n";
  return call.fail(
      "usage: route [-f] [-n] [-q] [-C] [-v] Command [Family] [[-net|-host] Destination [-prefixlen n]\n"
      "             [-netmask Address] Gateway] [Arguments]\n");
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

// False: usage was printed.
bool parse(Call& call, const Strings& args, Request* r, bool* flush) {
  size_t i = 0;
  for (; i < args.size() && starts_with(args[i], "-"); ++i) {
    for (size_t k = 1; k < args[i].size(); ++k) {
      const char flag = args[i][k];
      if (flag == 'f') *flush = true;
      if (flag == 'n') r->numeric = true;
      if (flag == 'q') r->quiet = true;
      if (std::string("fnqCv").find(flag) == std::string::npos) {
        usage(call, strf("illegal option -- %c", flag));
        return false;
      }
    }
  }
  if (i >= args.size()) {
    if (!*flush) usage(call);
    return *flush;
  }
  r->verb = lower(args[i++]);
  for (; i < args.size(); ++i) {
    const std::string& word = args[i];
    const auto number = [&](long* value) {
      if (i + 1 < args.size() && parse_number(args[i + 1], value)) {
        ++i;
        return true;
      }
      usage(call, "bad or missing number after " + word);
      return false;
    };
    const auto text = [&](std::string* value) {
      if (i + 1 < args.size()) {
        *value = args[++i];
        return true;
      }
      usage(call, "missing word after " + word);
      return false;
    };
    long value = 0;
    std::string ignored;
    if (word.empty()) {
      usage(call, "empty word");
      return false;
    } else if (word[0] != '-') {
      if (r->destination.empty()) {
        r->destination = word;
      } else if (r->gateway.empty()) {
        r->gateway = word;
      } else if (!parse_number(word, &value)) {  // an old metric may follow
        usage(call, "unexpected word " + word);
        return false;
      }
    } else if (word == "-inet") {
    } else if (word == "-inet6") {
      r->inet6 = true;
    } else if (word == "-net") {
      r->net = true;
    } else if (word == "-host") {
      r->host = true;
    } else if (word == "-active_dgd") {
      r->dgd = true;
    } else if (word == "-static") {
      r->is_static = true;
    } else if (word == "-interface") {
      r->on_interface = true;
    } else if (word == "-cloning" || word == "-stopsearch") {
    } else if (word == "-hopcount") {
      if (!number(&r->cost)) return false;
    } else if (word == "-policy") {
      if (!number(&r->policy)) return false;
      if (r->policy < 1 || r->policy > 5) {
        usage(call, "bad policy");
        return false;
      }
    } else if (word == "-weight") {
      if (!number(&r->weight)) return false;
    } else if (word == "-prefixlen") {
      if (!number(&value)) return false;
      r->prefix = static_cast<int>(value);
    } else if (word == "-netmask") {
      if (!text(&r->mask)) return false;
    } else if (word == "-if") {
      if (!text(&r->interface)) return false;
    } else if (word == "-mtu" || word == "-rtt" || word == "-rttvar" || word == "-sendpipe" || word == "-recvpipe" ||
               word == "-ssthresh" || word == "-expire" || word == "-genmask" || word == "-allowgroup" ||
               word == "-denygroup") {
      if (!text(&ignored)) return false;
    } else {
      usage(call, "unknown argument " + word);
      return false;
    }
  }
  return true;
}

// Destination as key of the table; false when it is no address and /etc/hosts does not know it.
bool destination(const Node& node, const Request& r, Route* route) {
  std::string text = r.destination;
  int prefix = r.prefix;
  const size_t slash = text.find('/');
  if (slash != std::string::npos) {
    long value = 0;
    if (!parse_number(text.substr(slash + 1), &value) || value > 32) return false;
    prefix = static_cast<int>(value);
    text.erase(slash);
  }
  if (text == "0" || text == "default" || text == "0.0.0.0") {
    route->destination = 0;
    route->prefix = 0;
    return true;
  }
  while (slash != std::string::npos && split(text, '.').size() < 4) text += ".0";
  unsigned address = 0;
  if (!parse_ipv4(node.address_of(text), &address)) return false;
  unsigned mask = 0;
  if (!r.mask.empty()) {
    if (!parse_ipv4(r.mask, &mask) || prefix_of(mask) < 0) return false;
    prefix = prefix_of(mask);
  }
  if (prefix < 0) {
    // BSD: a net when the host part of the class is zero.
    const int by_class = (address >> 31) == 0 ? 8 : (address >> 30) == 2 ? 16 : 24;
    prefix = !r.host && (r.net || (address & ~mask_of(by_class)) == 0) ? by_class : 32;
  }
  route->host = prefix == 32 && !r.net;
  route->prefix = prefix;
  route->destination = address & mask_of(prefix);
  return true;
}

bool same_key(const Route& a, const Route& b) { return a.destination == b.destination && a.prefix == b.prefix; }

std::string line(const Request& r, const std::string& gateway) {
  return gateway + " " + (r.host ? "host" : "net") + " " + r.destination + ": gateway " + gateway;
}

// "File exists" is the text xCAT's snmove looks for; the rest, and the stream, is a guess [routes 2.2].
int exists_already(Call& call, const Request& r) {
  const std::string text = "0821-279 writing to routing socket: File exists\n" + line(r, r.gateway) + ": File exists\n";
  if (call.node.is("route-exists", "ok")) {
    call.out += text;
    return 0;
  }
  return call.fail(text);
}

int add(Call& call, const Request& r, Route wanted) {
  Routes table(call.node);
  const Lock lock(table.lock());
  auto routes = table.load();
  unsigned gateway = 0;
  if (!parse_ipv4(call.node.address_of(r.gateway), &gateway)) {
    return call.fail("route: " + r.gateway + ": bad value\n");
  }
  wanted.gateway = ipv4(gateway);
  wanted.interface = table.interface_for(gateway);
  if (wanted.interface.empty() || (!r.interface.empty() && r.interface != wanted.interface)) {
    return call.fail("0821-279 writing to routing socket: A route to the remote host is not available.\n" +
                     line(r, r.gateway) + ": Network is unreachable\n");
  }
  wanted.flags = r.on_interface ? "U" : wanted.host ? "UGH" : "UG";
  if (r.is_static || call.node.is("route-static", "always")) wanted.flags += "S";
  wanted.cost = r.cost < 0 ? 0 : r.cost;
  wanted.weight = r.weight < 0 ? 1 : r.weight;
  wanted.policy = r.policy < 0 ? 0 : r.policy;
  wanted.dgd = r.dgd;
  wanted.since = call.node.clock();
  for (auto& route : routes) {
    if (!same_key(route, wanted) || route.gateway != wanted.gateway) continue;
    if (route.cost == wanted.cost || call.node.is("route-cost", "duplicate")) return exists_already(call, r);
    if (call.node.is("route-cost", "update")) {
      if (route.dgd == wanted.dgd) wanted.since = route.since;
      route = wanted;
      table.save(routes);
      if (!r.quiet) call.out += line(r, r.gateway) + "\n";
      return 0;
    }
  }
  routes.push_back(wanted);
  table.save(routes);
  if (!r.quiet) call.out += line(r, r.gateway) + "\n";
  return 0;
}

int absent(Call& call, const Request& r) {
  const std::string text =
      "0821-279 writing to routing socket: The process does not exist.\n" + line(r, r.gateway) + ": not in table\n";
  if (call.node.is("route-delete-absent", "ok")) {
    call.out += text;
    return 0;
  }
  return call.fail(text);
}

int remove(Call& call, const Request& r, const Route& wanted) {
  Routes table(call.node);
  const Lock lock(table.lock());
  auto routes = table.load();
  const std::string gateway = call.node.address_of(r.gateway);
  size_t matches = 0;
  for (const auto& route : routes) matches += same_key(route, wanted) && !(route.flags.find('b') != std::string::npos);
  if (gateway.empty() && matches > 1 && call.node.is("route-delete-nogw", "fail")) {
    return call.fail("0821-279 writing to routing socket: Invalid argument\n");
  }
  const bool all = gateway.empty() && call.node.is("route-delete-nogw", "all");
  bool found = false;
  for (size_t i = 0; i < routes.size();) {
    const Route& route = routes[i];
    if (same_key(route, wanted) && (gateway.empty() || route.gateway == gateway) &&
        route.flags.find('b') == std::string::npos) {
      if (!r.quiet) call.out += line(r, route.gateway) + "\n";
      routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(i));
      found = true;
      if (!all) break;
    } else {
      ++i;
    }
  }
  if (!found) return absent(call, r);
  table.save(routes);
  return 0;
}

// routes 2.2: documented for one default; with several it is unknown which one is changed, here the first one.
int change(Call& call, const Request& r, const Route& wanted) {
  Routes table(call.node);
  const Lock lock(table.lock());
  auto routes = table.load();
  const std::string gateway = call.node.address_of(r.gateway);
  Route* chosen = nullptr;
  for (auto& route : routes) {
    if (!same_key(route, wanted) || route.flags.find('b') != std::string::npos) continue;
    if (!chosen || route.gateway == gateway) chosen = &route;
  }
  if (!chosen) return absent(call, r);
  if (!gateway.empty()) {
    unsigned address = 0;
    if (!parse_ipv4(gateway, &address)) return call.fail("route: " + r.gateway + ": bad value\n");
    const std::string interface = table.interface_for(address);
    if (interface.empty())
      return call.fail("0821-279 writing to routing socket: A route to the remote host is not available.\n");
    chosen->gateway = gateway;
    chosen->interface = interface;
  }
  if (r.cost >= 0) chosen->cost = r.cost;
  if (r.weight >= 0) chosen->weight = r.weight;
  if (r.policy >= 0) chosen->policy = r.policy;
  if (r.dgd && !chosen->dgd) {
    chosen->dgd = true;
    chosen->since = call.node.clock();
  }
  const std::string shown = chosen->gateway;
  table.save(routes);
  if (!r.quiet) call.out += line(r, shown) + "\n";
  return 0;
}

int get(Call& call, const Request& r) {
  const Routes table(call.node);
  unsigned address = 0;
  const bool to_default = r.destination == "0" || r.destination == "default";
  if (!to_default && !parse_ipv4(call.node.address_of(r.destination), &address)) {
    return call.fail("route: " + r.destination + ": bad value\n");
  }
  const auto routes = table.sorted(table.load());
  const Route* best = nullptr;
  for (const auto& route : routes) {
    if (to_default ? !route.is_default() : (address & mask_of(route.prefix)) != route.destination) continue;
    if (route.flags.find('b') != std::string::npos) continue;
    if (!best || route.prefix > best->prefix) best = &route;
  }
  if (!best) {
    return call.fail("0821-279 writing to routing socket: The process does not exist.\n");
  }
  RouteAnswer answer;
  answer.to = to_default ? "default" : ipv4(address);
  answer.destination = best->is_default() ? "default" : ipv4(best->destination);
  if (!best->host) answer.mask = best->is_default() ? "default" : ipv4(mask_of(best->prefix));
  if (best->flags.find('G') != std::string::npos) answer.gateway = best->gateway;
  answer.interface = best->interface;
  answer.local = best->interface == "lo0" ? "127.0.0.1" : "";
  for (const auto& nic : nics(call.node)) {
    if (nic.name == best->interface && !nic.inet.empty()) answer.local = ipv4(nic.inet[0].first);
  }
  answer.flags = "<UP";
  if (!answer.gateway.empty()) answer.flags += ",GATEWAY";
  if (best->host) answer.flags += ",HOST";
  answer.flags += ",DONE";
  if (best->flags.find('S') != std::string::npos) answer.flags += ",STATIC";
  answer.flags += ">";
  answer.cost = table.current_cost(*best, routes);
  answer.expire = -79;
  call.out += route_get(answer);
  return 0;
}

int flush_all(Call& call) {
  Routes table(call.node);
  const Lock lock(table.lock());
  std::vector<Route> kept;
  for (const auto& route : table.load()) {
    if (route.via_gateway()) {
      call.out += padded(route.key(), 20) + " " + padded(route.gateway, 20) + " done\n";
    } else {
      kept.push_back(route);
    }
  }
  table.save(kept);
  return 0;
}

}  // namespace

int run_route(Call& call, const Strings& args) {
  Request r;
  bool flush = false;
  if (!parse(call, args, &r, &flush)) return 1;
  if (flush) flush_all(call);
  if (r.verb.empty()) return 0;
  if (r.verb == "flush") return flush_all(call);
  if (r.verb == "monitor") hang(false, 600);
  if (r.inet6) return call.fail("route: -inet6 is not simulated\n");
  const bool adds = r.verb == "add", removes = r.verb == "delete", changes = r.verb == "change" || r.verb == "set";
  if (!adds && !removes && !changes && r.verb != "get") return usage(call, r.verb + ": unknown command");
  if (r.destination.empty() || (adds && r.gateway.empty())) return usage(call);
  if (r.verb == "get") return get(call, r);
  Route wanted;
  if (!destination(call.node, r, &wanted)) return call.fail("route: " + r.destination + ": bad value\n");
  if (adds) return add(call, r, wanted);
  return removes ? remove(call, r, wanted) : change(call, r, wanted);
}

int cmd_route(Call& call) { return run_route(call, call.args); }

}  // namespace aixsim
