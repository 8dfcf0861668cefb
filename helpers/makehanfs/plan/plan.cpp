// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/plan/plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "aix/commands.hpp"
#include "config/domains.hpp"
#include "makehanfs/model/findings.hpp"
#include "makehanfs/model/postscripts.hpp"
#include "makehanfs/plan/settings_files.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Argv = std::vector<std::string>;

Argv operator+(Argv first, const Argv& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// hanfs.conf has to say what the commands of this plan say: settings may stand on the command line only.
Argv settings_command(const Settings& settings) {
  const Settings usual;
  Argv argv{"makehanfs", "settings"};
  const auto add = [&](const char* option, const std::string& value, const std::string& otherwise) {
    if (value != otherwise) argv = std::move(argv) + Argv{option, value};
  };
  add("--directory", settings.directory, usual.directory);
  add("--access", settings.access, usual.access);
  add("--timeo", std::to_string(settings.timeo), std::to_string(usual.timeo));
  add("--retrans", std::to_string(settings.retrans), std::to_string(usual.retrans));
  return argv;
}

class PlanMaker {
 public:
  PlanMaker(const Cluster& cluster, const Settings& settings, const Engine& engine)
      : cluster_(cluster), settings_(settings) {
    plan_.engine = engine;
    plan_.servers.resize(cluster.servers.size());
    plan_.sections.resize(cluster.domains.size());
    primary_nodes_.resize(cluster.servers.size());
    for (const Node& node : cluster.nodes) {
      const std::size_t home = boot_server(node);
      if (home != no_index) ++primary_nodes_[home];
      homes_[node.name] = home == no_index ? "" : cluster.servers[home].name;
    }
    for (std::size_t i = 0; i < cluster.domains.size(); ++i) {
      const Domain& domain = cluster.domains[i];
      plan_.closed_by.push_back(codes_that_close(settings, domain));
      if (domain.valid) plan_.sections[i] = domain_section(cluster, settings, i);
      if (domain.valid && plan_.closed_by.back().empty()) open_.push_back(i);
    }
  }

  ClusterPlan make() {
    begin(Stage::Kind::tables, "tables");
    for (const TableChange& line : cluster_.table_changes) add_here(line.id, line.why, line.argv);
    images();
    if (!open_.empty()) {
      begin(Stage::Kind::settings, "settings");
      add_here("settings", "hanfs.conf for nodes and servers, with the replicas of each domain",
               settings_command(settings_));
      copies();
      for (const std::size_t domain : open_) servers(domain);
      begin(Stage::Kind::boot, "boot of the nodes");
      if (!settings_.boot_nodes)
        for (const std::size_t domain : open_) boot(domain);
      begin(Stage::Kind::nodes, "nodes");
      for (const std::size_t domain : open_) tune(domain);
      begin(Stage::Kind::status, "status");
      add_here("status", "who is served by whom, and who could not be tuned", status_of_these());
      monitors();
    }
    auto& stages = plan_.stages;
    stages.erase(std::remove_if(stages.begin(), stages.end(), [](const Stage& stage) { return stage.actions.empty(); }),
                 stages.end());
    return std::move(plan_);
  }

 private:
  void begin(Stage::Kind kind, std::string title) { plan_.stages.push_back({kind, std::move(title), {}}); }

  // "tune-A", then "tune-A-2", unless a domain A-2 has that already.
  std::string unique(const std::string& id) {
    std::string candidate;
    do {
      const std::size_t number = ++times_[id];
      candidate = number == 1 ? id : id + "-" + std::to_string(number);
    } while (!ids_.insert(candidate).second);
    return candidate;
  }

  Action& add_here(const std::string& id, const std::string& why, Argv argv, Action::By by = Action::By::script) {
    Action action;
    action.id = unique(id);
    action.why = why;
    action.argv = std::move(argv);
    action.by = by;
    plan_.stages.back().actions.push_back(std::move(action));
    return plan_.stages.back().actions.back();
  }

  Action& add_on_hosts(const std::string& id, const Domain& domain, std::vector<std::string> hosts, Argv argv,
                       Action::Judge judge, Action::Role role, const std::string& why) {
    Action action;
    action.id = unique(id);
    action.why = why;
    action.argv = std::move(argv);
    action.domain = domain.name;
    action.hosts = std::move(hosts);
    action.where = Action::Where::hosts;
    action.judge = judge;
    action.role = role;
    plan_.stages.back().actions.push_back(std::move(action));
    return plan_.stages.back().actions.back();
  }

  // `what`: export-asn01 is checked by verify-asn01.
  Action& add_work(const char* what, const char* check, const std::string& of, const Domain& domain,
                   std::vector<std::string> hosts, Argv argv, const std::string& why, const char* check_why) {
    Action& action = add_on_hosts(std::string(what) + "-" + of, domain, std::move(hosts), std::move(argv),
                                  Action::Judge::verdicts, Action::Role::work, why);
    action.check_id = unique(std::string(check) + "-" + of);
    action.check_why = check_why;
    return action;
  }

  // Who has to get a copy: each server, one of each set that shares, or nobody.
  Argv copy_targets() const {
    Argv targets;
    if (cluster_.shared_install == SharedInstall::all) return targets;
    for (const std::size_t domain : open_) {
      for (const std::size_t server : cluster_.domains[domain].servers) {
        if (is_left_out(server)) continue;
        targets.push_back(cluster_.servers[server].name);
        if (cluster_.shared_install == SharedInstall::sns) break;
      }
    }
    return targets;
  }

  // NIM resources and the tables that nodes boot from stay as they are until mkdsklsnode makes them anew: also those of
  // domains that are closed by what the tables have wrong now.
  void images() {
    const auto& lines = cluster_.table_changes;
    const bool changed = std::any_of(lines.begin(), lines.end(), [](const TableChange& line) {
      return line.id == "table-nfsv4" || line.id == "table-statelite";
    });
    if (!changed) return;
    Argv names;
    for (const Node& node : cluster_.nodes)
      if (node.domain != no_index && cluster_.domains[node.domain].valid) names.push_back(node.name);
    begin(Stage::Kind::images, "boot images");
    if (!names.empty())
      add_here("mkdsklsnode",
               "the tables above take effect with it, and nodes see it at their next boot; NIM resources that a server "
               "has already keep their nfs_vers (nim -o change -a nfs_vers=4 RESOURCE)",
               {"mkdsklsnode", xcat::fold(names)}, Action::By::person);
  }

  void copies() {
    const Argv targets = copy_targets();
    if (targets.empty()) return;
    begin(Stage::Kind::copies, "copies to the servers");
    const std::string to = xcat::fold(targets);
    const bool each = cluster_.shared_install == SharedInstall::no;
    const std::string who = each ? "each server has an /install of its own" : "the servers of a domain share /install";
    const auto add = [&](const char* id, const char* folder, const std::string& why, Action::By by) {
      add_here(id, why + who, copy_command(folder, to), by).judge = Action::Judge::rsync_lines;
    };
    add("copy-postscripts", postscripts_folder, "service nodes hand out postscripts from copies of their own; ",
        Action::By::script);
    add("copy-prescripts", "/install/prescripts", "setuphanfs and hanfs_export with their settings; ",
        Action::By::script);
    add("copy-images", "/install/nim",
        "mkdsklsnode does not copy images again that a server has already, and replicas have to be the same; not "
        "while nodes boot, and with care: ",
        Action::By::person);
  }

  Argv setuphanfs_command(std::size_t server) const {
    const Server& own = cluster_.servers[server];
    const Domain& domain = cluster_.domains[own.domain];
    Argv argv{settings_.server_command, "--replica", own.address};
    for (const std::size_t other : domain.servers)
      if (other != server) argv.push_back(cluster_.servers[other].address);
    if (settings_.directory != "/install") argv = std::move(argv) + Argv{"--directory", settings_.directory};
    if (settings_.access != "ro") argv = std::move(argv) + Argv{"--access", settings_.access};
    if (!domain.nfs_domain.empty()) argv = std::move(argv) + Argv{"--nfs-domain", domain.nfs_domain};
    if (settings_.disruptive) argv.emplace_back("--disruptive");
    // It asks its partners itself, and none of them is there to answer.
    if (settings_.disruptive && servers_to_change(own.domain).size() == 1) argv.emplace_back("--alone");
    return argv;
  }

  // The server with the fewest nodes goes first, because what goes wrong with it hurts the fewest. Those that are down
  // are left out.
  std::vector<std::size_t> servers_to_change(std::size_t domain) const {
    std::vector<std::size_t> ordered;
    for (const std::size_t server : cluster_.domains[domain].servers)
      if (!is_left_out(server)) ordered.push_back(server);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&](std::size_t a, std::size_t b) { return primary_nodes_[a] < primary_nodes_[b]; });
    return ordered;
  }

  bool is_left_out(std::size_t server) const {
    const auto& without = settings_.without;
    return std::find(without.begin(), without.end(), cluster_.servers[server].name) != without.end();
  }

  // One domain, from its first server to its last, before the next one is begun. Where clients may be interrupted, each
  // server is changed only while all others of the domain serve and the nodes of the domain are down.
  void servers(std::size_t domain) {
    const std::vector<std::size_t> ordered = servers_to_change(domain);
    const Domain& own = cluster_.domains[domain];
    for (std::size_t i = 0; i < ordered.size(); ++i) plan_.servers[ordered[i]] = {i, setuphanfs_command(ordered[i])};
    if (settings_.disruptive) {
      looks(own, ordered);
      if (settings_.boot_nodes) stop(domain);
    }
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      const Server& server = cluster_.servers[ordered[i]];
      begin(Stage::Kind::servers,
            "domain " + own.name + ", server " + std::to_string(i + 1) + " of " + std::to_string(ordered.size()));
      if (settings_.disruptive && !settings_.boot_nodes && i == 0) has_no_guests(domain);
      if (settings_.disruptive) guards(own, ordered[i]);
      add_work("export", "verify", server.name, own, {server.name}, plan_.servers[ordered[i]].argv,
               settings_.directory + " with its replicas; " + text::counted(primary_nodes_[ordered[i]], "node") +
                   " of domain " + own.name + " run from it",
               "before the next server of the domain: is it as wanted?")
          .interrupts = settings_.disruptive;
    }
    if (settings_.disruptive && settings_.boot_nodes) {
      begin(Stage::Kind::boot, "domain " + own.name + ", boot of its nodes");
      homes_serve("boot", own, "nodes boot only from a server that serves: ");
      boot(domain);
    }
  }

  void looks(const Domain& domain, const std::vector<std::size_t>& servers) {
    begin(Stage::Kind::looks, "domain " + domain.name + ", what is to be done");
    for (const std::size_t server : servers) {
      const std::string& name = cluster_.servers[server].name;
      add_on_hosts("look-" + name, domain, {name}, plan_.servers[server].argv + Argv{"--check"},
                   Action::Judge::verdicts, Action::Role::look,
                   "a server that is as wanted needs no change, and nodes need not be down for it");
    }
  }

  // First what every server answers that is up: exportfs says nothing where nothing is exported.
  void serve(const std::string& id, const Domain& domain, const std::vector<std::string>& servers,
             const std::string& why) {
    add_on_hosts("nfsd-" + id, domain, servers, aix::list_nfs_subsystems(), Action::Judge::nfsd, Action::Role::guard,
                 why + "is nfsd active?");
    add_on_hosts("exports-" + id, domain, servers, aix::list_exports(), Action::Judge::exports, Action::Role::guard,
                 why + "what do they export?")
        .directory = settings_.directory;
  }

  void guards(const Domain& domain, std::size_t server) {
    std::vector<std::string> others;
    for (const std::size_t other : domain.servers)
      if (other != server && !is_left_out(other)) others.push_back(cluster_.servers[other].name);
    const std::string& name = cluster_.servers[server].name;
    if (!others.empty())
      serve("before-" + name, domain, others, "no server is interrupted unless all others of its domain serve: ");
    std::vector<std::string> nodes = node_names(cluster_, domain.nodes);
    nodes.insert(nodes.end(), domain.other_nodes.begin(), domain.other_nodes.end());
    are_down("down-before-" + name, domain, nodes,
             "nodes that are up hold NFSv4 state on their servers, which keeps exports from being withdrawn");
  }

  void are_down(const std::string& id, const Domain& domain, const std::vector<std::string>& nodes, const char* why) {
    for (std::vector<std::string>& part : parts(nodes))
      add_on_hosts(id, domain, std::move(part), question_command(), Action::Judge::silence, Action::Role::guard, why);
  }

  // The servers that nodes of the domain boot from, down for good or not; by noderes.xcatmaster that may be one of
  // another domain.
  void homes_serve(const std::string& before, const Domain& domain, const std::string& why) {
    std::vector<std::size_t> homes;
    for (const std::size_t server : domain.servers)
      if (primary_nodes_[server] != 0) homes.push_back(server);
    for (const std::size_t node : domain.nodes) {
      const std::size_t home = boot_server(cluster_.nodes[node]);
      if (home != no_index && std::find(homes.begin(), homes.end(), home) == homes.end()) homes.push_back(home);
    }
    std::vector<std::string> names;
    for (const std::size_t home : homes) names.push_back(cluster_.servers[home].name);
    if (!names.empty()) serve(before + "-" + domain.name, domain, names, why);
  }

  // Each domain asks all nodes but its own, which grows with the square of the site. In a plan beyond this only nodes
  // of none of its domains are asked; one for a single domain (a noderange) asks all nodes of any site.
  bool guests_are_asked_everywhere() const {
    constexpr std::size_t most = 4'000'000;  // names in a plan: 20,000 nodes in 200 domains, 160 MB
    return open_.size() <= 1 || cluster_.nodes.size() <= most / open_.size();
  }

  std::vector<std::string> nodes_of_none() const {
    std::vector<std::string> nodes = cluster_.other_nodes;
    for (const Node& node : cluster_.nodes)
      if (node.domain == no_index && text::is_host_name(node.name)) nodes.push_back(node.name);
    return nodes;
  }

  // Whoever else runs from its servers holds their exports as its own nodes do, and is not shut down.
  // One question for all of them, as the engine has a fan-out of its own: they may be the whole site.
  void has_no_guests(std::size_t index) {
    const Domain& domain = cluster_.domains[index];
    std::vector<std::string> nodes = guests_are_asked_everywhere() ? nodes_outside(cluster_, index) : nodes_of_none();
    const std::set<std::string> users(domain.other_users.begin(), domain.other_users.end());
    nodes.erase(
        std::remove_if(nodes.begin(), nodes.end(), [&](const std::string& node) { return users.count(node) != 0; }),
        nodes.end());
    for (const bool all_known : {true, false}) {
      const std::vector<std::string>& asked = all_known ? domain.other_users : nodes;
      if (asked.empty()) continue;
      Action& action = add_on_hosts(
          (all_known ? "users-" : "guests-") + domain.name, domain, asked, servers_question(), Action::Judge::guests,
          Action::Role::guard,
          all_known ? "by the tables these may run from the servers of this domain, and are not of it: one that is "
                      "silent may hold state there"
                    : "no node of another domain, or of none, may run from the servers of this one");
      action.servers = names_of_servers(cluster_, domain);
      action.all_known = all_known;
    }
  }

  void stop(std::size_t index) {
    const Domain& domain = cluster_.domains[index];
    begin(Stage::Kind::stop, "domain " + domain.name + ", shutdown of its nodes");
    homes_serve("stop", domain, "no node is shut down whose server could not boot it again: ");
    has_no_guests(index);
    are_down("down-outside-" + domain.name, domain, domain.other_nodes,
             "nodes outside of the noderange run from the same servers, and are not shut down");
    for (std::vector<std::string>& nodes : parts(domain))
      add_on_hosts("known-" + domain.name, domain, std::move(nodes), question_command(), Action::Judge::known,
                   Action::Role::guard, "a node that hangs holds its state and does not shut down");
    for (const std::vector<std::string>& nodes : parts(domain)) {
      Action& action = add_here("power-" + domain.name, "nodes that xCAT cannot boot again are not shut down",
                                {"rpower", xcat::fold(nodes), "stat"}, Action::By::apply);
      action.domain = domain.name;
      action.hosts = nodes;
      action.role = Action::Role::guard;
    }
    for (std::vector<std::string>& nodes : parts(domain))
      add_on_hosts("stop-" + domain.name, domain, std::move(nodes), shutdown_command(), Action::Judge::nothing,
                   Action::Role::work, "nodes run from the servers that are changed now; they boot afterwards")
          .interrupts = true;
  }

  // In parts of at most `fanout`.
  std::vector<std::vector<std::string>> parts(const std::vector<std::string>& nodes) const {
    const auto most = static_cast<std::size_t>(std::max(1L, settings_.fanout));
    std::vector<std::vector<std::string>> all;
    for (const std::string& node : nodes) {
      if (all.empty() || all.back().size() == most) all.emplace_back();
      all.back().push_back(node);
    }
    return all;
  }
  std::vector<std::vector<std::string>> parts(const Domain& domain) const {
    return parts(node_names(cluster_, domain.nodes));
  }

  std::vector<std::string> homes_of(const std::vector<std::string>& nodes) const {
    std::vector<std::string> homes;
    homes.reserve(nodes.size());
    for (const std::string& node : nodes) homes.push_back(homes_.at(node));
    return homes;
  }

  void boot(std::size_t index) {
    const Domain& domain = cluster_.domains[index];
    for (const std::vector<std::string>& nodes : parts(domain)) {
      const Action::By by = settings_.boot_nodes   ? Action::By::apply
                            : settings_.disruptive ? Action::By::script
                                                   : Action::By::person;
      if (settings_.boot_nodes)
        add_on_hosts("running-" + domain.name, domain, nodes, question_command(), Action::Judge::up, Action::Role::look,
                     "a node that answers did not shut down, or somebody else has booted it: it is not booted");
      Action& action = add_here("boot-" + domain.name,
                                "nodes learn of their replicas only when they boot, and run the postscript then",
                                {"rnetboot", xcat::fold(nodes)}, by);
      action.domain = domain.name;
      action.hosts = nodes;
      action.homes = homes_of(nodes);
      action.interrupts = true;
      action.boots = true;
      if (settings_.boot_nodes)
        add_on_hosts("up-" + domain.name, domain, nodes, question_command(), Action::Judge::answers, Action::Role::wait,
                     "nodes take minutes to boot");
    }
  }

  // Other domains are none of a limited plan's business.
  Argv status_of_these() const {
    Argv argv = status_command(settings_);
    if (!cluster_.limited) return argv;
    std::vector<std::string> names;
    for (const Node& node : cluster_.nodes)
      if (text::is_host_name(node.name)) names.push_back(node.name);
    argv.push_back(xcat::fold(names));
    return argv;
  }

  void tune(std::size_t index) {
    const Domain& domain = cluster_.domains[index];
    for (const std::vector<std::string>& nodes : parts(domain))
      add_work("tune", "check", domain.name, domain, nodes, {settings_.node_command}, "now; from then on at every boot",
               "is it as wanted on all of them?")
          .homes = homes_of(nodes);
  }

  // The definitions of packaging/rmc/README.md. What a remote shell reads is one word here, with the quotes that it
  // needs, so that the line can be typed as it is shown.
  void monitors() {
    std::vector<std::string> nodes;
    for (const Node& node : cluster_.nodes)
      if (std::find(open_.begin(), open_.end(), node.domain) != open_.end()) nodes.push_back(node.name);
    if (nodes.empty()) return;
    begin(Stage::Kind::monitors, "optional: RMC watches the nodes");
    const std::string command = settings_.check_command + " node";
    const auto add = [&](const char* id, std::string line, const std::string& why) {
      Action& action = add_here(id, why, {std::move(line)}, Action::By::person);
      action.where = Action::Where::hosts;
      action.hosts = nodes;
    };
    const std::string cron =
        "*/5 * * * * " + command + " >/tmp/hanfs.state 2>&1 || logger -p local4.err -t xcat -f /tmp/hanfs.state";
    add("rmc-sensor", "mksensor -i 300 -e 0 hanfs \"" + command + "\"",
        "a node tells by itself that it would not fail over; a root that is made anew at each boot forgets this and "
        "what follows; without RMC a line of the node's crontab does it: " +
            cron);
    add("rmc-condition",
        R"(mkcondition -r IBM.Sensor -s "Name == \"hanfs\"" -e "ExitValue != 0" -E "ExitValue == 0")"
        R"( -d "the node would not fail over as wanted" -D "it would again" -S w hanfs_node)",
        "the exit status of checkhanfs is the state");
    add("rmc-response",
        R"(mkresponse -n log -s "/usr/bin/logger -p local4.err -t xcat hanfs: see lssensor -A d hanfs" -e b hanfs_log)",
        "or what your site does with an event");
    add("rmc-link", "mkcondresp hanfs_node hanfs_log", "the one with the other");
    add("rmc-start", "startcondresp hanfs_node hanfs_log", "RMC runs the sensor from now on");
  }

  const Cluster& cluster_;
  const Settings& settings_;
  ClusterPlan plan_;
  std::vector<std::size_t> open_;
  std::vector<std::size_t> primary_nodes_;    // by server
  std::map<std::string, std::string> homes_;  // by node, the server it boots from; empty: not known
  std::map<std::string, std::size_t> times_;
  std::set<std::string> ids_;
};

}  // namespace

std::vector<std::string> status_command(const Settings& settings) {
  Argv argv{"makehanfs", "status"};
  if (!settings.engine.empty()) argv = std::move(argv) + Argv{"--engine", settings.engine};
  for (const std::string& word : settings.engine_option) argv.push_back("--engine-option=" + word);
  for (const std::string& word : settings.engine_prefix) argv.push_back("--engine-prefix=" + word);
  if (settings.node_command != Settings{}.node_command)
    argv = std::move(argv) + Argv{"--node-command", settings.node_command};
  return argv;
}

std::vector<std::string> codes_that_close(const Settings& settings, const Domain& domain) {
  std::vector<std::string> all = domain.closed_by;
  if (settings.boot_nodes) all.insert(all.end(), domain.kept_up_by.begin(), domain.kept_up_by.end());
  std::vector<std::string> codes;
  for (const std::string& code : all)
    if (std::find(settings.despite.begin(), settings.despite.end(), code) == settings.despite.end())
      codes.push_back(code);
  return codes;
}

Settings with_all_open(Settings settings, const Cluster& cluster) {
  for (const Domain& domain : cluster.domains)
    for (const auto* codes : {&domain.closed_by, &domain.kept_up_by})
      settings.despite.insert(settings.despite.end(), codes->begin(), codes->end());
  return settings;
}

ClusterPlan make_plan(const Cluster& cluster, const Settings& settings, const Engine& engine) {
  return PlanMaker(cluster, settings, engine).make();
}

Action check_of(const Action& action) {
  Action check = action;
  check.id = std::exchange(check.check_id, "");
  check.why = std::exchange(check.check_why, "");
  check.argv.emplace_back("--check");
  check.interrupts = false;
  check.role = Action::Role::check;
  return check;
}

std::vector<std::vector<Action>> turns_of(const Stage& stage, long fanout) {
  const auto most = static_cast<std::size_t>(std::max(1L, fanout));
  std::vector<std::vector<Action>> turns;
  for (auto next = stage.actions.begin(); next != stage.actions.end();) {
    std::vector<Action> turn;
    std::vector<Action> checks;
    std::size_t hosts = 0;
    const auto first = next;
    for (; next != stage.actions.end() && next->role == first->role && next->where == first->where &&
           (turn.empty() || hosts + next->hosts.size() <= most);
         ++next) {
      hosts += next->hosts.size();
      turn.push_back(*next);
      if (!next->check_id.empty()) checks.push_back(check_of(*next));
    }
    turns.push_back(std::move(turn));
    if (!checks.empty()) turns.push_back(std::move(checks));
  }
  return turns;
}

std::vector<std::string> question_command() { return {"/usr/bin/hostname"}; }

std::vector<std::string> servers_question() { return aix::show_filesystems(); }

std::vector<ServerNames> names_of_servers(const Cluster& cluster, const Domain& domain) {
  std::vector<ServerNames> all;
  for (const std::size_t index : domain.servers) {
    const Server& server = cluster.servers[index];
    ServerNames names{server.name, server.other_addresses};
    std::vector<std::string> more{server.name, server.node_facing_name, server.address};
    more.insert(more.end(), server.interfaces.begin(), server.interfaces.end());
    for (std::string& name : more)
      if (!name.empty() && std::find(names.known_as.begin(), names.known_as.end(), name) == names.known_as.end())
        names.known_as.push_back(std::move(name));
    all.push_back(std::move(names));
  }
  return all;
}

std::vector<std::string> shutdown_command() { return {"/usr/sbin/shutdown", "-F"}; }

std::vector<std::string> command_line(const Engine& engine, const Action& action) {
  return action.where == Action::Where::here ? action.argv
                                             : command_line(engine, xcat::fold(action.hosts), action.argv);
}

bool has_results(const Action& action) {
  return action.judge == Action::Judge::verdicts &&
         (action.role == Action::Role::work || action.role == Action::Role::check);
}

const char* source_name(Domain::Source source) {
  switch (source) {
    case Domain::Source::hanfsdomid:
      return "hanfsdomid";
    case Domain::Source::settings:
      return "settings";
    case Domain::Source::servicenode:
      return "servicenode";
  }
  return "";
}

}  // namespace hanfs::cluster
