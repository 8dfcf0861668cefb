// SPDX-License-Identifier: Apache-2.0
// rsync [OPTIONS] SOURCE [HOST:]TARGET of the machine where it runs, as far as copies between servers need it: a source
// that ends in a slash stands for what is in it, and only -a or -t keep modification times (xcat 1.7, prsync).
#include "cluster/host_exec.hpp"
#include "cluster/remote_jobs.hpp"
#include "state/mounts.hpp"

namespace aixsim {

int cmd_rsync(Call& call) {
  bool times = false, recursive = false;
  Strings words;
  for (const auto& arg : call.args) {
    if (!starts_with(arg, "-")) {
      words.push_back(arg);
      continue;
    }
    if (starts_with(arg, "--") || arg.find_first_not_of("-aHztrlpgoDAEv") != std::string::npos) {
      return call.fail("rsync: " + arg + ": unknown option\nrsync error: syntax or usage error (code 1)\n");
    }
    times = times || arg.find_first_of("at") != std::string::npos;
    recursive = recursive || arg.find_first_of("ar") != std::string::npos;
  }
  if (words.size() != 2) return call.fail("rsync error: syntax or usage error (code 1)\n");
  const Hosts hosts = Hosts::of(call.node);
  const size_t colon = words[1].find(':');
  const Machine* const machine = colon == std::string::npos ? nullptr : hosts.find(words[1].substr(0, colon));
  if (colon != std::string::npos) {
    if (!machine) return call.fail("rsync error: unexplained error (code 255)\n", 255);
    reach(hosts, *machine, 0);
  }
  const Node there = machine ? hosts.folder(*machine) : call.node;
  const std::string from = call.node.root() + clean_path(words[0]);
  std::string to = there.root() + clean_path(words[1].substr(colon == std::string::npos ? 0 : colon + 1));
  if (words[0].back() != '/') to += "/" + from.substr(from.rfind('/') + 1);
  if (!exists(from)) {
    return call.fail("rsync: change_dir \"" + words[0] +
                         "\" failed: No such file or directory (2)\n"
                         "rsync error: some files/attrs were not transferred (see previous errors) (code 23)\n",
                     23);
  }
  if (!recursive) return call.fail("skipping directory " + words[0] + "\n", 0);
  // Like rsync it makes the last folder only.
  if (!exists(to.substr(0, to.rfind('/')))) {
    return call.fail("rsync: mkdir \"" + to.substr(there.root().size()) +
                         "\" failed: No such file or directory (2)\nrsync error: error in file IO (code 11)\n",
                     11);
  }
  if (!copy_tree(from, to)) return call.fail("rsync error: some files/attrs were not transferred (code 23)\n", 23);
  if (!times) touch_tree(to);
  return 0;
}

}  // namespace aixsim
