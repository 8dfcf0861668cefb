// SPDX-License-Identifier: Apache-2.0
// What has to be done so that every sound domain fails over: one plan, as data. `plan` prints it, `plan --script` makes
// a script of it, `apply` carries it out; all of them take their command lines from here.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"

namespace hanfs::cluster {

// By what nodes know a server: its addresses and names.
struct ServerNames {
  std::string server;
  std::vector<std::string> known_as;
};
std::vector<ServerNames> names_of_servers(const Cluster& cluster, const Domain& domain);

// One command, on the management node or on hosts over the engine.
struct Action {
  enum class Where { here, hosts };
  // Who runs it. What runs here is never run by apply: it changes no table and boots no node.
  enum class By {
    apply,   // apply, and the script
    script,  // the script, which a person has reviewed, or that person
    person,  // only a person, who has to decide; a comment in the script
  };
  // How its success is seen.
  enum class Judge {
    exit_status,
    rsync_lines,  // prsync always exits 0
    verdicts,     // each host has to print a good verdict line of a hanfs tool
    exports,      // exportfs: each host has to export the directory, or something below it
    nfsd,         // lssrc -g nfs: nfsd has to be active on each host
    guests,       // nfs4cl showfs: no host may run from the servers of the domain
    silence,      // no host may answer: a node that is up holds NFSv4 state on its servers
    known,        // each host answers, or is known to be down: one that hangs does not shut down
    up,           // who answers is up, and is not booted by the action behind it
    answers,      // hosts that have been booted should answer
    nothing,      // shutdown ends the connection it was given over
  };
  enum class Role {
    work,   // what the plan is for
    look,   // asks the hosts of the work of its domain beforehand whether there is anything to do at all for them
    guard,  // has to hold, else the work of its domain is not begun; nothing is asked where there is nothing to do
    wait,   // asked again until it holds, for a limited time; hosts for which it never does stop nobody
    check,  // looks at what the action before it did on hosts where that went well
  };

  std::string id;  // unique in the plan, the same for the same cluster: "table-nfsv4", "export-asn01", "tune-DOMAIN"
  std::string why;
  std::vector<std::string> argv;   // here: as a person types it; on hosts: the command there, which may be given again
  std::string domain;              // empty: not about one domain
  std::vector<std::string> hosts;  // on which it runs, or which it boots; at most `fanout`, but for Judge::guests
  std::vector<std::string> homes;  // of an action that boots or tunes: the server that each of its hosts boots from
  Where where = Where::here;
  By by = By::apply;
  Judge judge = Judge::exit_status;
  bool interrupts = false;  // clients feel it
  bool boots = false;       // nodes boot; what comes next has to wait for them
  Role role = Role::work;
  std::string directory;                  // of Judge::exports
  std::vector<ServerNames> servers = {};  // of Judge::guests
  bool all_known = false;                 // of Judge::guests: one host of which it is not known is enough to object
  // Not empty: afterwards the same with --check, as an action with this id.
  std::string check_id;
  std::string check_why;
};

// A stage begins when the one before is over.
struct Stage {
  enum class Kind { tables, images, settings, copies, looks, stop, servers, boot, nodes, status, monitors };

  Kind kind = Kind::nodes;
  std::string title;  // "domain A, server 1 of 2", "nodes"
  std::vector<Action> actions;
};

// What is done on one server.
struct ServerTask {
  std::optional<std::size_t> round;  // its place among the servers of its domain: they are done one after another
  std::vector<std::string> argv;     // setuphanfs with its words, all of them plain: no shell can misread them
};

// Steps of open domains only: those that are sound, and that no error in the tables closes. This is decided here for
// whoever shows the plan or carries it out.
struct ClusterPlan {
  Engine engine;  // by which all hosts are reached
  std::vector<Stage> stages;
  std::vector<ServerTask> servers;    // beside Cluster::servers; empty tasks for those that are left out
  std::vector<std::string> sections;  // beside Cluster::domains: [domain NAME] of hanfs.conf; empty: not sound
  // Beside Cluster::domains: codes of the errors that close it; none: it is open, where it is sound.
  std::vector<std::vector<std::string>> closed_by;
};

// Codes of the findings that close this domain to such a run, without those that --despite names.
std::vector<std::string> codes_that_close(const Settings& settings, const Domain& domain);
// The same settings with all closed domains open, for what touches none of them.
Settings with_all_open(Settings settings, const Cluster& cluster);

// Pure: the same cluster gives the same plan.
ClusterPlan make_plan(const Cluster& cluster, const Settings& settings, const Engine& engine);

// The actions of a stage in the order in which they run. What stands in one turn has one role and place and runs side
// by side, on at most `fanout` hosts together; checks have their own turn, after that of their actions.
std::vector<std::vector<Action>> turns_of(const Stage& stage, long fanout);
// The check of an action, as an action.
Action check_of(const Action& action);

// On nodes, as apply has them run: who is up answers the first.
std::vector<std::string> question_command();
std::vector<std::string> shutdown_command();
// From which servers it runs answers this one, which AIX has: nodes of others may not have our tool.
std::vector<std::string> servers_question();

// The words that are started on the management node for this action.
std::vector<std::string> command_line(const Engine& engine, const Action& action);

// Whether each host of the action ends with a verdict that is its result; all other actions only serve these.
bool has_results(const Action& action);

// makehanfs status, over the engine of the settings.
std::vector<std::string> status_command(const Settings& settings);

// A sentence for all domains that the same errors close: why they are left out, and how they are opened.
std::vector<std::string> why_left_out(const Cluster& cluster, const ClusterPlan& plan);
// Which stages interrupt clients, and what they lack for it; empty: nothing.
std::string consent_needed(const ClusterPlan& plan, const Settings& settings);

// Findings, domains, servers, and the commands; without `verbose` the first of very many rows.
std::string plan_text(const Cluster& cluster, const ClusterPlan& plan, bool verbose);
// The fields of a plan.
nlohmann::ordered_json plan_json(const Cluster& cluster, const ClusterPlan& plan);
// A POSIX shell script to review and run on the management node. Without the word "run" it only shows its commands;
// with it, it stops at the first failure and takes servers of a domain one after another.
std::string plan_script(const Cluster& cluster, const ClusterPlan& plan, const Settings& settings);

// "hanfsdomid", "settings", "servicenode"
const char* source_name(Domain::Source source);

}  // namespace hanfs::cluster
