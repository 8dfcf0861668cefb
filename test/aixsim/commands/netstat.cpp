// SPDX-License-Identifier: Apache-2.0
// netstat -r and -i (routes 4.1, 4.2, 4.3).
#include <algorithm>
#include <set>

#include "commands/command.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

// [SEEN netstat_illegal-option_aix72]
int usage(Call& call, const std::string& why) {
  if (!why.empty()) call.err += "netstat: " + why + "\n";
  return call.fail(
      "usage: netstat [-Aaon] [-f address_family] [-@ [wparname]]\n"
      "               [-D]\n"
      "               [-cCgimMnPrsuvZ] [-f address_family] [ [-p proto] | [-@ [wparname]] ]\n"
      "               [-n] [-I interface] [interval]\n");
}

// Position of A: no transcript with an A row is public; UGA/UGSA expected [GUESS 4.1].
std::string flags_of(const Node& node, const Route& route) {
  if (!route.dgd) return route.flags;
  const std::string& form = node.variant("dgd-flag");
  std::string flags = route.flags;
  if (form == "UGSA") {
    if (flags.find('S') == std::string::npos) flags += "S";
    return flags + "A";
  }
  const size_t at = form == "AUG" ? 0 : form == "UAG" ? 1 : 2;
  return flags.insert(at, "A");
}

std::string cost_text(const Node& node, long cost) {
  if (cost != kMaxCost) return std::to_string(cost);
  const std::string& form = node.variant("max-cost");
  return form == "number" ? "2147483647" : form == "hex" ? "0x7fffffff" : form;
}

// [GUESS 4.2] "likely words: Destination Gateway Flags Wt Policy If Cost Config_Cost".
std::string cost_header(const std::string& form) {
  const std::string head = "Routing tables\n";
  if (form == "absent") return "";
  if (form == "swapped")
    return head + "Destination        Gateway           Flags     Wt  Policy  If   Config_Cost  Cost\n";
  if (form == "lower")
    return head + "destination        gateway           flags     wt  policy  if   cost config_cost\n";
  if (form == "words")
    return head + "Destination        Gateway           Flags     Wt  Policy  If   Current  Configured\n";
  return head + "Destination        Gateway           Flags     Wt  Policy  If   Cost Config_Cost\n";
}

std::string policy_text(const Route& route, bool alone) {
  static const char* const kPolicies[] = {"-", "WRR", "RND", "WRND", "LUT", "HSH"};
  if (alone) return "-";
  return kPolicies[route.policy >= 1 && route.policy <= 5 ? route.policy : 1];
}

// "another entry with the same key follows" [4.1]; the key is the address, the .0 host row and its net share it.
bool same_key(const Route& a, const Route& b) {
  return a.destination == b.destination && a.is_default() == b.is_default();
}

void inet_rows(Call& call, bool numeric, bool costs) {
  const Node& node = call.node;
  const Routes table(node);
  auto routes = node.is("netstat-order", "added") ? table.load() : table.sorted(table.load());
  std::stable_partition(routes.begin(), routes.end(), [](const Route& route) { return route.is_default(); });
  const bool blanks = node.is("netstat-blanks", "yes");
  const bool swapped = node.is("costs-header", "swapped");
  for (size_t i = 0; i < routes.size(); ++i) {
    const Route& route = routes[i];
    const std::string tail = i + 1 < routes.size() && same_key(route, routes[i + 1]) ? "=>" : "";
    std::string destination = route.key(), gateway = route.gateway;
    if (!numeric) {
      if (route.host) destination = node.name_of(destination);
      gateway = node.name_of(gateway);
    }
    const auto twin = [&](const Route& other) {
      return other.destination == route.destination && other.prefix == route.prefix;
    };
    const bool alone = !(i > 0 && twin(routes[i - 1])) && !(i + 1 < routes.size() && twin(routes[i + 1]));
    if (costs) {
      const std::string now = cost_text(node, table.current_cost(route, routes)),
                        configured = std::to_string(route.cost);
      call.out += netstat_cost_row(destination, gateway, flags_of(node, route), std::to_string(route.weight),
                                   policy_text(route, alone), route.interface, swapped ? configured : now,
                                   swapped ? now : configured, tail);
    } else {
      call.out += netstat_row(destination, gateway, flags_of(node, route), route.refs, route.use, route.interface, tail,
                              blanks);
    }
  }
}

int routing_table(Call& call, bool numeric, bool costs, const std::string& family) {
  const Node& node = call.node;
  const std::string& form = node.variant("costs-header");
  if (costs && form == "unsupported") return usage(call, "illegal option -- C");
  const std::string& tree = node.variant("netstat-tree");
  call.out = costs ? cost_header(form) : netstat_header();
  if (family != "inet6") {
    call.out += netstat_banner(false, tree);
    inet_rows(call, numeric, costs);
  }
  if (family != "inet") {
    call.out += netstat_banner(true, tree);
    if (costs) {
      call.out += netstat_cost_row("::1%1", "::1%1", "UH", "1", "-", "lo0", "0", "0", "");
    } else {
      call.out += netstat_row("::1%1", "::1%1", "UH", 0, 124, "lo0", "", node.is("netstat-blanks", "yes"));
    }
  }
  return 0;
}

// [SEEN netstat-in_facter]
int interfaces(Call& call) {
  call.out = "Name  Mtu   Network     Address            Ipkts Ierrs    Opkts Oerrs  Coll\n";
  int link = 1;
  for (const auto& nic : nics(call.node)) {
    const std::string name = nic.name + (nic.up ? "" : "*"), mtu = nic.name == "lo0" ? "16896" : "1500";
    const std::string tail = strf("%9d     0 %8d     0     0\n", 162325, 60252);
    call.out += padded(name, 5) + " " + padded(mtu, 5) + " " +
                padded(strf("link#%d", nic.name == "lo0" ? 1 : ++link), 11) + " " +
                padded(nic.name == "lo0" ? "" : "a.c6.20.30.40.5", 15) + tail;
    for (const auto& [address, mask] : nic.inet) {
      std::string net = short_network(address & mask, prefix_of(mask));
      net.erase(net.find('/'));
      call.out +=
          padded(name, 5) + " " + padded(mtu, 5) + " " + padded(net, 11) + " " + padded(ipv4(address), 15) + tail;
    }
  }
  return 0;
}

}  // namespace

int cmd_netstat(Call& call) {
  std::string family;
  std::set<char> flags;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg.size() < 2 || arg[0] != '-') return usage(call, "");
    for (size_t k = 1; k < arg.size(); ++k) {
      if (std::string("AaonDcCgimMnPrsuvZfpI@").find(arg[k]) == std::string::npos) {
        return usage(call, strf("illegal option -- %c", arg[k]));
      }
      if (arg[k] == 'f' || arg[k] == 'p' || arg[k] == 'I') {
        std::string value = arg.substr(k + 1);
        if (value.empty()) {
          if (i + 1 >= call.args.size()) return usage(call, strf("option requires an argument -- %c", arg[k]));
          value = call.args[++i];
        }
        if (arg[k] == 'f') family = value;
        flags.insert(arg[k]);
        break;
      }
      flags.insert(arg[k]);
    }
  }
  if (!family.empty() && family != "inet" && family != "inet6") return usage(call, family + ": unknown address family");
  for (const char flag : flags) {
    if (std::string("rnCfi").find(flag) == std::string::npos)
      return call.fail(strf("netstat: -%c is not simulated\n", flag));
  }
  if (flags.count('i')) return interfaces(call);
  if (!flags.count('r') && !flags.count('C')) return call.fail("netstat: only -r and -i are simulated\n");
  return routing_table(call, flags.count('n') != 0, flags.count('C') != 0, family);
}

}  // namespace aixsim
