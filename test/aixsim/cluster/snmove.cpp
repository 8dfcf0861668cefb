// SPDX-License-Identifier: Apache-2.0
// snmove, makeconservercf, mkhwconn, rmhwconn, rnetboot, rpower (xcat 6.1, 6.2). What they print is not
// in the fact sheet [GUESS]; what they change is.
#include <algorithm>

#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

Strings words_of(const std::string& list) {
  Strings words;
  for (auto word : split(list, ',')) {
    word.erase(std::remove(word.begin(), word.end(), ' '), word.end());
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

Strings lines_of(const Node& node, const std::string& name) {
  Strings lines;
  for (const auto& line : split(node.get(name), '\n')) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

void write_lines(const Node& node, const std::string& name, const Strings& lines) {
  node.write(name, lines.empty() ? "" : join(lines, "\n") + "\n");
}

bool contains(const Strings& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool answers(const Node& node) { return node.get("down").empty() && node.get("ssh").empty(); }

// The console server of each node gets its configuration; "consoles" of its folder says which it serves.
int configure_consoles(Call& call, const Hosts& hosts, Lookup* lookup, const Strings& nodes, bool removes = false) {
  int status = 0;
  std::map<std::string, Strings> wanted;
  for (const auto& node : removes ? Strings() : nodes) {
    const std::string server = lookup->text(node, "nodehm", "conserver");
    if (!lookup->text(node, "nodehm", "cons").empty()) wanted[server].push_back(node);
  }
  for (const auto& machine : hosts.all()) {
    if (machine.kind == Machine::Kind::kNode || machine.kind == Machine::Kind::kDevice) continue;
    const bool manager = machine.kind == Machine::Kind::kManager;
    const Node folder = hosts.folder(machine);
    Strings mine;
    for (const auto& [server, names] : wanted) {
      const Machine* const found = server.empty() ? nullptr : hosts.find(server);
      if (found ? found == &machine : manager && server.empty()) mine.insert(mine.end(), names.begin(), names.end());
    }
    Strings now = lines_of(folder, "consoles"), kept;
    const bool loses = std::any_of(nodes.begin(), nodes.end(),
                                   [&](const std::string& one) { return contains(now, one) && !contains(mine, one); });
    if (mine.empty() && !loses) continue;
    if (!answers(folder)) {
      if (!mine.empty()) {
        status = call.fail("Error: " + machine.name() + ": no answer, its conserver is not configured\n");
      }
      continue;  // the old server keeps what it has until it is back
    }
    for (const auto& one : now) {
      if (!contains(nodes, one)) kept.push_back(one);
    }
    kept.insert(kept.end(), mine.begin(), mine.end());
    write_lines(folder, "consoles", kept);
  }
  return status;
}

}  // namespace

// makeconservercf [-V] [-l|-c] [-t HOSTS] [RANGE] | -d RANGE (makeconservercf.8). Of -l and -t nothing else is
// simulated.
int cmd_makeconservercf(Call& call) {
  const auto usage = [&] { return call.fail("Usage: makeconservercf [-V] [-d|-l|-c] [-t hosts] [noderange]\n"); };
  Strings words;
  bool removes = false, local = false;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-d" || arg == "--delete") {
      removes = true;
    } else if (arg == "-l" || arg == "--local" || arg == "-c" || arg == "--conserver") {
      local = true;
    } else if (arg == "-t" || arg == "--trust") {
      if (++i == call.args.size()) return usage();
    } else if (arg != "-V" && arg != "--verbose") {
      if (starts_with(arg, "-")) return usage();
      words.push_back(arg);
    }
  }
  if (words.size() > 1 || (removes && (words.empty() || local))) return usage();
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  Lookup lookup(store);
  Strings nodes = all_nodes(&lookup);
  if (!words.empty() && !range_of(call, &lookup, words[0], &nodes)) return 1;
  return configure_consoles(call, hosts, &lookup, nodes, removes);
}

namespace {

// CECs and frames are connected to; an HMC is not, its service node logs in to it (mkhwconn.1, rmhwconn.1).
bool is_connected_to(Lookup* lookup, const std::string& device) {
  std::string type = lookup->text(device, "ppc", "nodetype");
  if (type.empty()) type = lookup->text(device, "nodetype", "nodetype");
  return contains({"cec", "frame", "fsp", "bpa"}, type);
}

// Where a control point is reached from: the first of its servicenode, else the management node.
const Machine* controller(const Hosts& hosts, Lookup* lookup, const std::string& point) {
  const Strings list = words_of(lookup->text(point, "noderes", "servicenode"));
  return list.empty() ? &hosts.all()[0] : hosts.find(list[0]);
}

// The words of the two manual pages. mkhwconn without -t, -p or -s is refused, and so is -t together with -p.
bool parse_connection(const Strings& args, bool make, std::string* range, std::string* why) {
  const Strings with_value = make ? Strings{"-p", "-P", "-T", "--port"} : Strings{"-T"};
  Strings flags;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (arg == "-V" || arg == "--verbose") continue;
    if (contains(with_value, arg)) {
      if (++i >= args.size()) return false;
      if (arg == "-T" && args[i] != "lpar" && args[i] != "fnm") return false;
      if (arg == "--port" && args[i] != "0" && args[i] != "1") return false;
      if (arg == "-p" && args[i].find(',') != std::string::npos) return false;  // one HMC
      flags.push_back(arg);
    } else if (make && (arg == "-t" || arg == "-s")) {
      flags.push_back(arg);
      if (arg == "-s" && i + 1 < args.size() && !range->empty() && !starts_with(args[i + 1], "-")) ++i;
    } else if (starts_with(arg, "-") || !range->empty()) {
      return false;
    } else {
      *range = arg;
    }
  }
  if (range->empty()) return false;
  if (make && !contains(flags, "-t") && !contains(flags, "-p") && !contains(flags, "-s")) {
    *why = "Flag -t or -p or -s must be used.\n";
  } else if (contains(flags, "-t") + contains(flags, "-p") + contains(flags, "-s") > 1) {
    *why = "Only one of the flags -t, -p and -s can be used.\n";
  } else if (contains(flags, "-P") && !contains(flags, "-p")) {
    *why = "Flags -P can only be used when flag -p is specified.\n";
  }
  return why->empty();
}

int connections(Call& call, bool make) {
  const std::string usage = make ? "Usage: mkhwconn <noderange> -t|-p <hmc>|-s [<hmc>] [-P <passwd>] [-T lpar|fnm] "
                                   "[--port 0|1] [-V]\n"
                                 : "Usage: rmhwconn <noderange> [-T lpar|fnm] [-V]\n";
  std::string range, why;
  if (!parse_connection(call.args, make, &range, &why)) return call.fail(why + usage);
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(hosts.manager());
  Lookup lookup(store);
  Strings points;
  if (!range_of(call, &lookup, range, &points)) return 1;
  for (const auto& point : points) {
    if (!is_connected_to(&lookup, point)) return call.fail(point + ": Node type is incorrect.\n" + usage);
  }
  int status = 0;
  // On a service node it is about that server's own connections, whoever the tables name (6.2: "on the old one").
  const bool here = call.node.root() != hosts.manager().root() && call.node.setting("server") == "yes";
  for (const auto& point : points) {
    const Machine* const server = here ? nullptr : controller(hosts, &lookup, point);
    if (!here && (!server || !answers(hosts.folder(*server)))) {
      status = call.fail(point + ": Error: its service node " +
                         (server ? server->name() + " does not answer" : "is unknown") + "\n");
      continue;
    }
    const Node folder = here ? call.node : hosts.folder(*server);
    Strings lines = lines_of(folder, "hwconn");
    lines.erase(std::remove(lines.begin(), lines.end(), point), lines.end());
    if (make) lines.push_back(point);
    write_lines(folder, "hwconn", lines);
    call.out += point + ": Success\n";
  }
  return status;
}

}  // namespace

int cmd_mkhwconn(Call& call) { return connections(call, true); }
int cmd_rmhwconn(Call& call) { return connections(call, false); }

namespace {

// Whether hardware control reaches a node now: through the server of its control point, which logs in to an HMC, and
// needs a connection by mkhwconn to a CEC or a frame.
bool controlled(Call& call, const Hosts& hosts, Lookup* lookup, const std::string& node) {
  const std::string point = lookup->text(node, "ppc", "hcp");
  if (point.empty()) {
    call.fail(node + ": Error: no hcp is defined\n");
    return false;
  }
  const Machine* const server = controller(hosts, lookup, point);
  if (!server || !answers(hosts.folder(*server))) {
    call.fail(node + ": Error: the service node of " + point + " does not answer\n");
    return false;
  }
  if (is_connected_to(lookup, point) && !contains(lines_of(hosts.folder(*server), "hwconn"), point)) {
    call.fail(node + ": Error: " + server->name() + " has no connection to " + point + "\n");
    return false;
  }
  return true;
}

bool start(const Hosts& hosts, Lookup* lookup, const Machine& machine, const std::string& server) {
  std::string led;
  hosts.folder(machine).write("ssh", "");
  return boot_cluster_node(hosts, lookup, machine, server, own_path(), &led);
}

}  // namespace

// Boots over the network from the node's xcatmaster, and writes that into its boot list. rnetboot.1: -m needs -t, -t
// and -r need -m, boot devices are hd and net.
int cmd_rnetboot(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "Usage: rnetboot [-V] [-s boot_device_order] [-f] <noderange> [-m table.column==status -t timeout [-r n]]\n");
  };
  std::string range;
  std::map<std::string, std::string> values;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-V" || arg == "--verbose" || arg == "-f") continue;
    if (contains({"-s", "-m", "-t", "-r"}, arg)) {
      if (++i == call.args.size()) return usage();
      values[arg] = call.args[i];
    } else if (starts_with(arg, "-") || !range.empty()) {
      return usage();
    } else {
      range = arg;
    }
  }
  const bool watched = values.count("-m") > 0;
  if (range.empty() || watched != (values.count("-t") > 0) || (values.count("-r") > 0 && !watched)) return usage();
  for (const auto& device : split(values.count("-s") > 0 ? values["-s"] : "net", ',')) {
    if (device != "hd" && device != "net") return usage();
  }
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  Lookup lookup(store);
  std::vector<const Machine*> machines;
  if (!machines_of(call, hosts, &lookup, range, &machines)) return 1;
  int status = 0;
  std::vector<const Machine*> booted;
  for (const Machine* const machine : machines) {
    if (machine->kind != Machine::Kind::kNode || !controlled(call, hosts, &lookup, machine->name())) {
      status = 1;
      continue;
    }
    const std::string server = table_address(hosts, lookup.text(machine->name(), "noderes", "xcatmaster"));
    if (start(hosts, &lookup, *machine, server)) booted.push_back(machine);
    call.out += machine->name() + ": Success\n";
  }
  boot_postscripts(hosts, &lookup, booted);
  return status;
}

// A node that rpower starts boots from its own boot list: the server of its last rnetboot or snmove (6.2: "not rpower
// alone").
int cmd_rpower(Call& call) {
  const auto usage = [&] { return call.fail("Usage: rpower <noderange> on|off|reset|boot|stat\n"); };
  if (call.args.size() != 2 || starts_with(call.args[0], "-")) return usage();
  const std::string& action = call.args[1];
  if (!contains({"on", "off", "reset", "boot", "stat", "state"}, action)) return usage();
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  Lookup lookup(store);
  std::vector<const Machine*> machines;
  if (!machines_of(call, hosts, &lookup, call.args[0], &machines)) return 1;
  int status = 0;
  std::vector<const Machine*> booted;
  for (const Machine* const machine : machines) {
    if (machine->kind != Machine::Kind::kNode || !controlled(call, hosts, &lookup, machine->name())) {
      status = 1;
      continue;
    }
    const Node node = hosts.folder(*machine);
    const bool off = node.get("down") == "powered off\n";
    if (action == "stat" || action == "state") {
      call.out += machine->name() + ": " + (off ? "Not Activated" : "Running") + "\n";
      continue;
    }
    if (action == "off") {
      node.write("down", "powered off\n");
    } else if (action != "on" || off) {
      if (start(hosts, &lookup, *machine, node.setting("bserver"))) booted.push_back(machine);
    }
    call.out += machine->name() + ": Success\n";
  }
  boot_postscripts(hosts, &lookup, booted);
  return status;
}

namespace {

struct Move {
  std::string range, source, source_facing, dest, dest_facing, scripts;
  bool database_only = false, lite_only = false, given_scripts = false;
};

bool parse(const Strings& args, Move* move) {
  const std::map<std::string, std::string*> values = {{"-s", &move->source},        {"--source", &move->source},
                                                      {"-S", &move->source_facing}, {"--sourcen", &move->source_facing},
                                                      {"-d", &move->dest},          {"--dest", &move->dest},
                                                      {"-D", &move->dest_facing},   {"--destn", &move->dest_facing},
                                                      {"-P", &move->scripts},       {"--postscripts", &move->scripts}};
  for (size_t i = 0; i < args.size(); ++i) {
    const auto value = values.find(args[i]);
    if (value != values.end()) {
      if (++i >= args.size()) return false;
      *value->second = args[i];
      move->given_scripts = move->given_scripts || value->second == &move->scripts;
    } else if (args[i] == "-i" || args[i] == "--ignorenodes") {
      move->database_only = true;
    } else if (args[i] == "-l" || args[i] == "--liteonly") {
      move->lite_only = true;
    } else if (args[i] == "-V") {
      continue;
    } else if (starts_with(args[i], "-") || !move->range.empty()) {
      return false;
    } else {
      move->range = args[i];
    }
  }
  return !move->range.empty() || !move->source.empty();
}

// The new list: the destination first, the others in their order.
struct Turned {
  Strings list;
  std::string from;  // the first server of the list before
};

bool turn(const Move& move, Strings list, Turned* turned) {
  if (list.empty() || (move.dest.empty() && list.size() < 2)) return false;
  turned->from = list[0];
  std::string to = move.dest;
  if (to.empty()) to = list[1];
  list.erase(std::remove(list.begin(), list.end(), to), list.end());
  list.insert(list.begin(), to);
  turned->list = list;
  return true;
}

}  // namespace

int cmd_snmove(Call& call) {
  Move move;
  if (!parse(call.args, &move)) {
    return call.fail(
        "Usage: snmove <noderange> [-V] [-l|--liteonly] [-d|--dest sn2] [-D|--destn sn2n] [-i|--ignorenodes]\n"
        "              [-P|--postscripts script1,script2...|all]\n"
        "       snmove -s|--source sn1 [-S|--sourcen sn1n] [-d|--dest sn2] [-D|--destn sn2n] [-i|--ignorenodes] ...\n");
  }
  if (move.database_only && move.given_scripts) {
    return call.fail("-P and -i flags cannot be specified at the same time.\n");
  }
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  int status = 0;
  std::map<std::string, std::string> masters;  // node -> its new xcatmaster
  std::map<std::string, std::string> old_masters;
  {
    const Lock held(store.lock());
    Lookup lookup(store);
    Strings nodes;
    if (!range_of(call, &lookup, move.range.empty() ? "all" : move.range, &nodes)) return 1;
    Table noderes, nodehm;
    if (!store.load("noderes", &noderes) || !store.load("nodehm", &nodehm)) return call.fail("Error: no noderes\n");
    for (const auto& node : nodes) {
      const Machine* const machine = hosts.find(node);
      if (!machine || machine->kind != Machine::Kind::kNode) continue;
      const Strings list = words_of(lookup.text(node, "noderes", "servicenode"));
      const std::string master = lookup.text(node, "noderes", "xcatmaster");
      if (!move.source.empty() && (list.empty() || list[0] != move.source)) continue;
      if (move.lite_only) continue;  // 6.2: only rsyncs statelite data, moves nothing
      Turned turned;
      if (!turn(move, list, &turned)) {
        status = call.fail("Error: " + node + ": no backup service node in its servicenode list\n");
        continue;
      }
      // 6.1 (333-340): it warns on AIX for more than two, where it has to choose the new one itself.
      if (move.dest.empty() && list.size() > 2) call.err += "Warning: " + node + " has more than two service nodes\n";
      // Without -D snmove takes the management node's name of the server, which need not be the node-facing one (6.2).
      const std::string& to = turned.list[0];
      const std::string facing = move.dest_facing.empty() ? to : move.dest_facing;
      noderes.set(node, "servicenode", join(turned.list, ","));
      noderes.set(node, "xcatmaster", facing);
      const auto follows = [&](Table* table, const char* column, const std::string& value) {
        const std::string now = lookup.text(node, table->name, column);
        if (!now.empty() && (now == turned.from || now == master)) table->set(node, column, value);
      };
      follows(&noderes, "nfsserver", facing);
      follows(&noderes, "tftpserver", facing);
      // "Not valid. It will not be reset": one word, without the name that the node has for it (snmove.pm).
      const std::string monitor = lookup.text(node, "noderes", "monserver");
      if (!monitor.empty() && monitor.find(',') == std::string::npos) {
        call.err += node + ": noderes.monserver \"" + monitor + "\" is not valid. It will not be reset.\n";
      } else if (!monitor.empty() && split(monitor, ',')[0] == turned.from) {
        noderes.set(node, "monserver", to + "," + facing);
      }
      follows(&nodehm, "conserver", to);
      masters[node] = facing;
      old_masters[node] = master;
    }
    store.save(noderes);
    store.save(nodehm);
  }
  Lookup lookup(store);
  Strings moved;
  for (const auto& one : masters) moved.push_back(one.first);
  if (move.lite_only || move.database_only || moved.empty()) return status;
  if (configure_consoles(call, hosts, &lookup, moved) != 0) status = 1;
  std::vector<const Machine*> reachable;
  for (const auto& node : moved) {
    const Machine* const machine = hosts.find(node);
    const Node folder = hosts.folder(*machine);
    if (!answers(folder) || node_hangs(folder)) {
      status = call.fail(node + ": Error: no answer; only the database was changed for it\n");
      continue;
    }
    const std::string to = table_address(hosts, masters[node]), from = table_address(hosts, old_masters[node]);
    folder.write_path("/etc/xcatinfo", "XCATSERVER=" + masters[node] + "\n");
    folder.set_setting("bserver", to);  // bootlist -m normal ... bserver=
    // 1276-1353: the gateway only where networks.gateway is <xcatmaster>, and only a sole default.
    const Table& networks = lookup.table("networks");
    const bool by_master = std::any_of(networks.rows.begin(), networks.rows.end(), [&](const Row& row) {
      return networks.get(row, "gateway").value_or("") == "<xcatmaster>" && !networks.disabled(row);
    });
    Strings defaults;
    for (const auto& route : Routes(folder).load()) {
      if (route.is_default()) defaults.push_back(route.gateway);
    }
    if (by_master && defaults == Strings{from} && !to.empty()) {
      Node same = folder;
      Call change{same, {}, "", ""};
      run_route(change, {"change", "default", to});
    }
    reachable.push_back(machine);
  }
  std::string scripts = "syslog,setupntp,mkresolvconf";
  const bool all = move.scripts == "all";
  if (!move.scripts.empty() && !all) scripts += "," + move.scripts;
  run_postscripts(call, hosts, &lookup, reachable, all ? nullptr : &scripts);
  return status;
}

}  // namespace aixsim
