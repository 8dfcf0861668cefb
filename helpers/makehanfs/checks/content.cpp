// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "makehanfs/checks/checks.hpp"
#include "text/words.hpp"
#include "report/table.hpp"
#include "run/command.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

bool has_vers4(std::string_view options) {
  const std::vector<std::string_view> words = split_list(options);
  return std::find(words.begin(), words.end(), "vers=4") != words.end();
}

bool lies_in(std::string_view path, std::string_view directory) {
  return path.substr(0, directory.size()) == directory &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// Nodes of the cluster that a row with this key (a node or a group) is about.
class RowNodes {
 public:
  explicit RowNodes(const Draft& draft) : draft_(draft), place_(draft.tables.nodes().size(), nowhere) {
    for (std::size_t i = 0; i < draft.nodes.size(); ++i) place_[draft.nodes[i].index] = i;
  }

  std::vector<std::size_t> of(std::string_view key) const {
    std::vector<std::size_t> nodes;
    if (const auto node = draft_.indexes.find(key)) {
      if (place_[*node] != nowhere) nodes.push_back(place_[*node]);
    } else if (const auto* members = draft_.tables.members_of(key); members != nullptr) {
      for (const std::uint32_t member : *members)
        if (place_[member] != nowhere) nodes.push_back(place_[member]);
    }
    return nodes;
  }

 private:
  const Draft& draft_;
  std::vector<std::size_t> place_;  // by NodeIndex
};

void judge_persistent(Draft& draft, const std::string& row, std::string_view directory,
                      const std::vector<std::size_t>& nodes) {
  const std::string& replicated = draft.settings.directory;
  if (!lies_in(directory, replicated)) {
    draft.about_nodes({Level::warning, "statelite-elsewhere",
                       "their persistent files are in " + report::escape_control(directory) + " (" + row + "), not in " +
                           replicated + ", and so have no replica",
                       "nothing, where that server has its own protection; else a directory in " + replicated},
                      nodes);
  } else if (draft.settings.access == "ro") {
    draft.about_nodes({Level::error, "statelite-needs-rw",
                       "they write to " + report::escape_control(directory) + " (" + row + "), but " + replicated +
                           " is to be exported ro",
                       "--access rw, with a file system that all servers share (GPFS); or a directory elsewhere"},
                      nodes);
  } else if (draft.shared_install == SharedInstall::no) {
    draft.about_nodes({Level::warning, "statelite-not-shared",
                       "what they write to " + report::escape_control(directory) + " (" + row +
                           ") is on one server only (site.sharedinstall=no): after a failover they see old files",
                       "a file system that the servers share (GPFS) and site.sharedinstall=sns; before a planned move "
                       "snmove {} -l"},
                      nodes);
  }
}

void check_statelite(Draft& draft) {
  const xcat::Table* table = draft.tables.find("statelite");
  if (table == nullptr || table->size() == 0) return;
  const RowNodes row_nodes(draft);
  for (std::size_t i = 0; i < table->size(); ++i) {
    const std::string key(trimmed(table->value(i, "node")));
    const std::string_view image = trimmed(table->value(i, "image"));
    const std::string_view options = trimmed(table->value(i, "mntopts"));
    const std::string_view mount = trimmed(table->value(i, "statemnt"));
    const std::vector<std::size_t> nodes = row_nodes.of(key);
    if (mount.empty() || draft.names_of(nodes).empty()) continue;
    const std::string row =
        "statelite row " + report::escape_control(key) + " (line " + std::to_string(table->line(i)) + ")";
    if (!has_vers4(options)) {
      const std::string wanted = options.empty() ? "vers=4" : std::string(options) + ",vers=4";
      const bool by_command = image.empty();
      draft.about_nodes({Level::error, "statelite-v3",
                         "/.statelite/persistent is mounted by NFSv3, outside of any replication: mntopts is " +
                             (options.empty() ? "not set" : report::escape_control(options)) + " in " + row,
                         (by_command ? run::words({"chtab", "node=" + key, "statelite.mntopts=" + wanted})
                                     : "tabedit statelite: mntopts " + wanted) +
                             ", then mkdsklsnode {}"},
                        nodes);
      if (by_command)
        draft.table_lines.push_back({"table-statelite",
                                     "/.statelite/persistent has to be NFSv4 to have replicas: " + row,
                                     {"chtab", "node=" + key, "statelite.mntopts=" + wanted}});
    }
    const std::size_t colon = mount.find(':');
    if (colon != std::string_view::npos) judge_persistent(draft, row, trimmed(mount.substr(colon + 1)), nodes);
  }
}

void check_litetree(Draft& draft) {
  const xcat::Table* table = draft.tables.find("litetree");
  if (table == nullptr || !table->has_column("mntopts")) return;
  const Cause cause{Level::warning, "litetree-v3",
                    "read-only trees of statelite nodes are mounted by NFSv3, outside of any replication: mntopts "
                    "without vers=4 in {rows}",
                    "chtab priority=PRIORITY litetree.mntopts=vers=4"};
  for (std::size_t i = 0; i < table->size(); ++i) {
    if (has_vers4(table->value(i, "mntopts")) || table->value(i, "directory").empty()) continue;
    draft.findings.add(cause, "litetree");
    draft.findings.add_row(cause, "litetree row " + report::escape_control(table->value(i, "priority")) + " (line " +
                                      std::to_string(table->line(i)) + ")");
  }
}

void check_images(Draft& draft) {
  const bool shared = draft.shared_install != SharedInstall::no;
  for (const Image& image : draft.images) {
    const std::string name = report::escape_control(image.name);
    if (image.has_own_root && draft.settings.access == "ro") {
      draft.findings.add({Level::error, "root-needs-rw",
                          "nodes of these images write to a root of their own (nimimage.root), but " +
                              draft.settings.directory + " is to be exported ro",
                          "an image with a shared_root; or --access rw, with a file system that all servers share "
                          "(GPFS)"},
                         name);
    } else if (image.has_own_root && !shared) {
      draft.findings.add({Level::warning, "root-not-shared",
                          "nodes of these images write to a root of their own (nimimage.root), which is on one server "
                          "only (site.sharedinstall=no): after a failover they see old files",
                          "an image with a shared_root; or a file system that the servers share (GPFS)"},
                         name);
    }
    if (image.has_paging)
      draft.findings.add({Level::warning, "paging-not-replicated",
                          "paging space of these images (nimimage.paging) is NFS without a replica: a node that pages "
                          "hangs with its primary",
                          "paging space on a local disk (mkps), and swapoff swapnfs0, by a postscript"},
                         name);
  }
}

// facts/xcat-integration.md 4.1, W19, W21 and 6.2.
void say_what_is_copied(Draft& draft) {
  const char* const copied = "images changed later are not copied by mkdsklsnode to servers that have them already";
  switch (draft.shared_install) {
    case SharedInstall::no:
      draft.findings.add({Level::note, "content-to-each",
                          std::string("each server has an /install of its own (site.sharedinstall=no), and ") + copied,
                          "after every change of an image: prsync -o \"rlHpEAogDz\" /install/nim SERVERS:/install, to "
                          "all servers of a domain; checkhanfs tree compares them"},
                         "site");
      if (draft.settings.access == "rw")
        draft.findings.add({Level::warning, "rw-not-shared",
                            "access is rw, but each server has an /install of its own (site.sharedinstall=no): what "
                            "nodes write is on one of them",
                            "--access ro, or a file system that the servers share (GPFS)"},
                           "site");
      break;
    case SharedInstall::sns:
      draft.findings.add({Level::note, "content-to-one",
                          std::string("the servers of a domain share /install (site.sharedinstall=sns): copy to one of "
                                      "them; ") +
                              copied,
                          "after every change of an image: prsync -o \"rlHpEAogDz\" /install/nim SERVER:/install, to "
                          "one server of each domain"},
                         "site");
      break;
    case SharedInstall::all:
      draft.findings.add({Level::note, "content-shared",
                          "all share /install (site.sharedinstall=all), so nothing has to be copied; mkdsklsnode "
                          "copies all the same, onto itself",
                          "look at the images after mkdsklsnode"},
                         "site");
      break;
  }
  if (draft.shared_install != SharedInstall::no)
    draft.findings.add(
        {Level::note, "gpfs-before-nfs", "a server that starts NFS without its shared file system hangs its nodes",
         "on every server: GPFS before rc.nfs in /etc/inittab; to stop one: exportfs -ua, stopsrc -g "
         "nfs, mmshutdown"},
        "site");
}

}  // namespace

void check_content(Draft& draft) {
  check_statelite(draft);
  check_litetree(draft);
  check_images(draft);
  say_what_is_copied(draft);
}

}  // namespace hanfs::mn
