// SPDX-License-Identifier: Apache-2.0
#include "config/option.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace hanfs::config {
namespace {

constexpr Group operand = Group::operand, general = Group::general, mode = Group::mode, setting = Group::setting;
constexpr Type truth = Type::truth, number = Type::number, word = Type::word;
constexpr Type choice = Type::choice, words = Type::words, numbers = Type::numbers;
constexpr unsigned changing = node | server | cluster;
constexpr unsigned all = node | server | cluster | check;
constexpr long day = 86400;           // seconds
constexpr long week = 7L * 86400;     // seconds
constexpr long year = 365L * 24;      // hours
constexpr long ten_minutes = 6000;    // tenths of a second; AIX documents no range
constexpr long longest_outage = 600;  // seconds
constexpr long longest_lead = 60;     // seconds
constexpr long calls = 1000;          // AIX documents no range
constexpr long hosts = 10000;         // more than a cluster has
constexpr long tunable = 2147483647;  // what `no -x` of a node allows may be less

// test/structure reads these rows: they hold names, numbers and strings only.
constexpr Option table[] = {
    {operand, cluster, "verb", word, "plan|settings|apply|status|runbook|drill|failback",
     "plan: what servers and nodes need; settings: the files for /install/postscripts; apply: do it over the site's "
     "engine; status: which node runs from which server; runbook: what to do when SERVER dies; drill: a planned "
     "failover of DOMAIN, measured; failback: the nodes of SERVER go home"},
    {operand, cluster, "words", words, "NODERANGE|SERVER|DOMAIN",
     "nodes (default: all diskless ones; settings takes none); for runbook and failback the name of a server, for "
     "drill that of a domain"},

    {operand, check, "verb", word, "node|servers|tree|watch",
     "node: would this node fail over? servers: do these NFSv4 servers answer, and name the same replicas? tree: are "
     "the "
     "replicas the same, file by file? watch: how long reads of each PATH stall during a drill. For a monitor: status "
     "0 "
     "OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"},
    {operand, check, "words", words, "WORD",
     "servers: addresses or names, up to 64; tree: manifest DIR | compare A B | check DIR | sync-plan A B, where A and "
     "B are manifests or directories; watch: the paths that are read (default: all NFSv4 file systems)"},

    {general, all, "help", truth, "", "Print this help message and exit"},
    {general, all, "version", truth, "", "Display program version information and exit"},

    {mode, changing, "dry-run", truth, "", "show the plan, change nothing"},
    {mode, changing, "check", truth, "", "change nothing, status 1 on any difference"},
    {mode, changing, "status", truth, "", "show the state, change nothing"},
    {mode, check, "dry-run", truth, "", "nothing but look, as it does anyway; refused where a file would be written"},
    {mode, check, "check", truth, "", "the same"},
    {mode, check, "status", truth, "", "the same"},
    {mode, node, "reset", truth, "",
     "go back to what was there before, as far as the journal says that hanfs changed it"},
    {mode, server, "reset", truth, "",
     "go back: exports at and below the directory, and the replication mode, as they were before setuphanfs"},
    {mode, server, "alone", truth, "",
     "with --disruptive: clients may be interrupted although no partner answers, so that nobody serves them meanwhile"},
    {mode, server, "members-only", truth, "",
     "a server that no [domain NAME] of hanfs.conf holds ends with status 0 and a line"},
    {mode, server, "forget", truth, "",
     "what earlier runs left down is not brought back any more; for exports that are gone for good"},
    {mode, server, "outage", number, "N",
     "for a failover drill: stop NFS here for so many seconds and start it again, whatever happens; needs --disruptive "
     "and a partner that answers",
     "seconds", "", 1, longest_outage},
    {mode, server, "lead", number, "N", "with --outage: wait so many seconds before NFS is stopped (default {})",
     "seconds", "0", 0, longest_outage},
    {mode, server, "end-outage", truth, "",
     "an outage that is under way here, by --outage, ends now: NFS is started again, and nothing else is done"},
    {mode, cluster, "tables", word, "DIR",
     "folder of dumps, TABLE.csv as tabdump prints it, instead of the live tables"},
    {mode, cluster, "script", truth, "", "plan: a shell script to review"},
    {mode, cluster, "output", word, "DIR", "settings: write below DIR instead of /"},
    {mode, cluster, "resume", truth, "", "apply: leave out what the last apply has done"},
    {mode, cluster, "without", words, "SERVER",
     "plan, apply: a server that is not to be touched nor asked, because it is down; once for each"},
    {mode, cluster, "boot-nodes", truth, "",
     "plan, apply: shut the nodes of a domain down before its servers are changed, and boot them afterwards"},
    {mode, cluster, "despite", words, "CODE",
     "plan, apply, drill, failback: domains that only errors with this code close are open; once for each"},
    {mode, cluster, "i-take", word, "SERVER", "drill: the consent, by its name, to stop NFS of this server"},
    {mode, cluster, "rehearse", truth, "", "drill: all but the stop"},
    {mode, cluster, "nodes", number, "N", "drill: so many nodes of each server measure (default {})", "nodes", "2", 1,
     hosts},
    {mode, cluster, "outage", number, "N", "drill: NFS is stopped for so many seconds at most (default {})", "seconds",
     "30", 1, longest_outage},
    {mode, cluster, "lead", number, "N",
     "drill: nodes measure so many seconds before NFS is stopped, and three times as many after it (default {})",
     "seconds", "10", 1, longest_lead},
    {mode, cluster, "max-age", number, "HOURS",
     "drill: manifests of the servers' trees that are not older are believed, else they are made anew (default {})",
     "hours", "24", 0, year},
    {mode, cluster, "batch", number, "N", "failback: so many nodes boot together, after a first one alone (default {})",
     "nodes", "10", 1, hosts},
    {mode, cluster, "html", word, "FILE", "status: write the page with the drawing, too; drill: that of the timelines"},
    {mode, check, "openmetrics", word, "FILE", "node: also write FILE, for the textfile folder of a node exporter"},
    {mode, check, "path", word, "DIR", "servers: what they serve, as nodes mount it (default {})", "", "/install"},
    {mode, check, "timeout", number, "SECONDS", "servers: for one look at one server (default {})", "seconds", "5", 1,
     600},
    {mode, check, "again", number, "SECONDS", "servers: look a second time so much later, 0: do not (default {})",
     "seconds", "3", 0, 3600},
    {mode, check, "watch", number, "SECONDS", "servers: again and again until stopped; only changes are told",
     "seconds", "", 1, day},
    {mode, check, "notify", words, "COMMAND",
     "servers: with --watch, a command that runs at each change; all words behind it are its own, so it comes last"},
    {mode, check, "output", word, "FILE", "tree manifest: where it goes (default: below /var/hanfs, named after DIR)"},
    {mode, check, "max-age", number, "HOURS",
     "tree manifest: the manifest that is there stays, if it is not older; with a digest of what it holds", "hours", "",
     0, year},
    {mode, check, "manifest", word, "FILE",
     "tree check: what DIR is compared with (default: where tree manifest puts it)"},
    {mode, check, "hash", choice, "xxh3|sha256",
     "tree: of the files' contents (default xxh3, or that of the manifest it is compared with)"},
    {mode, check, "exclude", words, "PATTERN",
     "tree: what differs by nature, besides the default list for /install: a name, or a path from DIR; once for each"},
    {mode, check, "no-default-excludes", truth, "", "tree: leave nothing out but what --exclude says"},
    {mode, check, "html", word, "FILE", "watch: write the timeline as a page, too"},
    {mode, check, "seconds", number, "N", "watch: for so many seconds (default: until it is stopped)", "seconds", "", 1,
     week},
    {mode, check, "until-left", word, "ADDRESS",
     "watch: or until no path comes from this server any more, and all can be read"},
    {mode, check, "stall-ms", number, "N", "watch: a read that takes longer is a stall (default {})", "milliseconds",
     "500", 50, 60000},
    {mode, all, "json", truth, "", "one JSON object instead of the table"},
    {mode, all, "config", word, "FILE", "settings file (default /etc/hanfs.conf, if it is there)"},
    {mode, all, "save", word, "DIR", "keep what was observed, to be replayed with --from"},
    {mode, all, "from", word, "DIR", "observe this capture instead of the node; nothing is changed"},
    {mode, all, "sysroot", word, "DIR", "every absolute path, of commands and files, is below DIR"},
    {mode, all, "self-test", truth, "", "does this program work on this machine?"},
    {mode, all, "verbose", truth, "", "show every step and remark"},

    {setting, server, "replica", words, "ADDRESS",
     "IPv4 addresses of all servers of the set, 2 to 8, as the nodes reach them; this server's own may be left out "
     "(default: those of the [domain NAME] in hanfs.conf that holds one of this server's)",
     "addresses"},
    {setting, cluster, "engine", choice, "xdsh|pdsh|clush",
     "what reaches the hosts (default: the first of xdsh, pdsh, clush that is installed)"},
    {setting, cluster, "engine-option", words, "WORD", "more words for the engine, each as --engine-option=WORD",
     "words"},
    {setting, cluster, "engine-prefix", words, "WORD",
     "words in front of each command on a host, each as --engine-prefix=WORD", "words"},
    {setting, cluster, "xcat-version", word, "VERSION",
     "whose meaning the tables have (default: what lsxcatd -v says; where that says nothing, and with --tables, 2.9.2)",
     "version"},
    {setting, cluster, "node-command", word, "PATH", "the postscript on a node (default {})", "absolute path",
     "/xcatpost/setupnfsv4replication"},
    {setting, cluster, "server-command", word, "PATH", "setuphanfs on a server (default {})", "absolute path",
     "/install/prescripts/hanfs/setuphanfs"},
    {setting, cluster, "check-command", word, "PATH", "checkhanfs on a node (default {})", "absolute path",
     "/xcatpost/hanfs/checkhanfs"},
    {setting, server | cluster, "directory", word, "DIR", "what is replicated (default {})", "absolute path",
     "/install"},
    {setting, server | cluster, "access", choice, "ro|rw", "{} (default), or rw where all servers share the data", "",
     "ro"},
    {setting, node | cluster, "timeo", number, "N", "NFSv4 time-out in tenths of a second (default {})",
     "tenths of a second", "1", 1, ten_minutes},
    {setting, node | cluster, "retrans", number, "N", "NFSv4 retransmissions before a failover (default {})", "calls",
     "3", 1, calls},
    {setting, node, "mount-timeo", numbers, "PATH=N", "timeo of one mount, tenths of a second", "tenths of a second",
     "", 1, ten_minutes},
    {setting, node, "mount-retrans", numbers, "PATH=N", "retrans of one mount", "calls", "", 1, calls},
    {setting, node, "exclude", words, "PATH", "a mount that is left alone", "absolute paths"},
    {setting, node, "gateways", words, "auto|none|ADDRESS",
     "{} (default): what the [domain NAME] of hanfs.conf says that holds a file server of this node, else the "
     "present gateway, where it is a file server, and the replicas of what it serves; none: routes are left alone; or "
     "addresses, the preferred one first",
     "word or addresses", "auto"},
    {setting, node, "dgd", choice, "active|passive|both|off",
     "dead gateway detection: active (default where gateways are set), passive, both, off"},
    {setting, node, "dgd-packets-lost", number, "N", "lost packets until a gateway is dead", "packets", "", 1, tunable},
    {setting, node, "dgd-ping-time", number, "N", "seconds between pings of active DGD", "seconds", "", 1, tunable},
    {setting, node, "dgd-retry-time", number, "N", "minutes until passive DGD tries a dead gateway again", "minutes",
     "", 1, tunable},
    {setting, node, "persist", truth, "", "also for the next boot (ODM, nextboot); not on a diskless node", "",
     "false"},
    {setting, node, "hosts-first", truth, "", "write /etc/netsvc.conf so that /etc/hosts is asked before DNS", "",
     "false"},
    {setting, server, "root", words, "all|none|HOST",
     "hosts whose root stays root (default {}: the root file systems of nodes need it)", "all, none, or hosts", "all"},
    {setting, server, "client", words, "all|HOST", "hosts that may mount (default {})", "all, or hosts", "all"},
    {setting, server, "nfs-domain", word, "DOMAIN",
     "NFSv4 domain, the same on every server and node (default: the one that is set)", "domain"},
    {setting, server, "disruptive", truth, "", "clients may be interrupted: live exports withdrawn, NFS restarted", "",
     "false"},
    {setting, cluster, "fanout", number, "N", "hosts at a time (default {})", "hosts", "64", 1, hosts},
    {setting, cluster, "host-deadline", number, "N", "seconds for one host (default {})", "seconds", "60", 1, day},
    {setting, cluster, "failure-limit", number, "N",
     "apply: after so many domains with a failure no other one is begun (default {})", "domains", "1", 1, hosts},
    {setting, cluster, "disruptive", truth, "",
     "apply: clients of the servers may be interrupted, as setuphanfs --disruptive", "", "false"},
    {setting, node, "deadline", number, "N", "seconds for the whole run (default {})", "seconds", "120", 1, day},
    // Daemons that stop and start take their time.
    {setting, server, "deadline", number, "N",
     "seconds for the run (default {}); what fails is taken back within as long again, at least 60", "seconds", "300",
     1, day},
    // A monitor gives up on its plugin after a minute or less.
    {setting, check, "deadline", number, "N", "node: seconds for the whole run (default {})", "seconds", "30", 1, day},
    // Hundreds of hosts, a few at a time.
    {setting, cluster, "deadline", number, "N", "seconds for the whole run (default {})", "seconds", "3600", 1, day},
    {setting, node | server, "command-deadline", number, "N", "seconds for one command (default {})", "seconds", "15",
     1, day},
    {setting, check, "command-deadline", number, "N", "seconds for one command (default {})", "seconds", "5", 1, day},
    // tabdump of a busy database.
    {setting, cluster, "command-deadline", number, "N", "seconds for one command (default {})", "seconds", "300", 1,
     day},
    {setting, all, "jobs", number, "N", "commands side by side (default {})", "commands", "32", 1, 256},
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
