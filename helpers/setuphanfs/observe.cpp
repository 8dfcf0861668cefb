// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/observe.hpp"

#include <algorithm>
#include <cerrno>

#include "run/runner.hpp"
#include "setuphanfs/export_rules.hpp"

namespace hanfs::server {
namespace {

using aix::Argv;
using End = run::Outcome::End;

std::string name_of(const Argv& argv) { return argv.front().substr(argv.front().rfind('/') + 1); }

void blind(Facts& facts, const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  facts.blind.push_back(app::Blind{name_of(argv), run::words(argv), run::words(argv) + ": " + why,
                                    outcome.end == End::not_started && outcome.start_errno == ENOENT,
                                    outcome.end == End::timed_out || outcome.end == End::abandoned});
}

void remark(Facts& facts, const std::string& where, const std::vector<aix::Problem>& problems) {
  for (const aix::Problem& problem : problems) facts.remarks.push_back(where + ": " + aix::to_string(problem));
}

// [GUESS] facts/aix-nfs.md 8.11: without exports it may print nothing, or say so, even on stderr and with status 1.
bool says_nothing_exported(const run::Outcome& outcome) {
  return outcome.end == End::exited && outcome.out.empty() && outcome.err.find("nothing exported") != std::string::npos;
}

// A list that was cut would look like a server with fewer exports.
bool is_cut(const std::string& text, bool is_capture) { return !is_capture && !text.empty() && text.back() != '\n'; }

void take_exports(Facts& facts, const Argv& argv, const run::Outcome& outcome) {
  aix::Exports exports = aix::parse_exports(outcome.out);
  // A row that cannot be read may be one that must not be interrupted.
  for (const aix::Problem& problem : exports.problems) blind(facts, argv, outcome, aix::to_string(problem));
  facts.exported = std::move(exports.rows);
}

bool is_about_partner(const Argv& argv) {
  return argv == aix::show_exports_of(argv.back()) || argv == aix::show_exports_of_usr_bin(argv.back());
}

// A partner that is down must not cost more: it is only warned about.
constexpr std::chrono::milliseconds time_for_partner{5000};

void take_partner(Facts& facts, const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  if (outcome.end == End::not_started) {
    facts.remarks.push_back(run::words(argv) + ": " + why);
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
  facts.partners.push_back(std::move(partner));
}

template <class T>
void take_table(Facts& facts, const Argv& argv, const run::Outcome& outcome, Result<T> parsed, T& into) {
  if (!parsed) return blind(facts, argv, outcome, parsed.error().what);
  remark(facts, name_of(argv), parsed->problems);
  into = std::move(*parsed);
}

// A subsystem of the group is listed whether it runs or not.
void take_daemons(Facts& facts, const Argv& argv, const run::Outcome& outcome) {
  take_table(facts, argv, outcome, aix::parse_lssrc(outcome.out), facts.daemons);
  for (const char* daemon : needed_daemons)
    if (facts.daemons.find(daemon) == nullptr)
      return blind(facts, argv, outcome, "it does not list " + std::string(daemon));
}

// exportfs prints /etc/xtab (facts/aix-nfs.md 4, DOC): where both can be read they must agree, else a broken list would
// be taken for a server that exports less.
void compare_with_xtab(Facts& facts, const app::Sources& sources) {
  const Result<std::optional<std::string>> text = sources.file("/etc/xtab");
  if (!text || !*text) return;
  if (!is_blind(facts, "exportfs") && !same_rows(aix::parse_exports(**text).rows, facts.exported))
    facts.blind.push_back({"exportfs", "exportfs", "exportfs: it says something else than /etc/xtab", false, false});
}

bool is_own(const Facts& facts, const std::string& address) {
  const auto& all = facts.interfaces.interfaces;
  return std::any_of(all.begin(), all.end(), [&](const aix::Interface& interface) {
    return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                       [&](const aix::InterfaceAddress& one) { return one.address == address; });
  });
}

void ask(Facts& facts, const app::Sources& sources, const std::vector<Argv>& argvs) {
  std::vector<run::Command> commands;
  for (const Argv& argv : argvs) {
    run::Command command;
    command.argv = argv;
    command.deadline = sources.time_for_command();
    if (is_about_partner(command.argv)) command.deadline = std::min(command.deadline, time_for_partner);
    commands.push_back(std::move(command));
  }
  const std::vector<run::Outcome> outcomes = run::run_all(sources.runner, commands);
  for (std::size_t i = 0; i < commands.size(); ++i) take(facts, commands[i].argv, outcomes[i], sources.is_capture);
}

// What a run can change, and `besides`, side by side.
void look(Facts& facts, const app::Sources& sources, std::vector<Argv> besides) {
  for (const Argv& argv : {aix::list_exports(), aix::list_nfs_exports(), aix::show_replication(),
                           aix::list_nfs_subsystems(), aix::show_nfs_domain()})
    besides.push_back(argv);
  ask(facts, sources, besides);
  read_files(facts, sources);
  compare_with_xtab(facts, sources);
}

}  // namespace

void take(Facts& facts, const Argv& argv, const run::Outcome& outcome, bool is_capture) {
  std::string why = run::failure(outcome);
  if (why.empty() && outcome.out_dropped != 0) why = "more output than can be read";
  if (argv == aix::show_replication()) {
    facts.mode_text = outcome.out;
    facts.mode = why.empty() ? aix::parse_getreplicas(outcome.out) : aix::ReplicationMode::unknown;
    if (!why.empty()) facts.remarks.push_back(run::words(argv) + ": " + why);
    return;
  }
  if (argv == aix::show_nfs_domain()) {
    facts.domain = why.empty() ? aix::parse_nfs_domain(outcome.out) : std::nullopt;
    if (!why.empty()) facts.remarks.push_back(run::words(argv) + ": " + why);
    return;
  }
  if (argv == aix::list_nfs_exports()) {  // a second opinion on /etc/exports, which is read itself
    facts.lsnfsexp.reset();
    if (why.empty()) facts.lsnfsexp = aix::parse_exports(outcome.out).rows;
    if (!why.empty() && facts.exports_text) facts.remarks.push_back(run::words(argv) + ": " + why);
    return;
  }
  if (is_about_partner(argv)) return take_partner(facts, argv, outcome, why);
  if (argv == aix::list_exports() && says_nothing_exported(outcome)) {
    facts.exported.clear();
    return;
  }
  if (!why.empty()) return blind(facts, argv, outcome, why);
  if (is_cut(outcome.out, is_capture)) return blind(facts, argv, outcome, "its output ends in the middle of a line");
  if (argv == aix::list_exports()) return take_exports(facts, argv, outcome);
  if (argv == aix::list_nfs_subsystems()) return take_daemons(facts, argv, outcome);
  if (argv == aix::list_interfaces())
    return take_table(facts, argv, outcome, aix::parse_ifconfig(outcome.out), facts.interfaces);
  if (argv == aix::list_mounts()) {
    aix::MountTable table;
    take_table(facts, argv, outcome, aix::parse_mount(outcome.out), table);
    facts.mounts = std::move(table.mounts);
  }
}

bool read_xtab_instead(Facts& facts, const app::Sources& sources) {
  const auto of_exportfs = [](const app::Blind& spot) { return spot.command == "exportfs"; };
  if (!is_blind(facts, "exportfs")) return false;
  const Result<std::optional<std::string>> text = sources.file("/etc/xtab");
  if (!text || !*text || is_cut(**text, sources.is_capture)) return false;
  aix::Exports exports = aix::parse_exports(**text);
  if (!exports.problems.empty()) return false;
  facts.exported = std::move(exports.rows);
  facts.blind.erase(std::remove_if(facts.blind.begin(), facts.blind.end(), of_exportfs), facts.blind.end());
  return true;
}

void read_files(Facts& facts, const app::Sources& sources) {
  const auto file = [&](const char* path, bool decides) -> std::optional<std::string> {
    const Result<std::optional<std::string>> text = sources.file(path);
    if (text) return *text;
    if (decides) {
      facts.blind.push_back({path, path, text.error().what, false, false});
    } else {
      facts.remarks.push_back(text.error().what);
    }
    return std::nullopt;
  };
  facts.exports_text = file("/etc/exports", true);
  facts.listed.clear();
  facts.unread_lines.clear();
  if (facts.exports_text) {
    aix::Exports listed = aix::parse_exports(*facts.exports_text);
    for (const aix::Problem& problem : listed.problems) facts.unread_lines.push_back(aix::to_string(problem));
    facts.listed = std::move(listed.rows);
  }
  facts.hosts.reset();
  if (const auto text = file("/etc/hosts", false)) {
    Result<aix::Hosts> hosts = aix::parse_hosts(*text);
    if (hosts) facts.hosts = std::move(*hosts);
  }
  if (!facts.domain)
    if (const auto text = file("/etc/nfs/local_domain", false)) facts.domain = aix::parse_nfs_domain(*text);
}

Facts observe(const app::Sources& sources, const std::string& node,
              const std::function<std::vector<std::string>(const Facts&)>& partners_of) {
  Facts facts;
  facts.node = node;
  look(facts, sources, {aix::list_mounts(), aix::list_interfaces()});
  std::vector<std::string> partners = partners_of(facts);
  partners.erase(std::remove_if(partners.begin(), partners.end(),
                                [&](const std::string& address) { return is_own(facts, address); }),
                 partners.end());
  for (const auto& show : {aix::show_exports_of, aix::show_exports_of_usr_bin}) {
    if (!facts.partners.empty()) break;
    std::vector<Argv> argvs;
    for (const std::string& partner : partners) argvs.push_back(show(partner));
    ask(facts, sources, argvs);
  }
  return facts;
}

Facts observe_again(const app::Sources& sources, const Facts& seen) {
  Facts facts;
  facts.node = seen.node;
  facts.mounts = seen.mounts;
  facts.interfaces = seen.interfaces;
  facts.partners = seen.partners;
  facts.backup_stands = seen.backup_stands;
  look(facts, sources, {});
  return facts;
}

}  // namespace hanfs::server
