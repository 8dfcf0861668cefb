// SPDX-License-Identifier: Apache-2.0
#include "config/option.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace hanfs::config {
namespace {

constexpr unsigned all = setupnfsv4replication | setuphanfs | makehanfs;
constexpr long day = 86400;           // seconds
constexpr long ten_minutes = 6000;    // tenths of a second; AIX documents no range
constexpr long calls = 1000;          // AIX documents no range
constexpr long hosts = 10000;         // more than a cluster has
constexpr long tunable = 2147483647;  // what `no -x` of a node allows may be less

// test/structure reads these rows: each begins with {Group::, and holds names, numbers and strings only.
constexpr Option table[] = {
    {Group::operand, makehanfs, "verb", Type::word, "plan|settings|apply|status|runbook",
     "plan: what servers and nodes need; settings: the files for /install/postscripts; apply: do it over the site's "
     "engine; status: which node runs from which server; runbook: what to do when SERVER dies"},
    {Group::operand, makehanfs, "words", Type::words, "NODERANGE|SERVER",
     "nodes (default: all diskless ones; settings takes none); for runbook the name of a server"},

    {Group::general, all, "help", Type::truth, "", "Print this help message and exit"},
    {Group::general, all, "version", Type::truth, "", "Display program version information and exit"},

    {Group::mode, all, "dry-run", Type::truth, "", "show the plan, change nothing"},
    {Group::mode, all, "check", Type::truth, "", "change nothing, status 1 on any difference"},
    {Group::mode, all, "status", Type::truth, "", "show the state, change nothing"},
    {Group::mode, setupnfsv4replication, "reset", Type::truth, "",
     "go back: NFS options to AIX's defaults, and what the journal says was changed"},
    {Group::mode, setuphanfs, "forget", Type::truth, "",
     "what earlier runs left down is not brought back any more; for exports that are gone for good"},
    {Group::mode, makehanfs, "tables", Type::word, "DIR",
     "folder of dumps, TABLE.csv as tabdump prints it, instead of the live tables"},
    {Group::mode, makehanfs, "script", Type::truth, "", "plan: a shell script to review"},
    {Group::mode, makehanfs, "output", Type::word, "DIR", "settings: write below DIR instead of /"},
    {Group::mode, makehanfs, "resume", Type::truth, "", "apply: leave out what the last apply has done"},
    {Group::mode, makehanfs, "html", Type::word, "FILE", "status: write the page with the drawing, too"},
    {Group::mode, all, "json", Type::truth, "", "one JSON object instead of the table"},
    {Group::mode, all, "config", Type::word, "FILE", "settings file (default /etc/hanfs.conf, if it is there)"},
    {Group::mode, all, "save", Type::word, "DIR", "keep what was observed, to be replayed with --from"},
    {Group::mode, all, "from", Type::word, "DIR", "observe this capture instead of the node; nothing is changed"},
    {Group::mode, all, "sysroot", Type::word, "DIR", "every absolute path, of commands and files, is below DIR"},
    {Group::mode, all, "self-test", Type::truth, "", "does this program work on this machine?"},
    {Group::mode, all, "verbose", Type::truth, "", "show every step and remark"},

    {Group::setting, setuphanfs, "replica", Type::words, "ADDRESS",
     "IPv4 addresses of all servers of the set, 2 to 8, as the nodes reach them; this server's own may be left out "
     "(default: those of the [domain NAME] in hanfs.conf that holds one of this server's)",
     "addresses"},
    {Group::setting, makehanfs, "engine", Type::choice, "xdsh|pdsh|clush",
     "what reaches the hosts (default: the first of xdsh, pdsh, clush that is installed)"},
    {Group::setting, makehanfs, "engine-option", Type::words, "WORD",
     "more words for the engine, each as --engine-option=WORD", "words"},
    {Group::setting, makehanfs, "engine-prefix", Type::words, "WORD",
     "words in front of each command on a host, each as --engine-prefix=WORD", "words"},
    {Group::setting, makehanfs, "node-command", Type::word, "PATH", "the postscript on a node (default {})",
     "absolute path", "/xcatpost/setupnfsv4replication"},
    {Group::setting, makehanfs, "server-command", Type::word, "PATH", "setuphanfs on a server (default {})",
     "absolute path", "/install/prescripts/hanfs/setuphanfs"},
    {Group::setting, setuphanfs | makehanfs, "directory", Type::word, "DIR", "what is replicated (default {})",
     "absolute path", "/install"},
    {Group::setting, setuphanfs | makehanfs, "access", Type::choice, "ro|rw",
     "{} (default), or rw where all servers share the data", "", "ro"},
    {Group::setting, setupnfsv4replication | makehanfs, "timeo", Type::number, "N",
     "NFSv4 time-out in tenths of a second (default {})", "tenths of a second", "1", 1, ten_minutes},
    {Group::setting, setupnfsv4replication | makehanfs, "retrans", Type::number, "N",
     "NFSv4 retransmissions before a failover (default {})", "calls", "3", 1, calls},
    {Group::setting, setupnfsv4replication, "mount-timeo", Type::numbers, "PATH=N",
     "timeo of one mount, tenths of a second", "tenths of a second", "", 1, ten_minutes},
    {Group::setting, setupnfsv4replication, "mount-retrans", Type::numbers, "PATH=N", "retrans of one mount", "calls",
     "", 1, calls},
    {Group::setting, setupnfsv4replication, "exclude", Type::words, "PATH", "a mount that is left alone",
     "absolute paths"},
    {Group::setting, setupnfsv4replication, "gateways", Type::words, "auto|none|ADDRESS",
     "{} (default): what the [domain NAME] of hanfs.conf says that holds a file server of this node, else all file "
     "servers, where the present gateway is one of them; none: routes are left alone; or addresses, the preferred one "
     "first",
     "word or addresses", "auto"},
    {Group::setting, setupnfsv4replication, "dgd", Type::choice, "active|passive|both|off",
     "dead gateway detection: active (default where gateways are set), passive, both, off"},
    {Group::setting, setupnfsv4replication, "dgd-packets-lost", Type::number, "N",
     "lost packets until a gateway is dead", "packets", "", 1, tunable},
    {Group::setting, setupnfsv4replication, "dgd-ping-time", Type::number, "N", "seconds between pings of active DGD",
     "seconds", "", 1, tunable},
    {Group::setting, setupnfsv4replication, "dgd-retry-time", Type::number, "N",
     "minutes until passive DGD tries a dead gateway again", "minutes", "", 1, tunable},
    {Group::setting, setupnfsv4replication, "persist", Type::truth, "",
     "also for the next boot (ODM, nextboot); not on a diskless node", "", "false"},
    {Group::setting, setupnfsv4replication, "hosts-first", Type::truth, "",
     "write /etc/netsvc.conf so that /etc/hosts is asked before DNS", "", "false"},
    {Group::setting, setuphanfs, "root", Type::words, "all|none|HOST",
     "hosts whose root stays root (default {}: the root file systems of nodes need it)", "all, none, or hosts", "all"},
    {Group::setting, setuphanfs, "client", Type::words, "all|HOST", "hosts that may mount (default {})",
     "all, or hosts", "all"},
    {Group::setting, setuphanfs, "nfs-domain", Type::word, "DOMAIN",
     "NFSv4 domain, the same on every server and node (default: the one that is set)", "domain"},
    {Group::setting, setuphanfs, "disruptive", Type::truth, "",
     "clients may be interrupted: live exports withdrawn, NFS restarted", "", "false"},
    {Group::setting, makehanfs, "fanout", Type::number, "N", "hosts at a time (default {})", "hosts", "64", 1, hosts},
    {Group::setting, makehanfs, "host-deadline", Type::number, "N", "seconds for one host (default {})", "seconds",
     "60", 1, day},
    {Group::setting, makehanfs, "failure-limit", Type::number, "N",
     "apply: after so many hosts that failed nothing more is begun (default {})", "hosts", "1", 1, hosts},
    {Group::setting, makehanfs, "disruptive", Type::truth, "",
     "apply: clients of the servers may be interrupted, as setuphanfs --disruptive", "", "false"},
    {Group::setting, setupnfsv4replication, "deadline", Type::number, "N", "seconds for the whole run (default {})",
     "seconds", "120", 1, day},
    // Daemons that stop and start take their time.
    {Group::setting, setuphanfs, "deadline", Type::number, "N",
     "seconds for the run (default {}); what fails is taken back within as long again, at least 60", "seconds", "300",
     1, day},
    // Hundreds of hosts, a few at a time.
    {Group::setting, makehanfs, "deadline", Type::number, "N", "seconds for the whole run (default {})", "seconds",
     "3600", 1, day},
    {Group::setting, setupnfsv4replication | setuphanfs, "command-deadline", Type::number, "N",
     "seconds for one command (default {})", "seconds", "15", 1, day},
    // tabdump of a busy database.
    {Group::setting, makehanfs, "command-deadline", Type::number, "N", "seconds for one command (default {})",
     "seconds", "300", 1, day},
    {Group::setting, all, "jobs", Type::number, "N", "commands side by side (default {})", "commands", "32", 1, 256},
};

const Option* named(std::string_view name) {
  return std::find_if(std::begin(table), std::end(table), [&](const Option& option) { return option.name == name; });
}

std::string help_line(const Option& option) {
  constexpr std::size_t column = 30;  // where the text of each option begins
  std::string line = "  ";
  if (option.name == "help" || option.name == "version") line += '-' + std::string(1, option.name.front()) + ',';
  if (option.name == "verbose") line += "-V,";
  line += (option.group == Group::operand ? "" : "--") + std::string(option.name);
  if (!option.value.empty()) line += ' ' + std::string(option.value);
  if (option.type == Type::number)
    line += " (" + std::to_string(option.least) + " to " + std::to_string(option.most) + ')';
  if (option.type == Type::words || option.type == Type::numbers) line += " ...";
  line += line.size() < column ? std::string(column - line.size(), ' ') : '\n' + std::string(column, ' ');
  std::string help(option.help);
  if (const std::size_t at = help.find("{}"); at != std::string::npos) help.replace(at, 2, option.default_value);
  return line + help + '\n';
}

}  // namespace

std::vector<Option> options_of(Program program) {
  std::vector<Option> options;
  for (const Option& option : table)
    if ((option.programs & program) != 0) options.push_back(option);
  return options;
}

const Option* find_option(const std::vector<Option>& options, std::string_view name) {
  for (const Option& option : options)
    if (option.name == name) return &option;
  return nullptr;
}

std::string default_word(std::string_view name) { return std::string(named(name)->default_value); }

long default_number(std::string_view name) { return std::strtol(named(name)->default_value.data(), nullptr, 10); }

std::string help_text(const std::vector<Option>& options, const std::string& program, const std::string& does) {
  struct Section {
    Group group;
    const char* title;
  };
  std::string text = does + "\nUsage: " + program + " [OPTIONS]";
  for (const Option& option : options)
    if (option.group == Group::operand)
      text += " [" + std::string(option.name) + (option.type == Type::words ? "...]" : "]");
  text += '\n';
  for (const Section& section :
       {Section{Group::operand, "Positionals"}, Section{Group::general, "Options"}, Section{Group::mode, "What to do"},
        Section{Group::setting, "Settings (also in hanfs.conf, and in the environment as HANFS_NAME)"}}) {
    std::string lines;
    for (const Option& option : options)
      if (option.group == section.group) lines += help_line(option);
    if (!lines.empty()) text += '\n' + std::string(section.title) + ":\n" + lines;
  }
  return text;
}

}  // namespace hanfs::config
