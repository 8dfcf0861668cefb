// SPDX-License-Identifier: Apache-2.0
// What is mounted, and what nfs4cl knows of each NFSv4 file system.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/observation_queue.hpp"
#include "node/observed_state.hpp"

namespace hanfs::node {

class FilesystemObserver {
 public:
  // Queue and state outlive the observer, and it outlives the run of the queue.
  FilesystemObserver(app::ObservationQueue& queue, ObservedState& observed, bool is_capture);

  void ask_all();
  void ask_again(const std::set<std::string>& paths);
  // What is mounted now, and every file system that has not answered yet.
  void ask_rest();
  // After the queue has run: paths that share a question with another one get the same answer.
  void share_answers();

 private:
  void ask_mounts();
  Status take_mounts(const std::string& text);
  void find_overmounted();
  void find_servers();
  void ask_all_filesystems();
  void ask_unknown_filesystems();
  bool is_told(const std::string& path) const;
  void read_rows();
  bool is_crossed(const aix::NfsFilesystem& row, const std::map<std::string, const aix::Mount*>& mount_at) const;
  void ask_filesystem(const std::string& path);
  void forget_options(const std::set<std::string>& paths);
  void forget_remounted(const std::vector<aix::Mount>& before);
  void forget_path(const std::string& path);
  void keep(const std::string& path, const aix::NfsFilesystem& info);

  app::ObservationQueue& queue_;
  ObservedState& observed_;
  bool is_capture_;
  std::map<std::string, std::size_t> index_of_;  // identity -> index in observed_.filesystems
  bool mounts_known_ = false;
  bool rows_known_ = false;
  bool is_rest_ = false;
  std::set<std::string> asked_;
  std::map<std::string, std::string> server_of_;  // path -> as mounted
  std::string rows_text_;                         // of `showfs` without a path
  std::vector<aix::NfsFilesystem> rows_;
  std::map<std::string, std::string> path_asked_for_;  // identity -> path
  std::map<std::string, std::string> same_as_;         // path -> path that was asked
};

}  // namespace hanfs::node
