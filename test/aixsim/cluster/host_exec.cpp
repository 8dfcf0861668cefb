// SPDX-License-Identifier: Apache-2.0
#include "cluster/host_exec.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "cluster/wire.hpp"
#include "commands/command.hpp"
#include "control/control.hpp"

namespace aixsim {
namespace {

const Strings kOwnPrograms = {"setupnfsv4replication", "setuphanfs", "checkhanfs", "makehanfs", "hanfs_export"};
// Programs of this machine that may stand for AIX's: they get paths below the host.
const Strings kBorrowed = {"sh",    "ksh",   "bash",  "cat",   "ls",  "cp",   "mv",   "rm",    "mkdir",
                           "rmdir", "chmod", "grep",  "sed",   "awk", "head", "tail", "wc",    "sort",
                           "cut",   "tr",    "touch", "test",  "env", "perl", "date", "sleep", "true",
                           "false", "find",  "diff",  "cksum", "ps",  "id",   "tee",  "cd"};

bool one_of(const std::string& word, const Strings& all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

// The word without quotes and backslashes. That is enough to recognize the name of a program.
std::string plain(const std::string& word) {
  std::string text;
  for (const char c : word) {
    if (c != '\'' && c != '"' && c != '\\') text += c;
  }
  return text;
}

// End of the word that starts at `from`: the next blank or operator outside of quotes.
size_t word_end(const std::string& text, size_t from) {
  char quote = '\0';
  for (size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (quote) {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '\\') {
      ++i;
    } else if (std::string(" \t\n;&|<>()").find(c) != std::string::npos) {
      return i;
    }
  }
  return text.size();
}

std::string below(const std::string& word, const std::string& root) {
  const std::string text = plain(word);
  return text[0] == '/' && text != "/dev/null" ? quoted(root) + word : word;
}

bool assignment(const std::string& word) {
  const size_t at = word.find('=');
  if (at == 0 || at == std::string::npos) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(at), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

// `borrowed`: a program of this machine does the work, so its arguments need paths below the host too.
std::string command_word(const std::string& word, const std::string& root, bool* borrowed) {
  const std::string text = plain(word), name = text.substr(text.rfind('/') + 1);
  std::string result = word;
  *borrowed = one_of(name, kBorrowed);
  if (text[0] == '/') {
    const bool there = exists(root + text);
    if (there || !one_of(name, kBorrowed)) {
      result = quoted(root) + word;
    } else {
      result = name;
    }
  }
  if (one_of(name, kOwnPrograms)) result += " --sysroot " + quoted(root);
  return result;
}

}  // namespace

std::string localized(const std::string& command, const std::string& root) {
  static const Strings kBefore = {"exec", "command", "nohup", "time", "env", "if", "then", "else", "do", "while", "!"};
  std::string result;
  bool first = true;  // the next word is a command
  bool borrowed = false;
  for (size_t i = 0; i < command.size();) {
    const char c = command[i];
    if (c == ' ' || c == '\t') {
      result += c;
      ++i;
    } else if (std::string(";&|()\n").find(c) != std::string::npos) {
      result += c;
      first = true;
      ++i;
    } else if (c == '<' || c == '>') {
      while (i < command.size() && std::string("<>&").find(command[i]) != std::string::npos) result += command[i++];
      while (i < command.size() && command[i] == ' ') result += command[i++];
      const size_t end = word_end(command, i);
      if (end > i) result += below(command.substr(i, end - i), root);
      i = end;
      // what follows is still the same command
    } else {
      const size_t end = word_end(command, i);
      const std::string word = command.substr(i, end - i);
      const bool redirection = end < command.size() && (command[end] == '<' || command[end] == '>') &&
                               word.find_first_not_of("0123456789") == std::string::npos;
      if (redirection || (first && (assignment(word) || one_of(word, kBefore)))) {
        result += word;
      } else if (first) {
        result += command_word(word, root, &borrowed);
        first = false;
      } else {
        result += borrowed ? below(word, root) : word;
      }
      i = end;
    }
  }
  return result;
}

void unknown_host(const std::string& name) {
  say(2, "ssh: Could not resolve hostname " + name + ": Hostname and service name not provided or found\n");
  ::_exit(255);
}

namespace {

void pause_for(long seconds) {
  timespec left{seconds, 0};
  while (::nanosleep(&left, &left) != 0) {
  }
}

[[noreturn]] void refuse(const Node& node, const std::string& name, long connect_timeout) {
  Strings how = fields(node.get("ssh"));
  if (how.size() != 2) how = {"no-route", "0"};
  long after = 0;
  parse_number(how[1], &after);
  if (how[0] == "hang") hang(false, after > 0 ? after : 600);
  const bool too_long = connect_timeout > 0 && after > connect_timeout;
  pause_for(too_long ? connect_timeout : after);
  const std::string connect = "ssh: connect to host " + name + " port 22: ";
  const std::map<std::string, std::string> kSaid = {
      {"no-route", connect + "No route to host"},
      {"refused", connect + "Connection refused"},
      {"timed-out", connect + "Connection timed out"},
      {"unknown", "ssh: Could not resolve hostname " + name + ": Name or service not known"},
      {"denied", "root@" + name + ": Permission denied (publickey,password)."},
      {"changed",
       "@@@@@@@@@@@@@@@@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed."}};
  say(2, kSaid.at(too_long ? "timed-out" : how[0]) + "\n");
  ::_exit(255);
}

// What /bin/sh of this machine is given. Where checkhanfs asks servers, what it would print; behind it goes on what an
// engine has put there.
std::string command_line_of(const Hosts& hosts, const std::string& command, const std::string& root) {
  const size_t end = std::min(command.find_first_of(";\n"), command.size());
  const std::string first = command.substr(0, end), answer = wire_answer(hosts, first);
  if (answer.empty() || !exists(root + first.substr(0, first.find(' ')))) return localized(command, root);
  const bool fine = answer.find("CRITICAL") == std::string::npos;
  return "(printf '%s\\n' " + quoted(answer) + "; exit " + (fine ? "0" : "2") + ")" +
         localized(command.substr(end), root);
}

}  // namespace

void reach(const Hosts& hosts, const Machine& machine, long connect_timeout) {
  const Node node = hosts.folder(machine);
  if (machine.kind == Machine::Kind::kDevice || !node.get("down").empty() || !node.get("ssh").empty()) {
    refuse(node, machine.name(), connect_timeout);
  }
  if (machine.kind == Machine::Kind::kNode && node_hangs(node)) hang(false, 600);
}

void become_remote(const Hosts& hosts, const Machine& machine, const Remote& remote) {
  reach(hosts, machine, remote.connect_timeout);
  const Node node = hosts.folder(machine);
  if (!remote.script.empty()) {
    const std::string name = remote.script.substr(remote.script.rfind('/') + 1), copy = node.root() + "/tmp/" + name;
    if (!copy_tree(remote.script, copy)) {
      say(2, "scp: " + remote.script + ": No such file or directory\n");
      ::_exit(1);
    }
    ::chmod(copy.c_str(), 0755);
  }
  const std::string& root = node.root();
  const std::string path = "PATH=" + root + "/bin:" + root + "/usr/sbin:" + root + "/usr/bin:/usr/bin:/bin";
  Strings environment = {path, "HOME=" + root, "LOGNAME=root", "AIXSIM_STATE=" + root};
  environment.insert(environment.end(), remote.environment.begin(), remote.environment.end());
  std::vector<char*> variables;
  for (auto& one : environment) variables.push_back(&one[0]);
  variables.push_back(nullptr);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null >= 0) ::dup2(null, 0);
  // gethostname(2) of our own programs answers with the host's name, where this process may have a name space.
  if (::unshare(CLONE_NEWUTS) == 0) ::sethostname(machine.name().c_str(), machine.name().size());
  std::string folder = root + remote.folder, text = command_line_of(hosts, remote.command, root), shell = "/bin/sh",
              flag = "-c";
  if (::chdir(folder.c_str()) != 0) ::_exit(1);
  char* const argv[] = {&shell[0], &flag[0], &text[0], nullptr};
  ::execve(shell.c_str(), argv, variables.data());
  ::_exit(127);
}

int cluster_exec(const Hosts& hosts, const Strings& args) {
  if (args.size() < 2) {
    say(2, "aixsim: cluster exec DIR HOST COMMAND...\n");
    return 2;
  }
  const Machine* const machine = hosts.find(args[0]);
  if (!machine) unknown_host(args[0]);
  become_remote(hosts, *machine, {join(args, " ", 1), {}, "", 0, ""});
}

int cluster_down(const Hosts& hosts, const Strings& args) {
  Strings names;
  std::string how;
  long after = 0;
  for (size_t i = 0; i < args.size(); ++i) {
    const bool more = i + 1 < args.size();
    if (args[i] == "--ssh" && more &&
        one_of(args[i + 1], {"refused", "no-route", "timed-out", "unknown", "denied", "changed", "hang"})) {
      how = args[++i];
    } else if (args[i] == "--after" && more && parse_number(args[i + 1], &after)) {
      ++i;
    } else if (starts_with(args[i], "-") || !hosts.find(args[i])) {
      say(2, "aixsim: cluster down: " + args[i] +
                 ": neither a host nor --ssh refused|no-route|timed-out|unknown|denied|changed|hang nor " +
                 "--after SECONDS\n");
      return 2;
    } else {
      names.push_back(args[i]);
    }
  }
  int status = names.empty() ? 2 : 0;
  for (const auto& name : names) {
    Node node = hosts.folder(*hosts.find(name));
    if (!how.empty() || after > 0) {
      node.write("ssh", record({how.empty() ? "timed-out" : how, std::to_string(after)}));
    }
    if (!node.get("down").empty()) continue;
    const int one = control_down(node, {"--quiet"});
    if (one) status = one;
  }
  if (names.empty())
    say(2,
        "aixsim: cluster down DIR HOST... [--ssh refused|no-route|timed-out|unknown|denied|changed|hang] [--after "
        "S]\n");
  return status;
}

int cluster_up(const Hosts& hosts, const Strings& args) {
  for (const auto& name : args) {
    const Machine* const machine = hosts.find(name);
    if (!machine) {
      say(2, "aixsim: cluster up: " + name + ": unknown\n");
      return 2;
    }
    Node node = hosts.folder(*machine);
    node.write("ssh", "");
    if (!node.get("down").empty()) control_up(node, {});
  }
  return 0;
}

namespace {

void install_into(const std::string& folder, const std::string& bin) {
  make_dirs(folder);
  for (const auto& name : kOwnPrograms) {
    if (!exists(bin + "/" + name)) continue;
    const std::string link = folder + "/" + name;
    ::unlink(link.c_str());
    if (::symlink((bin + "/" + name).c_str(), link.c_str()) != 0) return;
  }
}

}  // namespace

void install_programs(const Hosts& hosts, const std::string& bin) {
  install_into(hosts.dir() + "/.skeleton/hanfs/bin", bin);
  for (const auto& machine : hosts.all()) {
    if (machine.kind == Machine::Kind::kDevice) continue;
    const std::string opt = hosts.folder(machine).root() + "/opt";
    if (machine.kind != Machine::Kind::kNode) {
      install_into(opt + "/hanfs/bin", bin);
      continue;
    }
    make_dirs(opt);
    if (!exists(opt + "/hanfs") && ::symlink("../../.skeleton/hanfs", (opt + "/hanfs").c_str()) != 0) return;
  }
}

}  // namespace aixsim
