// SPDX-License-Identifier: Apache-2.0
// mount: lists, and mounts a server directory or a local directory.
#include "commands/command.hpp"
#include "core/format.hpp"
#include "state/mounts.hpp"

namespace aixsim {
namespace {

// nfs 2.1: options are those given at mount time; nfs4cl changes never show up here [GUESS].
int list(Call& call) {
  call.out = mount_header();
  for (const auto& m : Mounts(call.node).all()) {
    call.out += mount_row(m.node, m.mounted, m.over, m.vfs, mount_date(m.date), m.options);
  }
  return 0;
}

int usage(Call& call) {
  return call.fail(
      "Usage: mount [-fipr] [-n Node] [-o Options] [-t Type] [-{v|V} Vfs]\n"
      "        [-a | all | [[Node:]Device] Directory]\n");
}

}  // namespace

int cmd_mount(Call& call) {
  std::string node, vfs, options;
  Strings words;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-n" || arg == "-o" || arg == "-v" || arg == "-V") {
      if (++i >= call.args.size()) return usage(call);
      (arg == "-n" ? node : arg == "-o" ? options : vfs) = call.args[i];
    } else if (arg == "-r") {
      options = options.empty() ? "ro" : "ro," + options;
    } else if (starts_with(arg, "-")) {
      return call.fail("mount: 0506-335 Not a recognized flag: " + arg.substr(1) + "\n", usage(call));
    } else {
      words.push_back(arg);
    }
  }
  if (words.empty()) return call.args.empty() ? list(call) : usage(call);
  if (words.size() != 2) return call.fail("mount: 0506-324 Cannot mount " + words[0] + ": not simulated\n");
  std::string device = words[0];
  const size_t colon = device.find(":/");
  if (node.empty() && colon != std::string::npos) {
    node = device.substr(0, colon);
    device = device.substr(colon + 1);
  }
  Mounts mounts(call.node);
  Mount mount;
  mount.node = node;
  mount.mounted = device;
  mount.over = clean_path(words[1]);
  mount.options = options;
  mount.date = call.node.clock();
  if (node.empty()) {
    mount.vfs = call.node.variant("overmount");  // nfs 6: unknown which of the two
    Mount source;
    if (mounts.covering(device, &source)) mount.fs = source.fs;
  } else {
    // nfs 2.3 [DOC]: v4 is used only with vers=4.
    const Options given = parse_options(options);
    mount.vfs = vfs == "stnfs" ? vfs : option(given, "vers") == "4" ? "nfs4" : "nfs3";
    Filesystem fs;
    fs.key = mounts.new_fsid();
    fs.vfs = mount.vfs;
    fs.remote = device;
    fs.local = mount.over;
    fs.mounted_from = fs.current = node;
    fs.servers = {node};
    fs.base = fs.options = default_options();
    for (const auto& [key, value] : given) {
      if (key != "vers") set_option(&fs.options, key, value);
    }
    fs.mounted = fs.options;
    mounts.save(fs);
    mount.fs = fs.key;
  }
  mounts.add(mount);
  return 0;
}

}  // namespace aixsim
