// SPDX-License-Identifier: Apache-2.0
#include "node/observe_filesystems.hpp"

#include <algorithm>
#include <utility>

#include "aix/commands.hpp"
#include "aix/parsing.hpp"
#include "run/command.hpp"

namespace hanfs::node {
namespace {

// The fsid is the server's own (its dev_t, lib/aix/README.md "nfs4cl: showfs"), so two servers may well use the same
// one: only together with the server it names a file system.
std::string identity(const aix::NfsFilesystem& info) {
  return info.fsid + "@" + (info.current.empty() ? info.server : info.current);
}

// A mount point may hold a newline, and showfs prints it as it is: rows are read with a stand-in for it.
constexpr char newline_stand_in = '\x01';

std::string with_stand_in(std::string path) {
  std::replace(path.begin(), path.end(), '\n', newline_stand_in);
  return path;
}

std::string without_newlines_of(std::string text, const std::string& path) {
  if (path.find('\n') == std::string::npos) return text;
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at + path.size()))
    text.replace(at, path.size(), with_stand_in(path));
  return text;
}

}  // namespace

FilesystemObserver::FilesystemObserver(app::ObservationQueue& queue, ObservedState& observed, bool is_capture)
    : queue_(queue), observed_(observed), is_capture_(is_capture) {
  for (std::size_t i = 0; i < observed.filesystems.size(); ++i) index_of_.emplace(identity(observed.filesystems[i]), i);
  find_servers();
}

void FilesystemObserver::ask_all() {
  ask_mounts();
  ask_all_filesystems();
}

void FilesystemObserver::ask_again(const std::set<std::string>& paths) {
  forget_options(paths);
  for (const std::string& path : paths) ask_filesystem(path);
}

void FilesystemObserver::ask_rest() {
  is_rest_ = true;
  const aix::Argv list = aix::show_filesystems();
  const bool rows_are_missing = queue_.is_silent(list) && queue_.asks(list);
  rows_known_ = !rows_are_missing;
  ask_mounts();
  for (const auto& [path, index] : observed_.filesystem_of)
    if (!observed_.filesystems[index].has_options && queue_.is_silent(aix::show_filesystem(path)))
      ask_filesystem(path);  // after a change it gave no answer
  if (rows_are_missing) ask_all_filesystems();
}

void FilesystemObserver::ask_mounts() {
  app::ObservationQueue::Question question{{aix::list_mounts()},
                                           [this](const std::string& text) { return take_mounts(text); }};
  question.no_answer = [this](Unobserved failure) {
    queue_.note_unobserved(std::move(failure));
    mounts_known_ = is_rest_;  // those known before
    ask_unknown_filesystems();
  };
  question.is_needed = true;
  queue_.ask(std::move(question));
}

Status FilesystemObserver::take_mounts(const std::string& text) {
  Result<aix::MountTable> table = aix::parse_mount(text);
  if (!table) return table.error();
  // A list that was cut would look like a node with fewer mounts, all of them well.
  if (!is_capture_ && text.back() != '\n') return Error{"its output ends in the middle of a line"};
  const std::vector<aix::Mount> before = std::exchange(observed_.mounts, std::move(table->mounts));
  find_overmounted();
  find_servers();
  if (is_rest_) forget_remounted(before);
  const std::vector<aix::parsing::Line> lines = aix::parsing::lines(text);
  for (const aix::Problem& problem : table->problems) {
    const std::string what = "mount: " + aix::to_string(problem);
    // A row that may be a file system we were to tune leaves it unobserved, any other is only information.
    if (lines.at(problem.line - 1).text.find("nfs") != std::string_view::npos) {
      queue_.note_unobserved(Unobserved{"mount", what, what});
    } else if (!is_rest_) {
      observed_.info.push_back(what);
    }
  }
  mounts_known_ = true;
  ask_unknown_filesystems();
  return Done{};
}

// What a path was bound to when it was mounted is nothing that can be said of what is mounted there now.
void FilesystemObserver::forget_remounted(const std::vector<aix::Mount>& before) {
  const auto by_path = [](const std::vector<aix::Mount>& mounts) {
    std::map<std::string, const aix::Mount*> found;
    for (const aix::Mount& mount : mounts)
      if (mount.vfs == "nfs4") found[mount.path] = &mount;
    return found;
  };
  const auto now = by_path(observed_.mounts);
  for (const auto& [path, old] : by_path(before)) {
    const auto found = now.find(path);
    if (found != now.end() && *found->second == *old) continue;
    (found == now.end() ? observed_.gone : observed_.remounted).insert(path);
    forget_path(path);
  }
}

void FilesystemObserver::forget_path(const std::string& path) {
  observed_.filesystem_of.erase(path);
  observed_.listed_fsids.erase(path);
  const std::string words = run::command_text(aix::show_filesystem(path));
  const auto is_about_it = [&](const Unobserved& item) { return item.words == words; };
  auto& unobserved = observed_.unobserved;
  unobserved.erase(std::remove_if(unobserved.begin(), unobserved.end(), is_about_it), unobserved.end());
  auto& crossed = observed_.crossed_mounts;
  const auto is_below = [&](const std::string& other) { return other.compare(0, path.size() + 1, path + "/") == 0; };
  crossed.erase(std::remove_if(crossed.begin(), crossed.end(), is_below), crossed.end());
}

void FilesystemObserver::find_servers() {
  for (const aix::Mount& mount : observed_.mounts) server_of_[mount.path] = observed_.server_of(mount.path, mount.node);
}

void FilesystemObserver::find_overmounted() {
  observed_.overmounted.clear();
  const std::map<std::string, const aix::Mount*> top = aix::uppermost(observed_.mounts);
  for (const aix::Mount& mount : observed_.mounts)
    if (mount.vfs == "nfs4" && top.at(mount.path)->vfs != "nfs4")
      observed_.overmounted[mount.path] = top.at(mount.path)->vfs;
}

void FilesystemObserver::ask_all_filesystems() {
  const auto do_without = [this] {  // each path is asked by itself
    rows_known_ = true;
    ask_unknown_filesystems();
  };
  app::ObservationQueue::Question question{{aix::show_filesystems()}, [this](const std::string& text) -> Status {
                                             const Result<aix::ShowFs> shown = aix::parse_showfs(text);
                                             if (!shown) return shown.error();
                                             rows_text_ = text;
                                             rows_known_ = true;
                                             queue_.go_slowly(false);
                                             ask_unknown_filesystems();
                                             return Done{};
                                           }};
  question.no_answer = [this, do_without](Unobserved failure) {
    queue_.note_unobserved(std::move(failure));
    queue_.go_slowly(false);
    do_without();
  };
  // It may only be long, and a machine that is asked for each path at once would never come to its end.
  question.on_late = [this, do_without] {
    queue_.go_slowly(true);
    do_without();
  };
  queue_.ask(std::move(question));
}

// Whichever of mount and showfs comes second starts this; a late list once more, and then it adds what only it knows.
void FilesystemObserver::ask_unknown_filesystems() {
  if (!mounts_known_ || !rows_known_) return;
  read_rows();
  std::map<std::string, const aix::NfsFilesystem*> row_of;
  for (const aix::NfsFilesystem& row : rows_) {
    const auto [known_row, is_new] = row_of.try_emplace(row.local, &row);
    if (!is_new) known_row->second = nullptr;  // mounted over itself: which row is whose only the path can tell
  }
  const auto is_ambiguous = [](const auto& entry) { return entry.second == nullptr; };
  for (auto row = row_of.begin(); row != row_of.end();) row = is_ambiguous(*row) ? row_of.erase(row) : std::next(row);
  for (const auto& [path, row] : row_of) observed_.listed_fsids[path] = row->fsid;
  std::vector<std::string> paths;
  std::map<std::string, const aix::Mount*> mount_at;
  std::set<std::string> listed;
  std::set<std::string> known;
  for (const aix::Mount& mount : observed_.mounts) {
    mount_at[mount.path] = &mount;
    // Mounted over another one (a direct map of autofs is): asked all the same, each path once.
    if (mount.vfs != "nfs4" || !listed.insert(mount.path).second) continue;
    const bool is_hidden = observed_.overmounted.count(mount.path) != 0;
    if (!is_hidden) paths.push_back(mount.path);
    const auto row = row_of.find(mount.path);
    if (row == row_of.end()) continue;
    known.insert(identity(*row->second));
    if (!row->second->server.empty()) server_of_[mount.path] = row->second->server;
  }
  for (const aix::NfsFilesystem& row : rows_) {
    if (!is_crossed(row, mount_at) || !known.insert(identity(row)).second) continue;
    observed_.crossed_mounts.push_back(row.local);
    server_of_[row.local] = row.server;
    paths.push_back(row.local);
  }
  for (const aix::NfsFilesystem& row : rows_)
    if (known.insert(identity(row)).second && row.remote != "/" && !row.local.empty() && listed.count(row.local) == 0)
      observed_.unmounted.push_back(row.local + " (fsid " + row.fsid + ")");
  for (const std::string& path : paths) {
    if (observed_.filesystem_of.count(path) != 0) continue;
    const bool is_asked = !asked_.insert(path).second;  // while the list was late
    const auto row = row_of.find(path);
    if (row != row_of.end() && row->second->has_options) {
      keep(path, *row->second);
      continue;
    }
    if (row != row_of.end()) {
      const auto [asked, is_first] = path_asked_for_.try_emplace(identity(*row->second), path);
      if (!is_first) {
        same_as_[path] = asked->second;  // one question for each fsid
        continue;
      }
    }
    if (!is_asked) ask_filesystem(path);
  }
}

bool FilesystemObserver::is_told(const std::string& path) const {
  return observed_.filesystem_of.count(path) != 0 || same_as_.count(path) != 0;
}

void FilesystemObserver::read_rows() {
  for (const aix::Mount& mount : observed_.mounts) rows_text_ = without_newlines_of(std::move(rows_text_), mount.path);
  Result<aix::ShowFs> shown = aix::parse_showfs(rows_text_);
  if (!shown) return;  // noted as unobserved already
  observed_.add_info(run::command_text(aix::show_filesystems()), shown->problems);
  rows_ = std::move(shown->filesystems);
  for (const aix::NfsFilesystem& row : rows_)
    if (row.local.empty() || row.remote == "/")
      observed_.info.push_back("nfs4cl showfs: fsid " + row.fsid + " is a pseudo file system, left alone");
  for (aix::NfsFilesystem& row : rows_) std::replace(row.local.begin(), row.local.end(), newline_stand_in, '\n');
}

// A file system of the server that the client entered below an nfs4 mount. The pseudo file system ("/" of the
// server, vfs rfs4) holds no files and is not tuned.
bool FilesystemObserver::is_crossed(const aix::NfsFilesystem& row,
                                    const std::map<std::string, const aix::Mount*>& mount_at) const {
  if (row.remote == "/" || row.local.empty() || row.local.front() != '/') return false;
  if (mount_at.count(row.local) != 0) return false;
  for (std::string path = row.local; path != "/";) {
    path.resize(std::max(path.rfind('/'), std::size_t{1}));
    const auto holder = mount_at.find(path);
    if (holder != mount_at.end()) return holder->second->vfs == "nfs4";
  }
  return false;
}

void FilesystemObserver::ask_filesystem(const std::string& path) {
  const aix::Argv argv = aix::show_filesystem(path);
  app::ObservationQueue::Question question;
  question.forms = {argv};
  question.lane = server_of_[path];
  // The list may come while it waits.
  question.is_moot = [this, path] { return asked_.count(path) != 0 && is_told(path); };
  question.answer = [this, path, argv](const std::string& text) -> Status {
    Result<aix::ShowFs> shown = aix::parse_showfs(without_newlines_of(text, path));
    if (!shown) return shown.error();
    for (const aix::Problem& problem : shown->problems) {
      std::string unreadable = run::command_text(argv) + ": " + aix::to_string(problem);
      if (std::find(observed_.unreadable_rows.begin(), observed_.unreadable_rows.end(), unreadable) ==
          observed_.unreadable_rows.end())
        observed_.unreadable_rows.push_back(std::move(unreadable));
    }
    const auto& rows = shown->filesystems;
    if (rows.empty()) return Error{"no file system in its output"};
    const auto own = std::find_if(rows.begin(), rows.end(),
                                  [&](const aix::NfsFilesystem& row) { return row.local == with_stand_in(path); });
    const aix::NfsFilesystem& row = own != rows.end() ? *own : rows.front();
    if (!row.has_options) return Error{"no options line in its output"};
    keep(path, row);
    return Done{};
  };
  queue_.ask(std::move(question));
}

// Old options must not pass for new ones; what it is and where it comes from is still known. Other paths bound to the
// same fsid will share the new answer.
void FilesystemObserver::forget_options(const std::set<std::string>& paths) {
  std::map<std::size_t, std::string> asked;  // index -> path that is asked for it
  for (const std::string& path : paths) {
    const auto known = observed_.filesystem_of.find(path);
    if (known != observed_.filesystem_of.end()) asked.emplace(known->second, path);
  }
  for (const auto& [index, path] : asked) {
    observed_.filesystems[index].has_options = false;
    observed_.filesystems[index].options.clear();
  }
  for (const auto& [path, index] : observed_.filesystem_of) {
    const auto other = asked.find(index);
    if (other != asked.end() && other->second != path) same_as_[path] = other->second;
  }
}

void FilesystemObserver::keep(const std::string& path, const aix::NfsFilesystem& info) {
  const auto [index, is_new] = index_of_.try_emplace(identity(info), observed_.filesystems.size());
  if (is_new) {
    observed_.filesystems.push_back(info);
  } else {
    observed_.filesystems[index->second] = info;
  }
  observed_.filesystem_of[path] = index->second;
}

void FilesystemObserver::share_answers() {
  for (const auto& [path, asked] : same_as_) {
    const auto found = observed_.filesystem_of.find(asked);
    if (found != observed_.filesystem_of.end()) observed_.filesystem_of[path] = found->second;
  }
}

}  // namespace hanfs::node
