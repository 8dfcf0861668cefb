// SPDX-License-Identifier: Apache-2.0
// xdsh as xCAT 2.9.2 answered (fixtures/xcat/oracle), xdcp, prsync, ssh, pdsh, clush. xcat 1.7, 6.2; usage lines are
// guesses, as are the error texts of all but xdsh.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"
#include "control/calls.hpp"
#include "core/fan_out.hpp"
#include "core/pattern.hpp"
#include "state/mounts.hpp"

namespace aixsim {

bool range_of(Call& call, Lookup* lookup, const std::string& range, Strings* nodes) {
  Strings missing;
  expand_range(lookup, range, nodes, &missing);
  if (missing.empty()) return true;
  call.fail("Error: Invalid nodes and/or groups in noderange: " + join(missing, ",") + "\n");
  return false;
}

bool machines_of(Call& call, const Hosts& hosts, Lookup* lookup, const std::string& range,
                 std::vector<const Machine*>* machines) {
  Strings nodes;
  if (!range_of(call, lookup, range, &nodes)) return false;
  for (const auto& node : nodes) {
    if (const Machine* const machine = hosts.find(node)) machines->push_back(machine);
  }
  return true;
}

void print(Call& call, bool error, const std::string& text) {
  if (call.direct) {
    say(error ? 2 : 1, text);
  } else {
    (error ? call.err : call.out) += text;
  }
}

namespace {

// What the hosts said, as xcatd hands it to its client once a second (SEEN): bytes that are no text become `?`, and a
// control character kills the client, with all that was said in the same second.
class Answers {
 public:
  explicit Answers(Call& call) : call_(call) {}

  void add(bool error, const std::string& name, const std::string& said) {
    std::string text = prefixed(name, said);
    if (text.empty() || dead_) return;
    text.pop_back();
    std::string clean;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
      if (byte >= 9 && byte < 32 && std::string("\t\n\r\033").find(text[i]) == std::string::npos) {
        die(clean);
        return;
      }
      clean += byte == '\r' ? '\n' : byte < 9 || byte > 0x7f ? '?' : text[i];
    }
    if (waiting_.empty()) since_ = std::chrono::steady_clock::now();
    waiting_.emplace_back(error, clean + "\n");
  }
  void tick() {
    if (std::chrono::steady_clock::now() - since_ >= std::chrono::seconds(1)) show();
  }
  void show() {
    for (const auto& [error, text] : waiting_) print(call_, error, text);
    waiting_.clear();
  }
  bool dead() const { return dead_; }

 private:
  void die(const std::string& before) {
    dead_ = true;
    waiting_.clear();
    const size_t line = before.rfind('\n');
    // What the response has in front of the text: 18 bytes in its line, 47 in all.
    print(call_, true,
          strf("\nnot well-formed (invalid token) at line %ld, column %zu, byte %zu at "
               "/usr/lib/x86_64-linux-gnu/perl5/5.36/XML/Parser.pm line 187.\n"
               "XML::Simple called at /opt/xcat/lib/perl/xCAT/Client.pm line 61.\n",
               2 + std::count(before.begin(), before.end(), '\n'),
               line == std::string::npos ? before.size() + 18 : before.size() - line - 1, before.size() + 47));
  }

  Call& call_;
  bool dead_ = false;
  std::vector<std::pair<bool, std::string>> waiting_;
  std::chrono::steady_clock::time_point since_;
};

// The options of xdsh that have a value, and the others.
const char kWithValue[] = "BEfilorStX";
const char kFlags[] = "cehKLmqQsTvVz";

struct XdshWords {
  std::string flags, bad;
  long width = 64, timeout = 0;
  Strings words;  // the command
};

// XdshWords stand between the range and the command. False: `bad` says why.
bool parse_xdsh(const Strings& args, XdshWords* options) {
  static const std::map<std::string, std::string> kLong = {{"--fanout", "-f"}, {"--timeout", "-t"}, {"--verify", "-v"}};
  size_t i = 1;
  for (; i < args.size() && starts_with(args[i], "-"); ++i) {
    const size_t equals = args[i].find('=');
    const auto whole = kLong.find(args[i].substr(0, equals));
    const std::string arg = whole == kLong.end()          ? args[i]
                            : equals == std::string::npos ? whole->second
                                                          : whole->second + args[i].substr(equals + 1);
    const char option = arg.size() > 1 ? arg[1] : '-';
    if (!std::strchr(kWithValue, option)) {
      if (arg.find_first_not_of(kFlags, 1) != std::string::npos) {
        options->bad = "Unknown option: " + arg.substr(1) + "\n";
        return false;
      }
      options->flags += arg.substr(1);
      continue;
    }
    if (arg.size() == 2 && i + 1 >= args.size()) {
      options->bad = strf("Option %c requires an argument\n", option);
      return false;
    }
    const std::string value = arg.size() > 2 ? arg.substr(2) : args[++i];
    if (option != 'f' && option != 't') continue;
    if (!parse_number(value, option == 'f' ? &options->width : &options->timeout)) {
      options->bad = "Value \"" + value + "\" invalid for option " + option + " (number expected)\n";
      return false;
    }
  }
  options->words.assign(args.begin() + static_cast<long>(i), args.end());
  return true;
}

// xcatd sends the call for a node to one of its servers. SEEN: where none of them is reached that is all that is said,
// and no node is named. Says whether a part was lost.
bool dispatch(Call& call, const Hosts& hosts, Lookup* lookup, std::vector<const Machine*>* machines) {
  std::map<std::set<std::string>, std::vector<const Machine*>> parts;
  for (const Machine* const machine : *machines) {
    const Strings list = split(lookup->text(machine->name(), "noderes", "servicenode"), ',');
    parts[std::set<std::string>(list.begin(), list.end())].push_back(machine);
  }
  machines->clear();
  bool lost = false;
  for (const auto& [servers, nodes] : parts) {
    const auto reached = [&](const std::string& name) {
      const Machine* const server = hosts.find(name);
      return name.empty() || (server && hosts.folder(*server).get("down").empty());
    };
    if (std::any_of(servers.begin(), servers.end(), reached)) {
      machines->insert(machines->end(), nodes.begin(), nodes.end());
    } else {
      lost = true;
      call.fail("Error: Failed to dispatch command to any of the following service nodes: " +
                join(Strings(servers.begin(), servers.end()), ",") + "\n");
    }
  }
  return lost;
}

}  // namespace

int cmd_xdsh(Call& call) {
  if (call.args.size() == 1 && !starts_with(call.args[0], "-")) {
    return call.fail("No parameters were supplied on the xdsh command. Run xdsh -h\n");
  }
  if (call.args.empty() || starts_with(call.args[0], "-")) {
    call.out += "Node range not specified, see xdsh man page for syntax.\n\n";
    return 1;
  }
  XdshWords options;
  if (!parse_xdsh(call.args, &options)) {
    call.out += "Usage: xdsh <noderange> [options] <command_list>\n";
    return call.fail(options.bad);
  }
  if (options.words.empty()) return call.fail("Error: No command argument provided\n");
  const auto flag = [&](char name) { return options.flags.find(name) != std::string::npos; };
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  Lookup lookup(store);
  std::vector<const Machine*> machines;
  if (!machines_of(call, hosts, &lookup, call.args[0], &machines)) return 1;
  Remote remote;
  remote.command = join(options.words, " ");
  if (flag('e')) {
    const Strings parts = split(remote.command, ' ');
    remote.script = parts[0][0] == '/' && exists(call.node.root() + parts[0]) ? call.node.root() + parts[0] : parts[0];
    if (!exists(remote.script)) return call.fail("Error: File " + parts[0] + " does not exist\n");
    remote.command =
        "/tmp/" + parts[0].substr(parts[0].rfind('/') + 1) + (parts.size() > 1 ? " " : "") + join(parts, " ", 1);
  }
  // Its status comes back as a line of its own, the first of its kind; ssh's status counts only without that line.
  remote.command += "; export DSH_TARGET_RC=$?; echo \":DSH_TARGET_RC=${DSH_TARGET_RC}:\"";
  static const Pattern kEnd(":DSH_TARGET_RC=(\\d+):\\n?");
  const bool lost = dispatch(call, hosts, &lookup, &machines);
  if (flag('v')) call.fail("Error: Error from pping\n");  // SEEN without nmap and fping
  print(call, true, std::exchange(call.err, ""));
  std::vector<Job> jobs;
  for (const Machine* const machine : machines) {
    Remote own = remote;
    own.environment = {"NODE=" + machine->name()};
    jobs.push_back({machine->name(), [&hosts, machine, own] { become_remote(hosts, *machine, own); }});
  }
  Answers answers(call);
  int failed = 0, unfinished = 0;
  const auto done = [&](Finished one) {
    std::string out = one.out, note;
    if (const auto end = kEnd.search(out)) {
      out = end->before + end->after;
      note = "Remote_command_rc = " + end->groups[1] + "\n";
      failed += end->groups[1] != "0";
    } else if (one.timed_out) {
      if (unfinished++ == 0) print(call, true, "Error: Caught SIGINT - terminating the child processes.\n");
    } else {
      if (one.status == 0) {
        print(call, true, "Error:  A return code for the command run on the host " + one.name + " was not received.\n");
      }
      ++failed;
    }
    if (flag('Q')) return;
    answers.add(false, one.name, out + (flag('z') ? note : ""));
    answers.add(true, one.name, one.err);
  };
  fan_out(jobs, options.width > 0 ? options.width : 64, options.timeout, done, [&] { answers.tick(); });
  answers.show();
  // SEEN: the number of hosts that failed; after a time-out of those that did not end, or-ed with 1.
  return answers.dead() ? 255 : (unfinished > 0 ? unfinished | 1 : std::min(failed + lost, 255));
}

namespace {

// `rsync`: prsync, which always ends with 0; what failed stands in lines of rsync only (xcat 1.7).
int copy_to(Call& call, const std::string& range, const Strings& sources, const std::string& target, bool rsync) {
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(hosts.manager());  // a service node asks the management node's tables
  Lookup lookup(store);
  std::vector<const Machine*> machines;
  if (!machines_of(call, hosts, &lookup, range, &machines)) return 1;
  std::vector<Job> jobs;
  for (const Machine* const machine : machines) {
    jobs.push_back({machine->name(), [&, machine] {
                      reach(hosts, *machine, 0);
                      const std::string to = hosts.folder(*machine).root() + clean_path(target);
                      int status = 0;
                      for (const auto& source : sources) {
                        const std::string name = clean_path(source).substr(clean_path(source).rfind('/') + 1);
                        struct stat info{};
                        const bool folder = ::stat(to.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
                        if (!copy_tree(call.node.root() + clean_path(source), folder ? to + "/" + name : to)) {
                          say(2, rsync ? "rsync: link_stat \"" + source + "\" failed: No such file or directory (2)\n"
                                       : source + ": cannot be copied to " + target + "\n");
                          status = rsync ? 23 : 1;
                        }
                      }
                      ::_exit(status);
                    }});
  }
  int failed = 0;
  fan_out(jobs, 64, 0, [&](const Finished& one) {
    failed += one.status != 0;
    print(call, false, prefixed(one.name, one.out));
    print(call, true, prefixed(one.name, one.err));
    if (rsync && one.status == 0) print(call, false, one.name + ": done\n");
    if (rsync && one.status == 255) print(call, true, "rsync error: unexplained error (code 255) at io.c(235)\n");
    if (rsync && one.status == 23) {
      print(call, true, "rsync error: some files/attrs were not transferred (see previous errors) (code 23)\n");
    }
  });
  return rsync ? 0 : std::min(failed, 255);
}

}  // namespace

int cmd_xdcp(Call& call) {
  Strings words;
  for (const auto& arg : call.args) {
    if (starts_with(arg, "-")) {
      if (arg != "-p" && arg != "-R") return call.fail("Usage: xdcp <noderange> [-p] [-R] <sources> <target>\n");
    } else {
      words.push_back(arg);
    }
  }
  if (words.size() < 3) return call.fail("Usage: xdcp <noderange> [-p] [-R] <sources> <target>\n");
  return copy_to(call, words[0], Strings(words.begin() + 1, words.end() - 1), words.back(), false);
}

// prsync [-o OPTIONS] SOURCE RANGE:TARGET: on the management node only (prsync.1), and of one source (xcat 1.7).
int cmd_prsync(Call& call) {
  const auto usage = [&] { return call.fail("Usage: prsync [-o rsyncopts] <source> <noderange>:<target>\n"); };
  if (call.node.root() != Hosts::of(call.node).manager().root()) {
    return call.fail("prsync: must be run on the management node\n");
  }
  Strings words;
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (call.args[i] == "-o" && i + 1 < call.args.size()) {
      ++i;
    } else if (starts_with(call.args[i], "-")) {
      return usage();
    } else {
      words.push_back(call.args[i]);
    }
  }
  const size_t at = words.empty() ? std::string::npos : words.back().rfind(':');
  if (words.size() != 2 || at == std::string::npos) return usage();
  const std::string range = words.back().substr(0, at), target = words.back().substr(at + 1);
  words.pop_back();
  return copy_to(call, range, words, target, true);
}

namespace {

// Options of OpenSSH, then host and command. False: it would refuse them.
bool parse_ssh(const Strings& args, Remote* remote, std::string* host) {
  size_t i = 0;
  for (; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (!starts_with(arg, "-")) {
      if (!host->empty()) break;
      *host = arg.substr(arg.find('@') == std::string::npos ? 0 : arg.find('@') + 1);
      continue;
    }
    if (arg.size() < 2 || !host->empty()) break;
    if (std::string("bcDEeFIiJLlmOopQRSWw").find(arg[1]) == std::string::npos) continue;  // no value
    if (arg.size() == 2 && i + 1 >= args.size()) return false;
    const std::string value = arg.size() > 2 ? arg.substr(2) : args[++i];
    if (arg[1] == 'o' && starts_with(value, "ConnectTimeout="))
      parse_number(value.substr(15), &remote->connect_timeout);
  }
  remote->command = join(args, " ", i);
  return !host->empty() && !remote->command.empty();
}

}  // namespace

Handed handed_out(Lookup* lookup, const Strings& words) {
  Handed handed;
  const Strings args(words.begin() + 1, words.end());
  Strings missing;
  if (words[0] == "xdsh" && args.size() > 1) {
    XdshWords options;
    if (!parse_xdsh(args, &options)) return {};
    expand_range(lookup, args[0], &handed.hosts, &missing);
    handed.command = join(options.words, " ");
  } else if (words[0] == "ssh") {
    Remote remote;
    std::string host;
    if (!parse_ssh(args, &remote, &host)) return {};
    handed = {{host}, remote.command};
  }
  return handed;
}

// The transport of real engines.
int cmd_ssh(Call& call) {
  Remote remote;
  std::string host;
  if (!parse_ssh(call.args, &remote, &host)) return call.fail("usage: ssh [options] host command\n", 255);
  const Hosts hosts = Hosts::of(call.node);
  log_end(call.node, call.node.call_id(), "exec", 0, 0);
  const Machine* const machine = hosts.find(host);
  if (!machine) unknown_host(host);
  become_remote(hosts, *machine, remote);
}

namespace {

// The real engine of this machine; the ssh it finds first is the simulated one.
int become_engine(Call& call, const std::string& name) {
  const std::string real = "/usr/bin/" + name;
  if (::access(real.c_str(), X_OK) != 0) return call.fail(name + ": not installed on this machine\n", 127);
  const char* const path = std::getenv("PATH");
  ::setenv("PATH", (call.node.root() + "/usr/bin:" + (path ? path : "/usr/bin:/bin")).c_str(), 1);
  ::setenv("AIXSIM_STATE", call.node.root().c_str(), 1);  // ssh is called by its bare name
  ::setenv("PDSH_RCMD_TYPE", "ssh", 0);
  log_end(call.node, call.node.call_id(), "exec", 0, 0);
  Strings words = call.args;
  words.insert(words.begin(), real);
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(&word[0]);
  argv.push_back(nullptr);
  ::execv(real.c_str(), argv.data());
  return 127;
}

}  // namespace

int cmd_pdsh(Call& call) { return become_engine(call, "pdsh"); }
int cmd_clush(Call& call) { return become_engine(call, "clush"); }

}  // namespace aixsim
