// SPDX-License-Identifier: Apache-2.0
// df, lsfs.
#include "commands/command.hpp"
#include "core/server_format.hpp"
#include "state/disks.hpp"
#include "state/mounts.hpp"

namespace aixsim {

namespace {

// 512-byte blocks in the wanted unit; MB and GB have two digits behind the point.
std::string in_unit(long blocks, char unit) {
  if (unit == 'k') return std::to_string(blocks / 2);
  if (unit == 'm') return strf("%.2f", static_cast<double>(blocks) / 2048);
  if (unit == 'g') return strf("%.2f", static_cast<double>(blocks) / 2097152);
  return std::to_string(blocks);
}

std::string row(const Node& node, const Mount& mount, char unit) {
  const std::string device = mount.node.empty() ? mount.mounted : mount.node + ":" + mount.mounted;
  Disk found;
  for (const auto& disk : disks(node)) {
    if (disk.over == mount.over && disk.device == mount.mounted) found = disk;
  }
  if (!mount.node.empty()) found = {device, mount.over, mount.vfs, 65011712, 21760832, 61015, 3};
  if (found.blocks == 0) return df_row(device, "", "", "", "", "", mount.over);
  const long used = found.blocks - found.free;
  return df_row(device, in_unit(found.blocks, unit), in_unit(found.free, unit),
                std::to_string((used * 100 + found.blocks - 1) / found.blocks), std::to_string(found.iused),
                std::to_string(found.iused_percent), mount.over);
}

}  // namespace

int cmd_df(Call& call) {
  char unit = 's';
  Strings paths;
  for (const auto& arg : call.args) {
    if (arg == "-k" || arg == "-m" || arg == "-g") {
      unit = arg[1];
    } else if (starts_with(arg, "-")) {
      return call.fail("df: Not a recognized flag: " + arg.substr(1) +
                       "\nUsage: df [-P] | [-IMitv] [-k|-m|-g] [-s] "
                       "[filesystem ...] [file ...]\n");
    } else {
      paths.push_back(arg);
    }
  }
  const Mounts mounts(call.node);
  call.out = df_header(unit == 'k' ? "1024" : unit == 'm' ? "MB" : unit == 'g' ? "GB" : "512");
  if (paths.empty()) {
    for (const auto& mount : mounts.all()) call.out += row(call.node, mount, unit);
    return 0;
  }
  int status = 0;
  for (const auto& path : paths) {
    Mount mount;
    if (!exists(call.node.root() + path) || !mounts.covering(path, &mount)) {
      status = call.fail("df: " + path + ": No such file or directory\n");
    } else {
      call.out += row(call.node, mount, unit);
    }
  }
  return status;
}

namespace {

std::string trimmed(const std::string& text) {
  const size_t from = text.find_first_not_of(" \t\r"), to = text.find_last_not_of(" \t\r");
  return from == std::string::npos ? "" : text.substr(from, to - from + 1);
}

std::vector<Stanza> stanzas(const Node& node) {
  std::vector<Stanza> all;
  for (const auto& raw : split(node.file("/etc/filesystems"), '\n')) {
    const std::string line = trimmed(raw);
    if (line.empty() || line[0] == '*') continue;
    if (line[0] == '/' && line.back() == ':') {
      all.emplace_back();
      all.back().mount_point = line.substr(0, line.size() - 1);
      continue;
    }
    const size_t equals = line.find('=');
    if (all.empty() || equals == std::string::npos) continue;
    Stanza& last = all.back();
    const std::string key = trimmed(line.substr(0, equals));
    std::string value = trimmed(line.substr(equals + 1));
    if (value.size() > 1 && value[0] == '"') value = value.substr(1, value.size() - 2);
    if (key == "dev") last.device = value;
    if (key == "vfs") last.vfs = value;
    if (key == "nodename" && value != "-") last.node = value;
    if (key == "type") last.type = value;
    if (key == "options") last.options = value;
    if (key == "mount") last.automatic = value == "true" || value == "automatic" ? "yes" : "no";
    if (key == "account") last.accounting = value == "true" ? "yes" : "no";
  }
  for (auto& stanza : all) {
    for (const auto& disk : disks(node)) {
      if (disk.device == stanza.device && disk.vfs == "jfs2") stanza.size = std::to_string(disk.blocks);
    }
  }
  return all;
}

}  // namespace

int cmd_lsfs(Call& call) {
  bool colons = false, query = false;
  std::string vfs;
  Strings words;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-v" && i + 1 < call.args.size()) {
      vfs = call.args[++i];
    } else if (starts_with(arg, "-") && arg.find_first_not_of("-clqa") == std::string::npos && arg.size() > 1) {
      colons = colons || arg.find('c') != std::string::npos;
      query = query || arg.find('q') != std::string::npos;
    } else if (starts_with(arg, "-")) {
      return call.fail(
          "Usage: lsfs [-q] [-c | -l] [-a | -v VfsType | -u "
          "MountGroup | FileSystem ...]\n");
    } else {
      words.push_back(arg);
    }
  }
  const auto all = stanzas(call.node);
  std::vector<Stanza> shown;
  int status = 0;
  if (words.empty()) {
    for (const auto& stanza : all) {
      if (vfs.empty() || stanza.vfs == vfs) shown.push_back(stanza);
    }
  }
  for (const auto& word : words) {
    const size_t before = shown.size();
    for (const auto& stanza : all) {
      if (stanza.mount_point == word || stanza.device == word) shown.push_back(stanza);
    }
    if (shown.size() == before) {
      status = call.fail("lsfs: No record matching " + word + " was found in /etc/filesystems.\n");
    }
  }
  if (shown.empty()) return status;
  call.out = lsfs_header(colons);
  for (const auto& stanza : shown) {
    call.out += colons ? lsfs_colon_row(stanza) : lsfs_row(stanza);
    if (query && stanza.vfs == "jfs2") call.out += lsfs_query(stanza.size, colons);
  }
  return status;
}

}  // namespace aixsim
