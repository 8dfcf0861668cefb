// SPDX-License-Identifier: Apache-2.0
// xdsh, xdcp, prsync, ssh, pdsh, clush. xcat 1.7, 6.2; usage lines and error texts are guesses.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"
#include "control/calls.hpp"
#include "core/fan_out.hpp"
#include "state/mounts.hpp"

namespace aixsim {

bool range_of(Call& call, Lookup* lookup, const std::string& range, Strings* nodes) {
  std::string why;
  if (expand_range(lookup, range, nodes, &why)) return true;
  call.fail("Error: Invalid nodes and/or groups in noderange: " + why + "\n");
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

// Exit status of all, and the lines of one.
class Sum {
 public:
  explicit Sum(Call& call) : call_(call) {}
  void add(const Finished& one, long timeout) {
    const bool err = !call_.node.is("xdsh-errors", "stdout");
    print(call_, false, prefixed(one.name, one.out));
    std::string text = prefixed(one.name, one.err);
    if (one.timed_out) {
      text += one.name + ": Error: the command timed out after " + std::to_string(timeout) + " seconds\n";
    }
    print(call_, err, text);
    if (one.status == 0) return;
    max_ = std::max(max_, one.status > 255 ? 255 : one.status);
    ++count_;
  }
  int status() const {
    const std::string& how = call_.node.variant("xdsh-status");
    return how == "max" ? max_ : how == "one" ? (count_ > 0 ? 1 : 0) : how == "count" ? std::min(count_, 255) : 0;
  }

 private:
  Call& call_;
  int max_ = 0, count_ = 0;
};

}  // namespace

int cmd_xdsh(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "Usage: xdsh <noderange> [-e] [-f fanout] [-l userid] [-Q] [-s] [-t timeout] [-v] [-z] <command>\n");
  };
  long width = 64, timeout = 0;
  bool script = false;
  Strings words;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    const bool more = i + 1 < call.args.size();
    // Options stand before and after the range, but not behind the first word of the command.
    if (words.size() >= 2 || !starts_with(arg, "-")) {
      words.push_back(arg);
    } else if (arg == "-e") {
      script = true;
    } else if ((arg == "-f" || arg == "-t") && more) {
      if (!parse_number(call.args[++i], arg == "-f" ? &width : &timeout)) return usage();
    } else if (arg == "-l" && more) {
      ++i;
    } else if (arg != "-Q" && arg != "-s" && arg != "-v" && arg != "-z") {
      return usage();
    }
  }
  if (words.size() < 2) return usage();
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  Lookup lookup(store);
  std::vector<const Machine*> machines;
  if (!machines_of(call, hosts, &lookup, words[0], &machines)) return 1;
  Remote remote;
  remote.command = join(words, " ", 1);
  if (script) {
    const Strings parts = split(remote.command, ' ');
    remote.script = parts[0][0] == '/' && exists(call.node.root() + parts[0]) ? call.node.root() + parts[0] : parts[0];
    if (!exists(remote.script)) return call.fail("Error: File " + parts[0] + " does not exist\n");
    remote.command =
        "/tmp/" + parts[0].substr(parts[0].rfind('/') + 1) + (parts.size() > 1 ? " " : "") + join(parts, " ", 1);
  }
  std::vector<Job> jobs;
  for (const Machine* const machine : machines) {
    Remote own = remote;
    // -e sends the node's name along (xcat 1.7: export NODE=<node>;).
    if (script) own.environment = {"NODE=" + machine->name()};
    jobs.push_back({machine->name(), [&hosts, machine, own] { become_remote(hosts, *machine, own); }});
  }
  Sum sum(call);
  fan_out(jobs, width, timeout, [&](const Finished& one) { sum.add(one, timeout); });
  return sum.status();
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
  Sum sum(call);
  fan_out(jobs, 64, 0, [&](const Finished& one) {
    sum.add(one, 0);
    if (rsync && one.status == 255) print(call, true, "rsync error: unexplained error (code 255) at io.c(235)\n");
    if (rsync && one.status == 23) {
      print(call, true, "rsync error: some files/attrs were not transferred (see previous errors) (code 23)\n");
    }
  });
  return rsync ? 0 : sum.status();
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

// The transport of real engines: options of OpenSSH, then host and command.
int cmd_ssh(Call& call) {
  Remote remote;
  std::string host;
  size_t i = 0;
  for (; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (!starts_with(arg, "-")) {
      if (!host.empty()) break;
      host = arg.substr(arg.find('@') == std::string::npos ? 0 : arg.find('@') + 1);
      continue;
    }
    if (arg.size() < 2 || !host.empty()) break;
    if (std::string("bcDEeFIiJLlmOopQRSWw").find(arg[1]) == std::string::npos) continue;  // no value
    if (arg.size() == 2 && i + 1 >= call.args.size()) return call.fail("usage: ssh [options] host command\n", 255);
    const std::string value = arg.size() > 2 ? arg.substr(2) : call.args[++i];
    if (arg[1] == 'o' && starts_with(value, "ConnectTimeout=")) parse_number(value.substr(15), &remote.connect_timeout);
  }
  remote.command = join(call.args, " ", i);
  if (host.empty() || remote.command.empty()) return call.fail("usage: ssh [options] host command\n", 255);
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
