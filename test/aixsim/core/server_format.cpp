// SPDX-License-Identifier: Apache-2.0
#include "core/server_format.hpp"

namespace aixsim {

// nfs 4 [SEEN lssrc-g-nfs-aix71]; some captures end every line in a blank.
std::string lssrc_header(bool blank) {
  return std::string("Subsystem         Group            PID          Status") + (blank ? " \n" : "\n");
}

std::string lssrc_row(const std::string& name, const std::string& group, const std::string& pid,
                      const std::string& status, bool blank) {
  return " " + padded(name, 16) + " " + padded(group, 16) + " " + padded(pid, 12) + " " + status +
         (blank ? " \n" : "\n");
}

// [SEEN df-nfs-long-server, df-k-nfs]: a remote name has one blank more behind it; '-' stands one column further left.
std::string df_header(const std::string& blocks) {
  const std::string word = blocks == "MB" || blocks == "GB" ? blocks + " blocks" : blocks + "-blocks";
  return "Filesystem    " + right(word, 10) + "      Free %Used    Iused %Iused Mounted on\n";
}

std::string df_row(const std::string& device, const std::string& blocks, const std::string& free,
                   const std::string& used, const std::string& iused, const std::string& iused_percent,
                   const std::string& over) {
  const auto dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  const bool remote = device.find(":/") != std::string::npos;
  return padded(device, remote ? 12 : 13) + " " + right(dash(blocks), remote ? 11 : 10) + " " + right(dash(free), 9) +
         " " + (used.empty() ? right("-", 4) : right(used + "%", 5)) + " " + right(dash(iused), 8) + " " +
         right(iused_percent.empty() ? "-" : iused_percent + "%", 6) + " " + over + "\n";
}

// [SEEN lsfs-table-jfs2, lsfs-table-nfs, lsfs-c-and-q].
std::string lsfs_header(bool colons) {
  return colons ? "#MountPoint:Device:Vfs:Nodename:Type:Size:Options:AutoMount:"
                  "Acct\n"
                : "Name            Nodename   Mount Pt               VFS   "
                  "Size    Options    Auto Accounting\n";
}

std::string lsfs_row(const Stanza& s) {
  const auto dash = [](const std::string& text) { return text.empty() ? std::string("--") : text; };
  return padded(s.device, 15) + " " + padded(dash(s.node), 10) + " " + padded(s.mount_point, 22) + " " +
         padded(s.vfs, 5) + " " + padded(dash(s.size), 7) + " " + padded(dash(s.options), 10) + " " +
         padded(s.automatic, 4) + " " + padded(s.accounting, 3) + "\n";
}

std::string lsfs_colon_row(const Stanza& s) {
  return join({s.mount_point, s.device, s.vfs, s.node, s.type, s.size, s.options, s.automatic, s.accounting}, ":") +
         "\n";
}

// SEEN with colons; the form of the table is a guess.
std::string lsfs_query(const std::string& size, bool colons) {
  const std::vector<Strings> pairs = {{"lv size", size},       {"fs size", size},    {"block size", "4096"},
                                      {"sparse files", "yes"}, {"inline log", "no"}, {"inline log size", "0"},
                                      {"EAformat", "v1"},      {"Quota", "no"},      {"DMAPI", "no"},
                                      {"VIX", "yes"},          {"EFS", "no"},        {"ISNAPSHOT", "no"},
                                      {"MAXEXT", "0"},         {"MountGuard", "no"}, {"LFF", "no"}};
  Strings words;
  for (const auto& pair : pairs) words.push_back(join(pair, colons ? " " : ": "));
  return colons ? "(" + join(words, ":") + ")\n" : "  (" + join(words, ", ") + ")\n";
}

std::string showmount_header(const std::string& host) { return "export list for " + host + ":\n"; }

// [SEEN showmount-e], one row; how several are aligned is a guess.
std::string showmount_row(const std::string& directory, const std::string& clients) {
  return directory + " " + (clients.empty() ? "(everyone)" : clients) + "\n";
}

}  // namespace aixsim
