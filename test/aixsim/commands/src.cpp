// SPDX-License-Identifier: Apache-2.0
// lssrc, startsrc, stopsrc.
#include "state/src.hpp"

#include <algorithm>

#include "commands/command.hpp"
#include "core/server_format.hpp"
#include "state/failover.hpp"
#include "state/links.hpp"

namespace aixsim {
namespace {

struct Wish {
  bool all = false, bad = false;
  std::string subsystem, group;
};

Wish parse(const Call& call, const std::string& plain_flags) {
  Wish wish;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if ((arg == "-s" || arg == "-g") && i + 1 < call.args.size()) {
      (arg == "-s" ? wish.subsystem : wish.group) = call.args[++i];
    } else if (arg == "-a") {
      wish.all = true;
    } else if (arg.size() != 2 || arg[0] != '-' || plain_flags.find(arg[1]) == std::string::npos) {
      wish.bad = true;
    }
  }
  wish.bad = wish.bad || (wish.all ? 1 : 0) + (wish.subsystem.empty() ? 0 : 1) + (wish.group.empty() ? 0 : 1) != 1;
  return wish;
}

bool selects(const Wish& wish, const Daemon& d) {
  return wish.all || (!wish.subsystem.empty() && d.name == wish.subsystem) ||
         (!wish.group.empty() && d.group == wish.group);
}

std::string unknown(const Wish& wish) {
  return wish.subsystem.empty() ? "0513-086 The " + wish.group + " Group is not on file.\n"
                                : "0513-085 The " + wish.subsystem + " Subsystem is not on file.\n";
}

// Members of the group, in the order in which SRC starts them.
Strings members(const Wish& wish, const std::vector<Daemon>& all) {
  Strings names;
  if (wish.group == "nfs") return nfs_daemons_started();
  for (const auto& d : all) {
    if (selects(wish, d)) names.push_back(d.name);
  }
  return names;
}

}  // namespace

int cmd_lssrc(Call& call) {
  const Wish wish = parse(call, "");
  if (wish.bad) return call.fail("Usage: lssrc [-h Host] {-a | -g Group_name | [-l] -s Subsystem}\n");
  const Src src(call.node);
  const Lock lock(src.lock());
  const bool blank = call.node.is("lssrc-blanks", "yes");
  std::string rows;
  for (const auto& d : src.look(true)) {
    if (!selects(wish, d)) continue;
    std::string status = d.state == "starting" ? "inoperative" : d.state;
    if (status == "stopping" && call.node.is("stopping-status", "active")) status = "active";
    const bool has_pid = status != "inoperative" && d.pid > 0;
    rows += lssrc_row(d.name, d.group, has_pid ? std::to_string(d.pid) : "", status, blank);
  }
  if (rows.empty()) return call.fail(unknown(wish));
  call.out = lssrc_header(blank) + rows;
  return 0;
}

int cmd_startsrc(Call& call) {
  const Wish wish = parse(call, "");
  if (wish.bad || wish.all)
    return call.fail(
        "Usage: startsrc [-a Argument] [-e Environment] {-s "
        "Subsystem | -g Group}\n");
  const Src src(call.node);
  const Lock lock(src.lock());
  const Strings names = members(wish, src.look(false));
  if (names.empty()) return call.fail(unknown(wish));
  size_t failed = 0;
  for (const auto& name : names) {
    bool fine = false;
    const std::string message = src.start(name, &fine);
    (fine ? call.out : call.err) += message;
    failed += fine ? 0 : 1;
  }
  if (failed == 0) return 0;
  return failed < names.size() && call.node.is("startsrc-partial", "0") ? 0 : 1;
}

namespace {

int stop(Call& call, const Wish& wish) {
  const Src src(call.node);
  const Lock lock(src.lock());
  const auto all = src.look(false);
  const Strings names = members(wish, all);
  if (names.empty()) return call.fail(unknown(wish));
  bool any = false;
  for (const auto& name : names) {
    const bool idle = std::any_of(all.begin(), all.end(),
                                  [&](const Daemon& d) { return d.name == name && d.state == "inoperative"; });
    if (idle) continue;
    bool fine = false;
    call.out += src.stop(name, &fine);
    any = true;
  }
  if (any) return 0;
  // Only when nothing of it runs; stdout as every SRC message, the status is a guess.
  call.out += "0513-004 The Subsystem or Group, " + (wish.group.empty() ? names[0] : wish.group) +
              ", is currently inoperative.\n";
  return call.node.is("stopsrc-inoperative", "1") ? 1 : 0;
}

}  // namespace

int cmd_stopsrc(Call& call) {
  const Wish wish = parse(call, "fc");
  if (wish.bad) return call.fail("Usage: stopsrc [-f | -c] {-a | -g Group | -s Subsystem}\n");
  const bool served = Src(call.node).active("nfsd");
  const int status = stop(call, wish);
  // nfs 3: its clients leave a server that serves no more.
  if (served && !Src(call.node).active("nfsd"))
    for (const std::string& folder : linked_nodes(call.node)) fail_over(Node(folder));
  return status;
}

}  // namespace aixsim
