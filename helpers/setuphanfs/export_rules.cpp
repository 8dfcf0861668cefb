// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/export_rules.hpp"

#include <algorithm>
#include <set>

#include "text/words.hpp"

namespace hanfs::server {
namespace {

std::set<std::pair<std::string, std::string>> locations(const aix::Export& row) {
  std::set<std::pair<std::string, std::string>> found;
  for (const aix::ReplicaLocation& location : row.replicas()) found.emplace(plain_path(location.path), location.host);
  return found;
}

// The word itself is such an address, or it is a name that /etc/hosts gives one.
bool is_host_of(const ObservedState& observed, const std::string& host,
                const std::function<bool(const std::string&)>& is_such) {
  const auto addresses = observed.hosts ? observed.hosts->addresses_of(host) : std::vector<std::string>{};
  return is_such(host) || std::any_of(addresses.begin(), addresses.end(), is_such);
}

}  // namespace

aix::Export without(aix::Export row, std::initializer_list<std::string_view> names) {
  auto& options = row.options;
  options.erase(std::remove_if(options.begin(), options.end(),
                               [&](const auto& option) {
                                 return std::find(names.begin(), names.end(), option.first) != names.end();
                               }),
                options.end());
  row.directory = plain_path(row.directory);
  return row;
}

aix::Export without_replicas(aix::Export row) { return without(std::move(row), {"replicas", "noauto"}); }

bool takes_sys(const aix::Export& row) {
  if (!row.has("sec")) return true;
  const std::string flavors = row.value("sec");
  const auto all = text::split(flavors, ':');
  return std::find(all.begin(), all.end(), "sys") != all.end();
}

std::string plain_path(std::string path) {
  path.erase(std::unique(path.begin(), path.end(), [](char a, char b) { return a == '/' && b == '/'; }), path.end());
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool is_below(const std::string& path, const std::string& parent) {
  return parent == "/"
             ? path.size() > 1
             : path.size() > parent.size() && path.compare(0, parent.size(), parent) == 0 && path[parent.size()] == '/';
}

std::string file_system_of(const std::vector<aix::Mount>& mounts, const std::string& path) {
  std::string found;
  for (const aix::Mount& mount : mounts)
    if ((mount.path == path || is_below(path, mount.path)) && mount.path.size() >= found.size()) found = mount.path;
  return found;
}

bool is_ours(const aix::Export& row, const std::string& directory, const ObservedState& observed) {
  const std::string path = plain_path(row.directory);
  const auto lies_on = [&](const std::string& place) {
    return is_below(place, directory) && (path == place || is_below(path, place));
  };
  return collides(row, directory, observed.mounts) &&
         std::none_of(observed.file_systems.begin(), observed.file_systems.end(), lies_on);
}

bool collides(const aix::Export& row, const std::string& directory, const std::vector<aix::Mount>& mounts) {
  const std::string path = plain_path(row.directory);
  if (path == directory) return true;
  return is_below(path, directory) && file_system_of(mounts, path) == file_system_of(mounts, directory);
}

std::string reason_refused_anew(const ObservedState& observed, const aix::Export& row) {
  const std::string path = plain_path(row.directory);
  for (const aix::Export& other : observed.exported) {
    const std::string beside = plain_path(other.directory);
    if (beside != path && (collides(other, path, observed.mounts) || collides(row, beside, observed.mounts)))
      return other.directory + " is exported in the same file system";
  }
  const std::string place = file_system_of(observed.mounts, path);
  for (const aix::Mount& mount : observed.mounts)
    if (mount.path == place && !mount.node.empty()) return place + " comes from the server " + mount.node + " itself";
  const std::vector<aix::ReplicaLocation> replicas = row.replicas();
  if (replicas.empty()) return "";
  if (observed.mode == aix::ReplicationMode::off) return "it has replicas, and replication is off";
  if (place != path) return "it has replicas, and is not the root of a file system";
  const auto is_own = [&](const std::string& address) { return observed.interfaces.has_address(address); };
  const auto is_this_server = [&](const aix::ReplicaLocation& location) {
    return plain_path(location.path) == path && is_host_of(observed, location.host, is_own);
  };
  if (std::none_of(replicas.begin(), replicas.end(), is_this_server))
    return "its replicas do not name this server, as far as its interfaces and /etc/hosts tell";
  return "";
}

bool is_v4(const aix::Export& row) { return row.exports_version(4); }

Rows rows_if(const Rows& rows, const std::function<bool(const aix::Export&)>& keep) {
  Rows kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept), keep);
  return kept;
}

Rows rows_of(const Rows& rows, const std::string& directory) {
  return rows_if(rows, [&](const aix::Export& row) { return plain_path(row.directory) == plain_path(directory); });
}

std::vector<std::string> directories_of(const Rows& rows) {
  std::vector<std::string> found;
  for (const aix::Export& row : rows)
    if (std::find(found.begin(), found.end(), row.directory) == found.end()) found.push_back(row.directory);
  return found;
}

bool has_row(const Rows& rows, const aix::Export& row) {
  return std::any_of(rows.begin(), rows.end(), [&](const aix::Export& one) { return one.means_the_same_as(row); });
}

bool same_rows(const Rows& a, const Rows& b) {
  const auto all_in = [](const Rows& some, const Rows& others) {
    return std::all_of(some.begin(), some.end(), [&](const aix::Export& row) { return has_row(others, row); });
  };
  return a.size() == b.size() && all_in(a, b) && all_in(b, a);
}

bool same_but_sec(const aix::Export& a, const aix::Export& b) {
  return locations(a) == locations(b) && a.replicas().size() == b.replicas().size() &&
         without(a, {"replicas", "sec"}).means_the_same_as(without(b, {"replicas", "sec"}));
}

bool is_made_by(const aix::Export& row, const aix::Export& line) {
  return same_but_sec(row, line) && (!line.has("sec") || line.value("sec") == row.value("sec"));
}

bool serves(const aix::Export& row, const aix::Export& desired) { return takes_sys(row) && same_but_sec(row, desired); }

Rows to_export_again(const aix::Export& row, const Rows& old_lines, const Rows& lines) {
  const Rows old = rows_of(old_lines, row.directory);
  Rows now = rows_of(lines, row.directory);
  const auto makes = [&](const aix::Export& line) { return is_made_by(row, line); };
  const bool is_as_listed =
      old.empty() || std::none_of(old.begin(), old.end(), makes) || std::any_of(now.begin(), now.end(), makes);
  if (!old.empty() && now.empty()) return {};
  return is_as_listed ? Rows{row} : now;
}

std::vector<std::string> dropped_replicas(const ObservedState& observed, const std::string& directory,
                                          const std::vector<std::string>& desired) {
  std::vector<std::string> dropped;
  const auto is_in = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const auto is_desired = [&](const std::string& address) { return is_in(desired, address); };
  for (const Rows* rows : {&observed.exported, &observed.listed})
    for (const aix::Export& row : rows_of(*rows, directory))
      for (const aix::ReplicaLocation& location : row.replicas())
        if (!is_host_of(observed, location.host, is_desired) && !is_in(dropped, location.host))
          dropped.push_back(location.host);
  return dropped;
}

std::string options_text(const aix::Export& row) {
  std::string text;
  for (const auto& [name, value] : row.options)
    text += (text.empty() ? "" : ",") + name + (value.empty() ? "" : "=" + value);
  return text;
}

std::string text_of(const Rows& rows) {
  std::string text;
  for (const aix::Export& row : rows) text += aix::render_export(row) + "\n";
  return text;
}

}  // namespace hanfs::server
