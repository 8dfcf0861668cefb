// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/sync_plan.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "checkhanfs/tree/name.hpp"
#include "text/words.hpp"

namespace hanfs::tree {
namespace {

constexpr std::size_t most_parts = 200;

std::string joined_path(const std::string& root, const std::string& part) {
  const std::string folder = text::starts_with(root, "/") && root.size() == 1 ? "" : root;
  return folder + (part.empty() ? "/" : '/' + part + '/');
}

// Takes the first part of a path away.
std::string first_part(std::string& path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  std::string part = path.substr(0, slash);
  path.erase(0, slash + 1);
  return part;
}

std::vector<std::string> patterns_of(const Header& first, const Header& second) {
  std::vector<std::string> patterns = first.excludes;
  for (const std::string& pattern : second.excludes)
    if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) patterns.push_back(pattern);
  return patterns;
}

}  // namespace

SyncPlan::SyncPlan(const Header& first, const Header& second)
    : first_root_(first.root),
      second_root_(second.root),
      host_(first.host == second.host ? "" : second.host + ':'),
      patterns_(patterns_of(first, second)),
      excludes_(patterns_) {}

bool SyncPlan::is_settled_above(const std::string& path) const {
  if (settled_.empty()) return false;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (settled_.count(path.substr(0, slash)) != 0) return true;
  return false;
}

void SyncPlan::add(const Difference& difference) {
  const std::string path = difference.path == "." ? "" : unescaped_name(difference.path).value_or("");
  if (excludes_.covers(path)) {
    ++passed_over_;
    return;
  }
  if (difference.mounted_in_one) {
    if (mounted_in_one_.size() >= MountPoints::most_kept) return;  // then there is no plan
    mounted_in_one_.insert(difference.path);
    settled_.insert(path);
    return;
  }
  if (is_settled_above(path)) return;
  const std::size_t first = path.find('/');
  const std::size_t second = first == std::string::npos ? first : path.find('/', first + 1);
  std::string where = second != std::string::npos  ? path.substr(0, second)
                      : first != std::string::npos ? path.substr(0, first)
                                                   : std::string();
  if (difference.no_folder_in_first && second == std::string::npos) settled_.insert(path);
  // rsync sees which names share an inode only where it copies them together.
  if (difference.linked || (parts_.size() >= most_parts && parts_.count(where) == 0)) {
    const bool checksum = std::any_of(parts_.begin(), parts_.end(), [](const auto& p) { return p.second.checksum; });
    parts_ = {{"", Part{true, checksum}}};
  }
  const auto whole = parts_.find("");
  if (whole != parts_.end() && whole->second.below) where.clear();
  Part& part = parts_[where];
  part.below = part.below || second != std::string::npos;
  part.checksum = part.checksum || difference.kinds.has(Kind::content);
}

std::string rsync_pattern(const std::string& pattern, const std::string& part) {
  if (pattern.find('/') == std::string::npos) return pattern;
  std::string rest = pattern.front() == '/' ? pattern.substr(1) : pattern;
  for (std::string below = part; !below.empty();) {
    const std::string name = first_part(below);
    const std::string wanted = first_part(rest);
    if (rest.empty() || ::fnmatch(wanted.c_str(), name.c_str(), 0) != 0) return {};
  }
  return '/' + rest;
}

// rsync takes some words behind --exclude= for more than a pattern, and a backslash as it stands where nothing in the
// pattern is a wildcard.
std::string exclude_option(std::string pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos)
    for (std::size_t at = 0; (at = pattern.find('\\', at)) != std::string::npos && at + 1 < pattern.size(); ++at)
      pattern.erase(at, 1);
  const bool is_rule = pattern == "!" || text::starts_with(pattern, "+ ") || text::starts_with(pattern, "- ");
  return (is_rule ? "--filter=- " : "--exclude=") + pattern;
}

std::string rsync_pattern_of_place(const std::string& path, const std::string& part, bool itself) {
  if (!part.empty() && path.compare(0, part.size() + 1, part + '/') != 0) return {};
  std::string pattern = "/" + path.substr(part.empty() ? 0 : part.size() + 1) + (itself ? "" : "/*");
  // A backslash stands for itself where nothing in the pattern is a wildcard.
  if (pattern.find_first_of("*?[") == std::string::npos) return pattern;
  const std::size_t literal = pattern.size() - (itself ? 0 : 1);
  for (std::size_t at = literal; at-- > 0;)
    if (std::string_view("*?[\\").find(pattern[at]) != std::string_view::npos) pattern.insert(at, 1, '\\');
  return pattern;
}

Result<std::vector<std::vector<std::string>>> SyncPlan::commands(const MountPoints& mount_points) const {
  if (!mount_points.has_all_names())
    return Error{std::to_string(mount_points.count()) +
                 " file systems are mounted in the trees, too many to keep them out of the commands; cure: --exclude "
                 "for the folders that hold them"};
  std::vector<std::vector<std::string>> commands;
  for (const auto& [path, part] : parts_) {
    // Times to the nanosecond (--modify-window=-1), hard links, numbers of users, one file system, no shell there.
    std::vector<std::string> words{"rsync", "-aHxs", "--numeric-ids", "--modify-window=-1", "--delete"};
    if (!part.below) words.insert(words.end(), {"--no-recursive", "--dirs"});
    if (part.checksum) words.emplace_back("--checksum");
    for (const std::string& pattern : patterns_)
      if (const std::string own = rsync_pattern(pattern, path); !own.empty()) words.push_back(exclude_option(own));
    for (const std::string& name : mount_points.names())
      if (const std::string own =
              rsync_pattern_of_place(unescaped_name(name).value_or(name), path, mounted_in_one_.count(name) != 0);
          !own.empty())
        words.push_back("--exclude=" + own);
    words.push_back(joined_path(first_root_, path));
    words.push_back(host_ + joined_path(second_root_, path));
    commands.push_back(std::move(words));
  }
  return commands;
}

}  // namespace hanfs::tree
