// SPDX-License-Identifier: Apache-2.0
// exportfs: what the kernel exports now.
#include <algorithm>
#include <set>

#include "commands/command.hpp"
#include "state/exports.hpp"

namespace aixsim {
namespace {

struct Wish {
  bool all = false, verbose = false, unexport = false, ignore = false, force = false, given = false;
  std::string file = "/etc/exports", options, version;
  Strings dirs;
};

int usage(Call& call) {
  return call.fail(
      "Usage: exportfs [-aiuvF] [-f File] [-o Options] [-V "
      "Version] [Directory...]\n");
}

bool parse(Call& call, Wish* wish) {
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg.size() < 2 || arg[0] != '-') {
      wish->dirs.push_back(clean_path(arg));
      continue;
    }
    for (size_t k = 1; k < arg.size(); ++k) {
      const char flag = arg[k];
      if (flag == 'a') wish->all = true;
      if (flag == 'v') wish->verbose = true;
      if (flag == 'u') wish->unexport = true;
      if (flag == 'i') wish->ignore = true;
      if (flag == 'F') wish->force = true;
      if (flag == 'f' || flag == 'o' || flag == 'V') {
        std::string value = arg.substr(k + 1);
        if (value.empty() && ++i < call.args.size()) value = call.args[i];
        if (value.empty()) return false;
        (flag == 'f' ? wish->file : flag == 'o' ? wish->options : wish->version) = value;
        wish->given = wish->given || flag == 'o';
        break;
      }
      if (std::string("avuiF").find(flag) == std::string::npos) return false;
    }
  }
  return true;
}

// 1831-187 is SEEN, and is a success; the other words are guesses.
void say_done(Call& call, const Wish& wish, const std::string& what, const std::string& dir) {
  if (!wish.verbose) return;
  call.out +=
      what == "re-exported" ? "exportfs: 1831-187 re-exported " + dir + "\n" : "exportfs: " + what + " " + dir + "\n";
}

int unexport(Call& call, const Wish& wish) {
  const Exports exports(call.node);
  Strings dirs = wish.dirs;
  if (wish.all) {
    dirs.clear();
    for (const auto& one : exports.now()) {
      const bool listed = std::find(dirs.begin(), dirs.end(), one.dir) != dirs.end();
      if (!listed && (wish.version.empty() || one.versions().count(wish.version))) dirs.push_back(one.dir);
    }
  }
  size_t failed = 0;
  for (const auto& dir : dirs) {
    const std::string why = exports.remove(dir, wish.version, wish.force);
    if (why.empty()) {
      say_done(call, wish, "unexported", dir);
    } else {
      call.err += "exportfs: " + why + "\n";
      ++failed;
    }
  }
  if (failed == 0) return 0;
  return failed < dirs.size() && call.node.is("exportfs-partial", "0") ? 0 : 1;
}

int add_all(Call& call, const Wish& wish, const std::vector<Export>& wanted) {
  const Exports exports(call.node);
  size_t failed = 0;
  for (const auto& one : wanted) {
    bool again = false;
    const std::string why = exports.add(one, &again);
    if (why.empty()) {
      say_done(call, wish, again ? "re-exported" : "exported", one.dir);
    } else {
      call.err += "exportfs: " + why + "\n";
      ++failed;
    }
  }
  if (failed == 0) return 0;
  return failed < wanted.size() && call.node.is("exportfs-partial", "0") ? 0 : 1;
}

}  // namespace

int cmd_exportfs(Call& call) {
  Wish wish;
  if (!parse(call, &wish)) return usage(call);
  if (wish.force && !wish.unexport) return usage(call);  // nfs 4 [DOC]
  if (!wish.all && wish.dirs.empty()) {
    if (wish.unexport || wish.given || wish.ignore) return usage(call);
    call.out = call.node.file("/etc/xtab");
    if (!call.out.empty() || call.node.is("exportfs-nothing", "silent")) return 0;
    if (call.node.is("exportfs-nothing", "stderr")) return call.fail("exportfs: nothing exported\n");
    call.out = "exportfs: nothing exported\n";
    return 0;
  }
  const Lock lock(Exports(call.node).lock());
  if (wish.unexport) return unexport(call, wish);
  std::vector<Export> wanted;
  if (wish.ignore || wish.given) {
    static const std::set<std::string> kFew = {"vers", "ro", "rw", "root", "access"};
    for (const auto& [name, value] : parse_options(wish.options)) {
      if (call.node.is("exportfs-options", "few") && kFew.count(name) == 0)
        return call.fail("exportfs: " + name + ": unknown option\n");
    }
    for (const auto& dir : wish.dirs) wanted.push_back({dir, parse_options(wish.options)});
    return add_all(call, wish, wanted);
  }
  std::string text;
  if (!read_file(call.node.root() + wish.file, &text)) {
    return call.fail("exportfs: " + wish.file + ": No such file or directory\n");
  }
  const auto all = parse_exports(text);
  if (wish.all) return add_all(call, wish, all);
  int status = 0;
  for (const auto& dir : wish.dirs) {
    bool found = false;
    for (const auto& one : all) {
      if (one.dir != dir) continue;
      wanted.push_back(one);
      found = true;
    }
    if (found) continue;
    call.err += "exportfs: " + dir + ": not found in " + wish.file + "\n";
    status = 1;
  }
  const int added = add_all(call, wish, wanted);
  return status ? status : added;
}

}  // namespace aixsim
