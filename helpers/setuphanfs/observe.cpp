// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/observe.hpp"

#include <algorithm>
#include <cerrno>

#include "app/observation_queue.hpp"
#include "run/runner.hpp"
#include "setuphanfs/export_rules.hpp"

namespace hanfs::server {
namespace {

using aix::Argv;
using End = run::Outcome::End;

std::string name_of(const Argv& argv) { return argv.front().substr(argv.front().rfind('/') + 1); }

void note_unobserved(ObservedState& observed, const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  observed.unobserved.push_back(app::unobserved_command(argv, outcome, why));
}

void add_info(ObservedState& observed, const std::string& where, const std::vector<aix::Problem>& problems) {
  for (const aix::Problem& problem : problems) observed.info.push_back(where + ": " + aix::to_string(problem));
}

// [GUESS] lib/aix/README.md "Unknown: NFS", 11: without exports it may print nothing, or say so, even on stderr and
// with status 1.
bool says_nothing_exported(const run::Outcome& outcome) {
  return outcome.end == End::exited && outcome.out.empty() && outcome.err.find("nothing exported") != std::string::npos;
}

// A list that was cut would look like a server with fewer exports.
bool is_cut(const std::string& text, bool is_capture) { return !is_capture && !text.empty() && text.back() != '\n'; }

void take_exports(ObservedState& observed, const Argv& argv, const run::Outcome& outcome) {
  aix::Exports exports = aix::parse_exports(outcome.out);
  // A row that cannot be read may be one that must not be interrupted.
  for (const aix::Problem& problem : exports.problems)
    note_unobserved(observed, argv, outcome, aix::to_string(problem));
  observed.exported = std::move(exports.rows);
}

bool asks_mountd(const Argv& argv) {
  return argv == aix::show_exports_of(argv.back()) || argv == aix::show_exports_of_usr_bin(argv.back());
}

bool asks_nfs(const Argv& argv) { return argv.size() > 2 && argv == aix::call_nfs_of(argv[2]); }

// A partner that is down must not cost more: it is only warned about.
constexpr std::chrono::milliseconds time_for_partner{5000};

void take_partner(ObservedState& observed, const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  if (outcome.end == End::not_started) {
    observed.info.push_back(run::command_text(argv) + ": " + why);
    return;
  }
  Partner partner;
  partner.address = argv.back();
  const auto listed = aix::parse_showmount(outcome.out + outcome.err);  // [GUESS] where "no exported ..." goes
  if (listed) {
    partner.exports = *listed;
  } else {
    partner.problem = why.empty() ? "its answer is no list of exports" : why;
  }
  observed.partners.push_back(std::move(partner));
}

// rpc.mountd goes on answering where nfsd is dead. Only a call that failed by itself or that nobody answered says so:
// an AIX without rpcinfo, and words that nobody has seen, say nothing.
void take_nfs(ObservedState& observed, const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  if (outcome.end == End::not_started) {
    observed.info.push_back(run::command_text(argv) + ": " + why);
    return;
  }
  if (why.empty() || aix::is_ready_and_waiting(outcome.out)) return;
  for (Partner& partner : observed.partners) {
    if (partner.address != argv[2] || !partner.problem.empty()) continue;
    partner.problem = run::command_text(argv) + ": " + why;
    partner.nfs_is_dead = true;
  }
}

template <class T>
void take_table(ObservedState& observed, const Argv& argv, const run::Outcome& outcome, Result<T> parsed, T& into) {
  if (!parsed) return note_unobserved(observed, argv, outcome, parsed.error().what);
  add_info(observed, name_of(argv), parsed->problems);
  into = std::move(*parsed);
}

// A subsystem of the group is listed whether it runs or not.
void take_daemons(ObservedState& observed, const Argv& argv, const run::Outcome& outcome) {
  take_table(observed, argv, outcome, aix::parse_lssrc(outcome.out), observed.daemons);
  for (const char* daemon : needed_daemons)
    if (observed.daemons.find(daemon) == nullptr)
      return note_unobserved(observed, argv, outcome, "it does not list " + std::string(daemon));
}

void ask(ObservedState& observed, const app::Sources& sources, const std::vector<Argv>& argvs) {
  std::vector<run::Command> commands;
  for (const Argv& argv : argvs) {
    run::Command command;
    command.argv = argv;
    command.deadline = sources.time_for_command();
    if (asks_mountd(command.argv) || asks_nfs(command.argv))
      command.deadline = std::min(command.deadline, time_for_partner);
    commands.push_back(std::move(command));
  }
  const std::vector<run::Outcome> outcomes = run::run_all(sources.runner, commands);
  for (std::size_t i = 0; i < commands.size(); ++i) take(observed, commands[i].argv, outcomes[i], sources.is_capture);
}

// What a run can change, and `besides`, side by side.
void probe(ObservedState& observed, const app::Sources& sources, std::vector<Argv> besides) {
  for (const Argv& argv : {aix::list_exports(), aix::list_nfs_exports(), aix::show_replication(),
                           aix::list_nfs_subsystems(), aix::show_nfs_domain()})
    besides.push_back(argv);
  ask(observed, sources, besides);
  read_files(observed, sources);
  compare_with_xtab(observed, sources);
}

}  // namespace

void take(ObservedState& observed, const Argv& argv, const run::Outcome& outcome, bool is_capture) {
  std::string why = run::failure(outcome);
  if (why.empty() && outcome.out_dropped != 0) why = "more output than can be read";
  if (argv == aix::show_replication()) {
    observed.mode_text = outcome.out;
    observed.mode = why.empty() ? aix::parse_getreplicas(outcome.out) : aix::ReplicationMode::unknown;
    if (!why.empty()) observed.info.push_back(run::command_text(argv) + ": " + why);
    return;
  }
  if (argv == aix::show_nfs_domain()) {
    observed.domain = why.empty() ? aix::parse_nfs_domain(outcome.out) : std::nullopt;
    if (!why.empty()) observed.info.push_back(run::command_text(argv) + ": " + why);
    return;
  }
  if (argv == aix::list_nfs_exports()) {  // a second opinion on /etc/exports, which is read itself
    observed.lsnfsexp.reset();
    if (why.empty()) observed.lsnfsexp = aix::parse_exports(outcome.out).rows;
    if (!why.empty() && observed.exports_text) observed.info.push_back(run::command_text(argv) + ": " + why);
    return;
  }
  if (asks_mountd(argv)) return take_partner(observed, argv, outcome, why);
  if (asks_nfs(argv)) return take_nfs(observed, argv, outcome, why);
  if (argv == aix::list_exports() && says_nothing_exported(outcome)) {
    observed.exported.clear();
    return;
  }
  if (!why.empty()) return note_unobserved(observed, argv, outcome, why);
  if (is_cut(outcome.out, is_capture))
    return note_unobserved(observed, argv, outcome, "its output ends in the middle of a line");
  if (argv == aix::list_exports()) return take_exports(observed, argv, outcome);
  if (argv == aix::list_nfs_subsystems()) return take_daemons(observed, argv, outcome);
  if (argv == aix::list_interfaces())
    return take_table(observed, argv, outcome, aix::parse_ifconfig(outcome.out), observed.interfaces);
  if (argv == aix::list_mounts()) {
    aix::MountTable table;
    take_table(observed, argv, outcome, aix::parse_mount(outcome.out), table);
    observed.mounts = std::move(table.mounts);
  }
}

// exportfs prints /etc/xtab (lib/aix/README.md "Exports: rules"): where both can be read they must agree, else a broken
// list would be taken for a server that exports less.
void compare_with_xtab(ObservedState& observed, const app::Sources& sources) {
  const Result<std::optional<std::string>> text = sources.file("/etc/xtab");
  if (!text || !*text) return;
  if (!is_unobserved(observed, "exportfs") && !same_rows(aix::parse_exports(**text).rows, observed.exported))
    observed.unobserved.push_back(
        {"exportfs", "exportfs", "exportfs: it says something else than /etc/xtab", false, false});
}

bool read_xtab_instead(ObservedState& observed, const app::Sources& sources) {
  const auto of_exportfs = [](const app::Unobserved& item) { return item.command == "exportfs"; };
  if (!is_unobserved(observed, "exportfs")) return false;
  const Result<std::optional<std::string>> text = sources.file("/etc/xtab");
  if (!text || !*text || is_cut(**text, sources.is_capture)) return false;
  aix::Exports exports = aix::parse_exports(**text);
  if (!exports.problems.empty()) return false;
  observed.exported = std::move(exports.rows);
  observed.unobserved.erase(std::remove_if(observed.unobserved.begin(), observed.unobserved.end(), of_exportfs),
                            observed.unobserved.end());
  return true;
}

void read_files(ObservedState& observed, const app::Sources& sources) {
  const auto file = [&](const char* path, bool decides) -> std::optional<std::string> {
    const Result<std::optional<std::string>> text = sources.file(path);
    if (text) return *text;
    if (decides) {
      observed.unobserved.push_back({path, path, text.error().what, false, false});
    } else {
      observed.info.push_back(text.error().what);
    }
    return std::nullopt;
  };
  observed.exports_text = file("/etc/exports", true);
  observed.listed.clear();
  observed.unread_lines.clear();
  if (observed.exports_text) {
    aix::Exports listed = aix::parse_exports(*observed.exports_text);
    for (const aix::Problem& problem : listed.problems) {
      const std::vector<std::string_view> words = text::first_fields(problem.seen, 1);
      observed.unread_lines.push_back({aix::to_string(problem), words.empty() ? "" : std::string(words.front())});
    }
    observed.listed = std::move(listed.rows);
  }
  if (const auto text = file("/etc/filesystems", false)) observed.file_systems = aix::parse_filesystems(*text);
  observed.hosts.reset();
  if (const auto text = file("/etc/hosts", false)) {
    Result<aix::Hosts> hosts = aix::parse_hosts(*text);
    if (hosts) observed.hosts = std::move(*hosts);
  }
  if (!observed.domain)
    if (const auto text = file("/etc/nfs/local_domain", false)) observed.domain = aix::parse_nfs_domain(*text);
}

void ask_partners(ObservedState& observed, const app::Sources& sources, std::vector<std::string> servers) {
  servers.erase(std::remove_if(servers.begin(), servers.end(),
                               [&](const std::string& address) { return observed.interfaces.has_address(address); }),
                servers.end());
  observed.partners.clear();
  for (const auto& show : {aix::show_exports_of, aix::show_exports_of_usr_bin}) {
    if (!observed.partners.empty()) break;
    std::vector<Argv> argvs;
    for (const std::string& server : servers) argvs.insert(argvs.end(), {show(server), aix::call_nfs_of(server)});
    ask(observed, sources, argvs);
  }
}

bool any_answers(const std::vector<Partner>& partners) {
  return std::any_of(partners.begin(), partners.end(), [](const Partner& partner) { return partner.problem.empty(); });
}

std::string text_of(const std::vector<Partner>& partners) {
  std::string text;
  for (const Partner& partner : partners)
    text += (text.empty() ? "" : ", ") + partner.address + " (" + partner.problem + ")";
  return text;
}

std::string no_partner_text(const std::vector<Partner>& partners) {
  return "no other server was seen serving: " + text_of(partners) + (partners.empty() ? "" : ", ") +
         "so nobody would serve the nodes";
}

ObservedState observe(const app::Sources& sources, const std::string& node,
                      const std::function<std::vector<std::string>(const ObservedState&)>& partners_of) {
  ObservedState observed;
  observed.node = node;
  probe(observed, sources, {aix::list_mounts(), aix::list_interfaces()});
  ask_partners(observed, sources, partners_of(observed));
  return observed;
}

ObservedState observe_again(const app::Sources& sources, const ObservedState& seen) {
  ObservedState observed;
  observed.node = seen.node;
  observed.mounts = seen.mounts;
  observed.interfaces = seen.interfaces;
  observed.partners = seen.partners;
  observed.backup_stands = seen.backup_stands;
  observed.nfsrgyd_to_restart = seen.nfsrgyd_to_restart;
  // These are not asked again, so what could not be seen then is not seen now.
  for (const app::Unobserved& item : seen.unobserved)
    for (const Argv& argv : {aix::list_mounts(), aix::list_interfaces()})
      if (item.words == run::command_text(argv)) observed.unobserved.push_back(item);
  probe(observed, sources, {});
  return observed;
}

}  // namespace hanfs::server
