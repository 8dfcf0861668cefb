// SPDX-License-Identifier: Apache-2.0
// The part of plan.hpp that shows a plan.
#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "makehanfs/model/findings.hpp"
#include "makehanfs/plan/plan.hpp"
#include "net/address.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t rows_shown = 40;  // beyond this a screen is no help; --verbose and --json have everything

std::vector<std::size_t> primary_nodes(const Cluster& cluster) {
  std::vector<std::size_t> counts(cluster.servers.size());
  for (const Node& node : cluster.nodes)
    if (!node.servers.empty()) ++counts[node.servers.front()];
  return counts;
}

const char* state_of(const Cluster& cluster, const ClusterPlan& plan, std::size_t domain) {
  if (!cluster.domains[domain].valid) return "not sound";
  if (!plan.closed_by[domain].empty()) return "closed";
  return cluster.domains[domain].closed_by.empty() ? "sound" : "open, despite errors";
}

// "  ... 960 more; --verbose shows all"
std::string rest_line(std::size_t all, bool verbose) {
  if (verbose || all <= rows_shown) return {};
  return "  ... " + std::to_string(all - rows_shown) + " more; --verbose shows all\n";
}

std::size_t shown(std::size_t all, bool verbose) { return verbose ? all : std::min(all, rows_shown); }

std::string domains_text(const Cluster& cluster, const ClusterPlan& plan, bool verbose) {
  if (cluster.domains.empty()) return "No HA domain.\n";
  report::Table table({"DOMAIN", "BY", "SERVERS", "NODES", "NFS DOMAIN", "GATEWAYS", "STATE"});
  for (std::size_t i = 0; i < shown(cluster.domains.size(), verbose); ++i) {
    const Domain& domain = cluster.domains[i];
    table.add({domain.name, source_name(domain.source), report::joined(server_names(cluster, domain.servers), " "),
               std::to_string(domain.nodes.size()), domain.nfs_domain.empty() ? "-" : domain.nfs_domain,
               domain.gateways.empty() ? "-" : report::joined(domain.gateways, " "), state_of(cluster, plan, i)});
  }
  return table.text() + rest_line(cluster.domains.size(), verbose);
}

std::string servers_text(const Cluster& cluster, bool verbose) {
  const std::vector<std::size_t> nodes = primary_nodes(cluster);
  report::Table table({"SERVER", "ADDRESS", "KNOWN TO NODES AS", "NODES", "DOMAIN"});
  std::size_t all = 0;
  for (std::size_t i = 0; i < cluster.servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    if (!server.asked_for || (++all > rows_shown && !verbose)) continue;
    table.add({server.name, server.address.empty() ? "?" : server.address,
               server.node_facing_name.empty() ? "-" : server.node_facing_name, std::to_string(nodes[i]),
               server.domain == no_index ? "-" : cluster.domains[server.domain].name});
  }
  return table.empty() ? "" : "\n" + table.text() + rest_line(all, verbose);
}

std::string findings_text(const Cluster& cluster, bool verbose) {
  std::string text;
  for (const Finding& finding : cluster.findings) {
    constexpr std::size_t few = 6;
    std::string subjects =
        verbose || finding.subjects.size() <= few ? report::joined(finding.subjects, ", ") : finding.range;
    constexpr std::size_t longest = 100;
    if (!verbose && subjects.size() > longest) subjects = abbreviate(finding.subjects);
    text += std::string(level_name(finding.level)) + " " + finding.code + ": " + report::escape_control(subjects) +
            ": " + report::escape_control(finding.what) + "\n";
    if (!finding.remedy.empty()) text += "    cure: " + report::escape_control(finding.remedy) + "\n";
  }
  return text.empty() ? text : "\n" + text;
}

// Who runs it, and who feels it; empty: apply, and nobody.
std::string conditions(const Action& action) {
  return std::string(action.by == Action::By::apply ? "" : "by hand, ") +
         (action.interrupts ? "interrupts clients, " : "");
}

void for_each_action(const ClusterPlan& plan, const std::function<void(const Stage&, const Action&)>& visit) {
  for (const Stage& stage : plan.stages)
    for (const std::vector<Action>& turn : turns_of(stage, plan.engine.fanout))
      for (const Action& action : turn) visit(stage, action);
}

std::string steps_text(const ClusterPlan& plan, bool verbose) {
  if (plan.stages.empty()) return "\nNothing to do.\n";
  std::string text = "\nTo do, in this order:\n";
  const Stage* last = nullptr;
  std::size_t all = 0;
  for_each_action(plan, [&](const Stage& stage, const Action& action) {
    if (++all > rows_shown && !verbose) return;
    if (&stage != std::exchange(last, &stage)) text += stage.title + ":\n";
    text += "  " + run::command_text(command_line(plan.engine, action)) + "\n      " + conditions(action) +
            "why: " + report::escape_control(action.why) + "\n";
  });
  return text + rest_line(all, verbose);
}

json domains_json(const Cluster& cluster, const ClusterPlan& plan) {
  json all = json::array();
  for (std::size_t i = 0; i < cluster.domains.size(); ++i) {
    const Domain& domain = cluster.domains[i];
    all.push_back({{"name", domain.name},
                   {"source", source_name(domain.source)},
                   {"sound", domain.valid && domain.closed_by.empty()},
                   {"closed_by", plan.closed_by[i]},
                   {"nfs_domain", domain.nfs_domain},
                   {"servers", server_names(cluster, domain.servers)},
                   {"gateways", domain.gateways},
                   {"nodes", xcat::fold(node_names(cluster, domain.nodes))},
                   {"count", domain.nodes.size()},
                   {"hanfs_conf", plan.sections[i]}});
  }
  return all;
}

json servers_json(const Cluster& cluster, const ClusterPlan& plan) {
  const std::vector<std::size_t> nodes = primary_nodes(cluster);
  json all = json::array();
  for (std::size_t i = 0; i < cluster.servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    if (!server.asked_for) continue;
    const ServerTask& task = plan.servers[i];
    all.push_back({{"name", server.name},
                   {"address", server.address},
                   {"facing", server.node_facing_name},
                   {"domain", server.domain == no_index ? json() : json(cluster.domains[server.domain].name)},
                   {"primary_of_nodes", nodes[i]},
                   {"round", task.round ? json(*task.round) : json()},
                   {"argv", task.argv}});
  }
  return all;
}

// Subjects as a noderange, like the nodes of a domain: a finding about all nodes of a large cluster must not be the
// largest part of the output.
json findings_json(const Cluster& cluster) {
  json all = json::array();
  for (const Finding& finding : cluster.findings)
    all.push_back({{"level", level_name(finding.level)},
                   {"code", finding.code},
                   {"subjects", finding.range},
                   {"count", finding.subjects.size()},
                   {"what", finding.what},
                   {"cure", finding.remedy}});
  return all;
}

json steps_json(const ClusterPlan& plan) {
  json all = json::array();
  for_each_action(plan, [&](const Stage& stage, const Action& action) {
    all.push_back({{"id", action.id},
                   {"why", action.why},
                   {"argv", command_line(plan.engine, action)},
                   {"domain", action.domain.empty() ? json() : json(action.domain)},
                   {"by_hand", action.by != Action::By::apply},
                   {"interrupts", action.interrupts},
                   {"asks", action.role != Action::Role::work && action.role != Action::Role::check},
                   {"stage", stage.title}});
  });
  return all;
}

std::string comment(const std::string& text) { return "# " + report::escape_control(text) + "\n"; }

// Exactly this word to a shell. run::shell_word is for eyes, and shows control characters as what they are not.
std::string exact_word(const std::string& word) {
  if (run::shell_word(word) == word) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// What the script's lines call. Waiting in on_hosts is for nodes that a person has booted.
constexpr const char* functions = R"sh(
mode=${1:-show}
case $mode in
  run | show) ;;
  *)
    printf '%s\n' "usage: sh $0 [run]" >&2
    exit 2
    ;;
esac
output=
status=0
patience=0  # seconds for what is asked again
wake=0      # seconds for nodes that were booted
needed=yes
off=''     # of nodes that were shut down and were not seen up since, "COUNT:RANGE" of each part
slow=''    # the same of parts that the others of their domain do not wait for any longer
tried=''   # those of them for which rnetboot was called
this=''    # the part that is booted
down=''    # ",-cn007,-cn009": nodes that were down before, and stay down
up=''      # the same of nodes that answer right before they would be booted
left=yes   # some node of the part is neither
failed=no  # rnetboot, of this part
wrong=''   # nodes that it says an error of
tries=0
since=0      # seconds waited after it
sleeping=''  # nodes that are known to be down when it is called
unbooted=''  # of all nodes, those that it did not begin to boot, as far as that is known
longest=''   # seconds until the last node of a part came up, the longest of all parts
booting=no   # nodes that nobody waits for
excuse=no    # nodes that are down
every=no     # node that is asked has to be heard
set -f     # ranges have brackets

start() {  # WHAT COMMAND...
  what=$1
  shift
  printf '%s\n' "== $what: $*"
  [ "$mode" = run ] || return 0
  output=$("$@" 2>&1 </dev/null)
  status=$?
  printf '%s\n' "$output" || :
}

answering() {  # the nodes in $output that say a word
  printf '%s\n' "$output" | grep -E '^[^: ]+: +[^ ]+$' | cut -d: -f1 | sort -u
}

absent() {  # the nodes in $output of which it is said that nobody is there
  printf '%s\n' "$output" | grep -E '^[^: ]+: .*connect to host .* port [0-9]+: ' |
    grep -v -E 'refused|unreachable|denied' | cut -d: -f1 | sort -u
}

less() {  # ",-cn007,-cn009"
  awk '$1 != "" { printf ",-%s", $1 }'
}

split() {  # yes|no: those nodes that were down before, or the others
  while read -r node; do
    case $1$down, in
      yes*",-$node,"*) printf '%s\n' "$node" ;;
      yes* | *",-$node,"*) ;;
      *) printf '%s\n' "$node" ;;
    esac
  done
}

among() {  # LIST: those that are in it
  grep -F -x -e "$1" | grep .
}

joined() {  # "cn007,cn009"
  awk '{ printf "%s%s", comma, $1; comma = "," }'
}

ready() {  # of how many nodes $output says that they are up, or down as they were before
  { answering; absent | split yes; } | sort -u | grep -c .
}

count_hosts() {  # of how many hosts the lines are
  cut -d: -f1 | sort -u | grep -c .
}

running() {  # COUNT WHAT COMMAND...: who answers is up, and is not booted; who goes down gets the time for it
  count=$1
  shift
  up=''
  left=yes
  [ "$needed" = yes ] || return 0
  while start "$@" && [ "$mode" = run ]; do
    up=$(answering | less)
    if [ "$up" = '' ] || [ "$patience" -le 0 ]; then break; fi
    sleep 30
    patience=$((patience - 30))
  done
  [ "$mode" = show ] || [ "$(ready)" -lt "$count" ] || left=no
}

abort() {  # WHY STATUS: but nodes that were shut down are booted, unless they answer a minute later
  trap '' HUP INT QUIT TERM
  printf '%s\n' "$what $1; nothing after it was done" >&2
  [ "$patience" -le 60 ] || patience=60
  for this in $slow $off; do
    spare=$patience
    case "$tried " in *" $this "*) patience=0 ;; esac
    running "${this%%:*}" 'who is up' ask_nodes "${this#*:}"
    sleeping=$(absent | split no)
    refusing=''
    boots=${this#*:}$down$up
    case "$tried " in
      *" $this "*)
        patience=$spare
        sleeping=$(printf '%s\n' "$sleeping" | among "$unbooted")
        boots=$(printf '%s\n' "$sleeping" | joined)
        refusing=$(printf '%s\n' "$output" | grep -E '^[^: ]+: .*connect to host .*: Connection refused' | cut -d: -f1 | sort -u)
        [ "$refusing" = '' ] || printf '%s\n' "up, but refusing the connection of the remote shell: \
$(printf '%s\n' "$refusing" | joined); startsrc -s sshd at the console (rcons) helps, and no boot" >&2
        ;;
      *)
        [ "$up" = '' ] || printf '%s\n' "up, or still going down, and so not booted: ${up#,-}; makehanfs status in 10 minutes \
shows who is silent, rnetboot boots them" | sed 's/,-/,/g' >&2
        ;;
    esac
    [ "$left" = yes ] || continue
    good=$(ready)
    failed=no
    wrong=''
    [ "$boots" = '' ] || netboot 'boots what was shut down' rnetboot "$boots"
    missing=$(printf '%s\n' "$sleeping" "$wrong" | among "$unbooted" | sort -u)
    [ "$failed" = no ] || printf '%s\n' "not booted, as rnetboot failed: $(printf '%s\n' "${missing:-$boots}" | joined); \
what it says, then rnetboot boots them; before they are up, a further run of this script would shut others down, too" >&2
    named=$(printf '%s\n' "$missing" "$refusing")
    [ $((good + $(printf '%s\n' "$named" | grep -c .))) -ge "${this%%:*}" ] ||
      printf '%s\n' "booted, and not seen up since: ${this#*:}$down$up$(printf '%s\n' "$named" | less); makehanfs status \
shows who is silent, rnetboot boots those that still are half an hour later" >&2
  done
  exit "$2"
}
trap 'abort "was broken off by a signal" 1' HUP INT QUIT TERM
trap '' PIPE  # that nobody reads any more what is said stops nothing

run() {  # WHAT COMMAND...: its exit status counts
  start "$@"
  [ "$status" -eq 0 ] || abort "ended with status $status" "$status"
}

copy() {  # WHAT COMMAND...: prsync always ends with 0, so lines of rsync's errors count
  run "$@"
  case $output in
    *"rsync: "* | *"rsync error: "*) abort "did not copy everything" 1 ;;
  esac
}

now() {  # the second of this day
  date -u '+%H %M %S' | awk '{ print ($1 * 60 + $2) * 60 + $3 }'
}

netboot() {  # WHAT COMMAND RANGE: it may end with 0 and say "Error:" of a node
  began=$(now)
  start "$@"
  took=$(($(now) - began))
  tries=$((tries + 1))
  tried="$tried $this"
  since=0
  wrong=$(printf '%s\n' "$output" | grep -E '^[^: ]+: .*Error:' | cut -d: -f1 | sort -u)
  failed=no
  case $status$output in
    0*Error:*) failed=yes ;;
    0*) ;;
    *) failed=yes ;;
  esac
  unbooted=$(printf '%s\n' "$unbooted" | grep -v -F -x -e "$sleeping")
  if [ "$failed$wrong" = yes ] && [ "$took" -ge 0 ] && [ "$took" -lt 60 ]; then wrong=$sleeping; fi
  unbooted=$(printf '%s\n' "$unbooted" "$wrong")
}

boot() {  # WHAT COMMAND RANGE: those that were up
  [ "$needed" = yes ] || return 0
  [ "$up" = '' ] || printf '%s\n' "up, and so not booted: ${up#,-}" | sed 's/,-/,/g'
  this=${off# }
  this=${this%% *}
  status=0
  failed=no
  tries=0
  sleeping=$(absent | split no)
  [ "$left" = no ] || netboot "$1" "$2" "$3$down$up"
  up=''
  left=yes
  wake=1800
  [ "$off" = '' ] || return 0
  booting=yes
  [ "$status" -eq 0 ] || abort "ended with status $status (makehanfs status shows who is up, rnetboot boots the others)" 1
}

boot_again() {  # whom rnetboot did not begin to boot: at once when it failed within a minute, else ten minutes later; thrice
  [ "$failed" = yes ] && [ "$tries" -lt 3 ] || return 0
  if [ "$tries" -gt 1 ] || [ "$took" -lt 0 ] || [ "$took" -ge 60 ]; then [ "$since" -ge 600 ] || return 0; fi
  sleeping=$(absent | split no | among "$unbooted")
  [ "$sleeping" != '' ] || return 0
  netboot "boots again who stays down" rnetboot "$(printf '%s\n' "$sleeping" | joined)"
  patience=1800
}

comes_up() {  # COUNT WHAT COMMAND...: others wait for five minutes more than the last one took that came up
  count=$1
  shift
  before=$count
  waited=0
  while start "$@" && [ "$mode" = run ]; do
    good=$(ready)
    if [ "$off" != '' ] && { [ "$good" -gt "$before" ] || [ "$good" -ge "$count" ]; }; then
      [ "${longest:--1}" -ge "$waited" ] || longest=$waited
    fi
    [ "$good" -lt "$count" ] || return 0
    before=$good
    if [ "$longest" != '' ] && [ "${off:- $this}" != " $this" ]; then patience=$((longest + 300 - waited)); fi
    [ "$patience" -gt 0 ] || return 1
    boot_again
    sleep 30
    patience=$((patience - 30))
    waited=$((waited + 30))
    since=$((since + 30))
  done
}

power() {  # COUNT WHAT COMMAND...: has to tell a state of each node before nodes are shut down, and on of none that is down
  count=$1
  shift
  [ "$needed" = yes ] || return 0
  run "$@"
  [ "$mode" = run ] || return 0
  good=$(printf '%s\n' "$output" | grep -E '^[^: ]+: +[^ ]' | grep -v -i -E '^[^: ]+: +error' | count_hosts)
  [ "$good" -ge "$count" ] || abort "tells no state of some of its $count nodes: nobody knows whether they can be booted" 1
  for node in $(printf '%s\n' "$output" | grep -i -E ': *(on|running) *$' | cut -d: -f1); do
    case $down, in *",-$node,"*) abort "says on of $node, to which nobody can connect: see its console" 1 ;; esac
  done
}

look() {  # COUNT WHAT COMMAND...: is there anything to do? The first look of a domain forgets the one before.
  count=$1
  shift
  patience=0
  start "$@"
  [ "$mode" = run ] || needed=yes
  [ "$mode" = run ] || return 0
  good=$(printf '%s\n' "$output" | grep -E -c 'HANFS tool=.* status=ok( |$)')
  [ "$good" -ge "$count" ] || needed=yes
}

guard() {  # COUNT PATTERN WHAT COMMAND...: on so many hosts a line has to say this
  count=$1
  pattern=$2
  shift 2
  [ "$needed" = yes ] || return 0
  start "$@"
  [ "$mode" = run ] || return 0
  good=$(printf '%s\n' "$output" | grep -E "$pattern" | count_hosts)
  [ "$good" -ge "$count" ] || abort "does not hold on all of its $count hosts" 1
}

guests() {  # COUNT PATTERN WHAT COMMAND...: no host may say this of the servers that it runs from; some have to be heard
  count=$1
  pattern=$2
  shift 2
  [ "$needed" = yes ] || return 0
  what=$1
  shift
  printf '%s\n' "== $what: $*"
  [ "$mode" = run ] || return 0
  for ask in once again; do  # an answer may have been lost
    output=$("$@" 2>&1 </dev/null)
    status=$?
    case $ask$status$output in once0) [ "$count" -gt 1 ] || break ;; *) break ;; esac
  done
  known=$(printf '%s\n' "$output" | grep -E '^[^: ]+: ' | grep -v -i -E '^(pdsh@.*|clush|error): ' | count_hosts)
  if [ "$known" -lt "$count" ]; then
    printf '%s\n' "$output" | grep -v -E '^[^: ]+: +[^ ]+ +/|^[^: ]+: +(Current|Replica) Server'
    if [ "$known" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$output" != '' ]; }; then
      abort "is answered by none of its $count hosts: one has to answer, or to be known to be down" 1
    fi
    printf '%s\n' "$what: $known of $count hosts say something"
  fi
  if [ "$every" = yes ]; then
    heard=$({
      printf '%s\n' "$output" |
        grep -E '^[^: ]+: +([^ ]+ +/|Server +Remote|(Current|Replica) Server|.*nfs4cl.*(not found|No such file))' |
        cut -d: -f1
      absent
    } | sort -u)
    others=$(printf '%s\n' "$output" | grep -E '^[^: ]+: ' | cut -d: -f1 | grep -v -F -x -e "$heard")
    if [ "$(printf '%s\n' "$heard" | grep -c .)" -lt "$count" ]; then
      if [ "$status" -ne 0 ] || [ "$others" != '' ]; then
        abort "is not answered by all of its $count hosts: each has to answer, or to be known to be down" 1
      fi
    fi
  fi
  output=$(printf '%s\n' "$output" | grep -i -E "$pattern")
  [ "$output" = '' ] || printf '%s\n' "$output"
  [ "$output" = '' ] || abort "shows nodes that run from servers of this domain, and are not of it: bring them home first" 1
}

users() {  # the same for nodes that may run from them by the tables: of each it has to be known
  every=yes
  guests "$@"
  every=no
}

stop() {  # COUNT NODES WHAT COMMAND...: they get ten minutes to go down
  nodes=$1:$2
  shift 2
  [ "$needed" = yes ] || return 0
  [ "$mode" = show ] || off="$off $nodes"
  start "$@"
  patience=600
}

silent() {  # COUNT WHAT COMMAND...: of so many nodes it has to be said that nobody is there
  count=$1
  shift
  [ "$needed" = yes ] || return 0
  while start "$@" && [ "$mode" = run ]; do
    good=$(absent | grep -c .)
    [ "$good" -lt "$count" ] || break
    [ "$patience" -gt 0 ] || abort "does not show that all of its $count nodes are down: shut them down first" 1
    sleep 30
    patience=$((patience - 30))
  done
  patience=0
}

known() {  # COUNT WHAT COMMAND...: each of so many nodes answers, or it is said that nobody is there
  count=$1
  shift
  [ "$needed" = yes ] || return 0
  start "$@"
  [ "$mode" = run ] || return 0
  good=$({ answering; absent; } | sort -u | grep -c .)
  [ "$good" -ge "$count" ] || abort "does not tell of all of its $count nodes whether they are up: see their consoles" 1
  down=$down$(absent | less)
}

awake() {  # COUNT WHAT COMMAND...: no other domain is begun before all nodes of this one are up that were up before
  [ "$needed" = yes ] || return 0
  patience=1800
  if ! comes_up "$@"; then slow="$slow $this"; fi
  off=${off#" $this"}
  [ "$off" = '' ] || return 0
  for this in $slow; do
    failed=no
    comes_up "${this%%:*}" "$2" ask_nodes "${this#*:}" ||
      abort "does not show all nodes up again (makehanfs status shows who is up, rnetboot boots the others)" 1
    slow=${slow#" $this"}
  done
  tried=''
  patience=0
}

staying() {  # the nodes in $output that are down and need not be waited for
  case $excuse$booting in
    no*) ;;
    yesno) absent ;;
    *) if [ "$patience" -gt 0 ]; then absent | split yes; else absent; fi ;;
  esac
}

on_hosts() {  # COUNT WHAT COMMAND...: so many hosts have to give a good verdict
  count=$1
  shift
  while start "$@" && [ "$mode" = run ]; do
    good=$(printf '%s\n' "$output" | grep -E -c 'HANFS tool=.* status=(ok|changed)( |$)')
    stay=$(staying)
    if [ "$stay" != '' ]; then
      good=$((good + $(printf '%s\n' "$stay" | grep -c .)))
      status=0
    fi
    if [ "$status" -eq 0 ] && [ "$good" -ge "$count" ]; then
      [ "$stay" = '' ] || printf '%s\n' "$what: down, and so left out: $(printf '%s\n' "$stay" | joined)" >&2
      return
    fi
    [ "$patience" -gt 0 ] || abort "is not as wanted on all of its $count hosts, status $status" 1
    sleep 30
    patience=$((patience - 30))
  done
}

wait_for_booted() {  # nodes that were booted, and that nobody waited for, have their time before they are tuned
  patience=$wake
}

on_nodes() {  # COUNT WHAT COMMAND...: the same, but for those that are down
  excuse=yes
  on_hosts "$@"
  excuse=no
}
)sh";

// Of a line of nfs4cl showfs, with the node before it, that names one of these servers as the one in use.
std::string guest_pattern(const std::vector<ServerNames>& servers) {
  std::string all;
  for (const ServerNames& names : servers)
    for (const std::string& name : names.known_as) {
      all += all.empty() ? "" : "|";
      for (const char c : name) all += c == '.' || c == '+' ? std::string("\\") + c : std::string(1, c);
      if (!net::is_ipv4(name)) all += "(\\.[a-z0-9.-]+)?";  // the long form of the same name
    }
  return "^[^: ]+: +(Current Server: *)?(" + all + ")(:| +/)";
}

// The function of the script that runs an action, with the words before the action's name.
std::string function_of(const Action& action) {
  const std::string count = std::to_string(action.hosts.size());
  switch (action.judge) {
    case Action::Judge::rsync_lines:
      return "copy";
    case Action::Judge::verdicts:
      return (action.role == Action::Role::look ? "look " : action.homes.empty() ? "on_hosts " : "on_nodes ") + count;
    case Action::Judge::exports:
      return "guard " + count + " " + exact_word(": " + action.directory + "[/ \t]");
    case Action::Judge::nfsd:
      return "guard " + count + " " + exact_word(": *nfsd .* active *$");
    case Action::Judge::guests:
      return (action.all_known ? "users " : "guests ") + count + " " + exact_word(guest_pattern(action.servers));
    case Action::Judge::silence:
      return "silent " + count;
    case Action::Judge::known:
      return "known " + count;
    case Action::Judge::nothing:
      return "stop " + count + " " + exact_word(xcat::fold(action.hosts));
    case Action::Judge::answers:
      return "awake " + count;
    case Action::Judge::up:
      return "running " + count;
    case Action::Judge::exit_status:
      if (action.role == Action::Role::guard) return "power " + count;
      break;
  }
  return action.boots ? "boot" : "run";
}

// The engine's words of a question to the nodes of "$1".
std::string question_function(const Engine& engine) {
  const std::string range = "RANGE";
  std::string line;
  for (const std::string& word : command_line(engine, range, question_command()))
    line += (line.empty() ? "" : " ") + (word == range ? "\"$1\"" : exact_word(word));
  return "\nask_nodes() {  # RANGE\n  " + line + "\n}\n";
}

std::string script_line(const Engine& engine, const Action& action) {
  const std::vector<std::string> argv = command_line(engine, action);
  if (action.by == Action::By::person) return comment("By hand: " + run::command_text(argv));
  std::string line = function_of(action);
  line += " " + exact_word(action.id);
  for (const std::string& word : argv) line += " " + exact_word(word);
  return line + "\n";
}

}  // namespace

std::vector<std::string> why_left_out(const Cluster& cluster, const ClusterPlan& plan) {
  // What is not sound has no steps that --despite could bring back.
  std::map<std::pair<bool, std::string>, std::vector<std::string>> alike;
  for (std::size_t i = 0; i < cluster.domains.size(); ++i) {
    const Domain& domain = cluster.domains[i];
    const std::vector<std::string>& codes = domain.valid ? plan.closed_by[i] : domain.closed_by;
    if (!codes.empty()) alike[{domain.valid, text::joined(codes)}].push_back(domain.name);
  }
  std::vector<std::string> sentences;
  for (const auto& [why, domains] : alike)
    sentences.push_back((domains.size() == 1 ? "domain " : "domains ") + abbreviate(domains) +
                        ": left alone, because of " + why.second + " above; cure: what is said there" +
                        (why.first ? ", or --despite CODE for each of these, when you know better" : ""));
  return sentences;
}

std::string consent_needed(const ClusterPlan& plan, const Settings& settings) {
  if (settings.boot_nodes) return {};
  std::vector<std::string> stages;
  for (const Stage& stage : plan.stages)
    if (stage.kind == Stage::Kind::servers || stage.kind == Stage::Kind::boot) stages.push_back(stage.title);
  if (stages.empty()) return {};
  return abbreviate(stages) + ": these stages interrupt clients; without " +
         (settings.disruptive ? "--boot-nodes a domain with nodes that are up stays as it is"
                              : "--disruptive servers whose nodes run are held back, and no node is booted") +
         "; cure: --disruptive --boot-nodes, for apply and plan --script, when the jobs have ended: nodes are shut "
         "down, "
         "their servers are changed, and they boot";
}

std::string plan_text(const Cluster& cluster, const ClusterPlan& plan, bool verbose) {
  return domains_text(cluster, plan, verbose) + servers_text(cluster, verbose) + findings_text(cluster, verbose) +
         steps_text(plan, verbose);
}

json plan_json(const Cluster& cluster, const ClusterPlan& plan) {
  std::vector<std::string> nodes_without_domain;
  for (const Node& node : cluster.nodes)
    if (node.domain == no_index) nodes_without_domain.push_back(node.name);
  json servers = servers_json(cluster, plan);
  return {
      {"counts", {{"domains", cluster.domains.size()}, {"servers", servers.size()}, {"nodes", cluster.nodes.size()}}},
      {"domains", domains_json(cluster, plan)},
      {"servers", std::move(servers)},
      {"nodes_without_domain", xcat::fold(nodes_without_domain)},
      {"findings", findings_json(cluster)},
      {"plan", steps_json(plan)}};
}

std::string plan_script(const Cluster& cluster, const ClusterPlan& plan, const Settings& settings) {
  std::string text = "#!/bin/sh\n";
  text += comment("Made by makehanfs " HANFS_VERSION
                  " from the xCAT tables: review it, then run it on the management "
                  "node as root.");
  text += comment(
      "sh THIS-FILE shows the commands, sh THIS-FILE run runs them. It stops at the first failure; every "
      "command may be run again. Not beside makehanfs apply. Nodes that it has shut down are booted also where a "
      "failure or a signal ends it, but not after kill -9: then makehanfs status shows who is silent, and rnetboot "
      "boots them.");
  bool first = true;
  for (const Finding& finding : cluster.findings) {
    if (finding.level != Finding::Level::error) continue;
    if (first) text += "#\n" + comment("Not cured by this script (makehanfs plan says how):");
    first = false;
    text += comment("  " + finding.code + ": " + abbreviate(finding.subjects) + ": " + finding.what);
  }
  for (const std::string& why : why_left_out(cluster, plan)) text += comment(why);
  if (const std::string consent = consent_needed(plan, settings); !consent.empty()) text += comment(consent);
  text += functions + question_function(plan.engine);
  const Stage* last = nullptr;
  for_each_action(plan, [&](const Stage& stage, const Action& action) {
    if (&stage != std::exchange(last, &stage)) {
      text += "\n" + comment("---- " + stage.title);
      if (stage.kind == Stage::Kind::looks) text += "needed=no\n";
      const bool of_a_domain = action.by == Action::By::apply;
      if (stage.kind == Stage::Kind::nodes || (stage.kind == Stage::Kind::boot && !of_a_domain)) text += "needed=yes\n";
      if (stage.kind == Stage::Kind::nodes) text += "wait_for_booted\n";
    }
    text += "\n" + comment(action.why) + script_line(plan.engine, action);
  });
  return text;
}

}  // namespace hanfs::cluster
