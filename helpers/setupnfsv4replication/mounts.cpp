// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/mounts.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "aix/commands.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"
#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

using report::escape_control;

std::string tenths(long timeo) { return report::seconds_text(static_cast<double>(timeo) / 10); }

std::string value_text(const char* key, std::optional<long> value) {
  if (!value) return "not shown";
  std::string text = std::to_string(*value);
  if (std::string(key) == "timeo") text += " (" + tenths(*value) + ")";
  return text;
}

std::string list(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + escape_control(path);
  return text;
}

// The one value that the settings name for these paths; nullopt: none does.
Result<std::optional<long>> explicit_value(const std::vector<std::string>& paths,
                                           const std::map<std::string, long>& values, const char* key) {
  std::optional<long> chosen;
  std::string chosen_by;
  for (const std::string& path : paths) {
    const auto value = values.find(path);
    if (value == values.end()) continue;
    if (chosen && *chosen != value->second)
      return Error{std::string("two values of ") + key + " for one fsid: " + std::to_string(*chosen) + " for " +
                   escape_control(chosen_by) + " and " + std::to_string(value->second) + " for " +
                   escape_control(path) + "; cure: give both paths the same value"};
    chosen = value->second;
    chosen_by = path;
  }
  return chosen;
}

bool is_soft(const aix::NfsFilesystem& info) {
  return std::any_of(info.options.begin(), info.options.end(),
                     [](const auto& option) { return option.first == "soft"; });
}

bool is_soft(const aix::Mount& mount) { return ("," + mount.options + ",").find(",soft,") != std::string::npos; }

// Groups paths by the fsid they are bound to; a path that could not be observed is a group of its own.
std::vector<DesiredFilesystem> group_by_fsid(const ObservedState& observed) {
  std::vector<DesiredFilesystem> groups;
  std::map<const aix::NfsFilesystem*, std::size_t> group_of;
  std::set<std::string> seen;
  std::set<std::string> soft;    // paths
  std::set<std::string> silent;  // words of commands
  for (const Unobserved& item : observed.unobserved)
    if (item.hung || item.not_asked) silent.insert(item.words);
  const auto add = [&](const std::string& path, const std::string& server) {
    if (!seen.insert(path).second) return;  // mounted over twice: commands reach the upper one only
    const aix::NfsFilesystem* info = observed.filesystem(path);
    if (info != nullptr) {
      const auto [group, is_new] = group_of.try_emplace(info, groups.size());
      if (!is_new) {
        groups[group->second].paths.push_back(path);
        return;
      }
    }
    DesiredFilesystem filesystem;
    filesystem.paths = {path};
    filesystem.server = observed.server_of(path, server);
    filesystem.mounted_from = server;
    filesystem.silent = info == nullptr && silent.count(run::command_text(aix::show_filesystem(path))) != 0;
    if (info != nullptr) filesystem.observed = *info;
    const auto listed = observed.listed_fsids.find(path);
    filesystem.fsid = info != nullptr ? info->fsid : listed == observed.listed_fsids.end() ? "" : listed->second;
    groups.push_back(std::move(filesystem));
  };
  const std::map<std::string, const aix::Mount*> top = aix::uppermost(observed.mounts);
  for (const aix::Mount& mount : observed.mounts)
    if (mount.vfs == "nfs4" && observed.overmounted.count(mount.path) == 0) {
      add(mount.path, top.at(mount.path)->node);
      if (is_soft(*top.at(mount.path))) soft.insert(mount.path);
    }
  for (const std::string& path : observed.crossed_mounts) {
    const aix::NfsFilesystem* info = observed.filesystem(path);
    add(path, info == nullptr ? "" : info->server);
  }
  for (DesiredFilesystem& filesystem : groups) {
    for (const std::string& path : filesystem.paths)
      if (soft.count(path) != 0) filesystem.soft.push_back(path);
    // `mount` does not say whose option it is that nfs4cl shows.
    if (filesystem.soft.empty() && filesystem.observed && is_soft(*filesystem.observed))
      filesystem.soft = filesystem.paths;
  }
  return groups;
}

// A settings file is shared by many nodes, so a path that this one does not mount is no error.
void warn_of_unknown_paths(const Settings& settings, DesiredFilesystems& desired) {
  std::set<std::string> known;
  for (const DesiredFilesystem& filesystem : desired.filesystems)
    known.insert(filesystem.paths.begin(), filesystem.paths.end());
  for (const auto* values : {&settings.mount_timeo, &settings.mount_retrans})
    for (const auto& [path, value] : *values)
      if (known.count(path) == 0)
        desired.warnings.push_back("a value is set for " + escape_control(path) + ", which is no NFSv4 mount here");
  for (const std::string& path : settings.exclude)
    if (known.count(path) == 0)
      desired.warnings.push_back(escape_control(path) + " is excluded, which is no NFSv4 mount here" +
                                 (path.find("+/") == std::string::npos && path.find(",/") == std::string::npos
                                      ? ""
                                      : "; cure: --exclude once for each path, in hanfs.conf commas between them"));
}

// Error: two settings that cannot both be met.
Status fill_in(DesiredFilesystem& filesystem, const Settings& settings, std::vector<std::string>& warnings) {
  const Result<std::optional<long>> timeo = explicit_value(filesystem.paths, settings.mount_timeo, "timeo");
  if (!timeo) return timeo.error();
  const Result<std::optional<long>> retrans = explicit_value(filesystem.paths, settings.mount_retrans, "retrans");
  if (!retrans) return retrans.error();
  filesystem.timeo = timeo->value_or(settings.timeo);
  filesystem.retrans = retrans->value_or(settings.retrans);
  filesystem.has_own_value = *timeo || *retrans;

  std::vector<std::string> excluded;
  std::copy_if(filesystem.paths.begin(), filesystem.paths.end(), std::back_inserter(excluded),
               [&](const std::string& path) { return settings.exclude.count(path) != 0; });
  filesystem.excluded = !excluded.empty();
  if (filesystem.excluded && (*timeo || *retrans))
    return Error{"excluded and given a value: " + list(filesystem.paths) +
                 " (one fsid); cure: take one of the two out"};
  if (!filesystem.soft.empty() && !filesystem.excluded && !*timeo && !*retrans) {
    const std::string why =
        " is mounted soft and left alone: with short times its applications get ETIMEDOUT instead of a "
        "replica";
    const char* const cure = "; cure: mount it hard, or name its values with mount_timeo and mount_retrans";
    std::vector<std::string> hard;
    std::copy_if(filesystem.paths.begin(), filesystem.paths.end(), std::back_inserter(hard), [&](const auto& path) {
      return std::find(filesystem.soft.begin(), filesystem.soft.end(), path) == filesystem.soft.end();
    });
    // Nobody wanted that of them.
    if (!hard.empty())
      return Error{list(filesystem.soft) + why + ", and so is " + list(hard) + ", which has the same fsid" + cure};
    filesystem.excluded = filesystem.left_as_soft = true;
    warnings.push_back(list(filesystem.paths) + why + cure);
    return Done{};
  }
  const bool shared = filesystem.paths.size() > 1;
  if (shared && filesystem.excluded && excluded.size() < filesystem.paths.size())
    warnings.push_back(list(excluded) +
                       " is excluded, so all paths of its fsid are left alone: " + list(filesystem.paths));
  if (shared && (*timeo || *retrans))
    warnings.push_back("the value of one path counts for all paths of its fsid: " + list(filesystem.paths));
  return Done{};
}

// Is `one` not to be set as it would be, if it had the fsid of `other`?
bool would_spoil(const DesiredFilesystem& one, const DesiredFilesystem& other) {
  return other.excluded || other.conflict ||
         (other.has_own_value && (one.timeo != other.timeo || one.retrans != other.retrans));
}

// Commands work on fsids, so what is not known of one path matters for all. What hangs waits for its server, and so
// would the other one if they were one file system.
bool may_have_one_fsid(const DesiredFilesystem& one, const DesiredFilesystem& other) {
  if (one.observed && other.observed) return false;
  if (!one.fsid.empty() && !other.fsid.empty()) return one.fsid == other.fsid;
  if (!one.observed) return true;
  const aix::NfsFilesystem& info = *one.observed;
  const std::string& server = other.mounted_from;
  return !other.silent && (server == one.mounted_from || server == info.server || server == info.current ||
                           std::find(info.replicas.begin(), info.replicas.end(), server) != info.replicas.end());
}

std::string why_not_like_others(const DesiredFilesystem& filesystem) {
  if (filesystem.left_as_soft) return "is mounted soft";
  if (filesystem.excluded) return "is excluded";
  return filesystem.conflict ? "is left alone" : "has values of its own";
}

// It is better left alone until its fsid is known than set by another path of the same one.
void leave_what_may_have_one_fsid(DesiredFilesystems& desired) {
  std::vector<const DesiredFilesystem*> others;
  for (const DesiredFilesystem& filesystem : desired.filesystems)
    if (filesystem.excluded || filesystem.conflict || filesystem.has_own_value) others.push_back(&filesystem);
  std::map<const DesiredFilesystem*, std::vector<DesiredFilesystem*>> left;  // by what they may be one with
  for (DesiredFilesystem& filesystem : desired.filesystems) {
    if (filesystem.silent || filesystem.conflict || !filesystem.differs()) continue;
    const auto other = std::find_if(others.begin(), others.end(), [&](const DesiredFilesystem* candidate) {
      return candidate != &filesystem && would_spoil(filesystem, *candidate) &&
             may_have_one_fsid(filesystem, *candidate);
    });
    if (other != others.end()) left[*other].push_back(&filesystem);
  }
  for (const DesiredFilesystem& other : desired.filesystems) {
    const auto found = left.find(&other);
    if (found == left.end()) continue;
    std::vector<std::string> paths;
    std::string unseen = other.paths.front();
    for (DesiredFilesystem* filesystem : found->second) {
      if (!filesystem->observed) unseen = filesystem->paths.front();
      paths.push_back(escape_control(filesystem->paths.front()));
      filesystem->conflict = true;
    }
    constexpr std::size_t shown = 5;
    desired.conflicts.push_back(text::shortened(paths, shown) + " left alone: possibly of one fsid with " +
                                list(other.paths) + ", which " + why_not_like_others(other) +
                                "; cure: run this again when nfs4cl showfs " + escape_control(unseen) + " answers");
  }
}

plan::Step set_step(const DesiredFilesystem& filesystem, const char* key, long wanted, std::optional<long> current) {
  const std::string& path = filesystem.paths.front();
  plan::Step step;
  step.resource = {plan::Kind::filesystem, path};
  step.lane = filesystem.server;
  step.detail = key;
  step.why =
      escape_control(path) + ": " + key + " is " + value_text(key, current) + ", wanted " + value_text(key, wanted);
  if (filesystem.paths.size() > 1)
    step.why += "; one fsid with " + list({filesystem.paths.begin() + 1, filesystem.paths.end()});
  step.argv = aix::set_fs_option(path, std::string(key) + "=" + std::to_string(wanted));
  if (current) step.was = plan::Expectation{step.resource, plan::FilesystemOption{key, *current}};
  step.expect = plan::Expectation{step.resource, plan::FilesystemOption{key, wanted}};
  return step;
}

std::optional<long> current_value(const DesiredFilesystem& filesystem, const char* key) {
  return filesystem.observed ? filesystem.observed->number(key) : std::nullopt;
}

// Setting ours took others away, or the second of ours took the first away.
bool lost_an_option(const aix::NfsFilesystem& before, const DesiredFilesystem& filesystem) {
  if (!filesystem.observed->has_options) return false;  // not seen
  // Set one after the other, and both are there: this AIX merges, so what else is different is somebody else's work.
  const bool both_were_set =
      before.number("timeo") != filesystem.timeo && before.number("retrans") != filesystem.retrans;
  if (both_were_set && !filesystem.differs()) return false;
  const auto is_ours = [](const std::string& key) { return key == "timeo" || key == "retrans"; };
  const auto& now = filesystem.observed->options;
  const std::set<std::pair<std::string, std::string>> there(now.begin(), now.end());
  const bool other_lost = std::any_of(before.options.begin(), before.options.end(), [&](const auto& option) {
    return !is_ours(option.first) && there.count(option) == 0;
  });
  const bool timeo_lost = current_value(filesystem, "timeo") != filesystem.timeo &&
                          current_value(filesystem, "retrans") == filesystem.retrans;
  return other_lost || timeo_lost;
}

// "ro,intr,...,timeo=1,retrans=3": the options as they were, with our two values.
std::string merged_options(const aix::NfsFilesystem& before, const std::string& ours) {
  std::string text;
  for (const auto& [key, value] : before.options)
    if (key != "timeo" && key != "retrans") text.append(key).append(value.empty() ? "" : "=").append(value).append(",");
  return text + ours;
}

}  // namespace

bool DesiredFilesystem::differs() const {
  if (excluded) return false;
  if (conflict) return true;
  return current_value(*this, "timeo") != timeo || current_value(*this, "retrans") != retrans;
}

DesiredFilesystems desired_filesystems(const ObservedState& observed, const Settings& settings) {
  DesiredFilesystems result;
  result.filesystems = group_by_fsid(observed);
  warn_of_unknown_paths(settings, result);
  for (DesiredFilesystem& filesystem : result.filesystems)
    if (const Status filled = fill_in(filesystem, settings, result.warnings); !filled) {
      filesystem.conflict = true;
      result.conflicts.push_back(filled.error().what);
    }
  leave_what_may_have_one_fsid(result);
  return result;
}

std::vector<plan::Step> plan_filesystems(const DesiredFilesystems& desired) {
  std::vector<plan::Step> steps;
  for (const DesiredFilesystem& filesystem : desired.filesystems) {
    if (filesystem.excluded || filesystem.conflict || filesystem.silent) continue;
    // What makes a failover faster comes first, and where that fails nothing makes it slower.
    std::vector<plan::Step> faster, slower;
    for (const auto& [key, wanted] : {std::pair{"timeo", filesystem.timeo}, std::pair{"retrans", filesystem.retrans}}) {
      const std::optional<long> current = current_value(filesystem, key);
      if (current == wanted) continue;
      const bool is_slower = current && wanted > *current;
      (is_slower ? slower : faster).push_back(set_step(filesystem, key, wanted, current));
    }
    for (plan::Step& step : faster) {
      step.abort_sequence = !slower.empty();
      steps.push_back(std::move(step));
    }
    std::move(slower.begin(), slower.end(), std::back_inserter(steps));
  }
  return steps;
}

std::vector<plan::Step> repair_filesystems(const DesiredFilesystems& desired, const ObservedState& before,
                                           int attempt) {
  std::vector<plan::Step> steps;
  for (const DesiredFilesystem& filesystem : desired.filesystems) {
    const aix::NfsFilesystem* old = before.filesystem(filesystem.paths.front());
    if (filesystem.excluded || filesystem.conflict || !filesystem.observed || old == nullptr ||
        !lost_an_option(*old, filesystem))
      continue;
    const std::string timeo = "timeo=" + std::to_string(filesystem.timeo);
    const std::string ours = timeo + ",retrans=" + std::to_string(filesystem.retrans);
    const bool timeo_is_there = current_value(filesystem, "timeo") == filesystem.timeo;
    if ((attempt == 1 && !filesystem.differs()) || (attempt == 2 && timeo_is_there)) continue;
    plan::Step step;
    step.resource = {plan::Kind::filesystem, filesystem.paths.front()};
    step.lane = filesystem.server;
    step.action = plan::Action::repair;
    step.detail = std::to_string(attempt);
    step.why = escape_control(filesystem.paths.front()) + ": on this AIX setting one option takes others away; ";
    if (attempt == 0) step.why += "all of them in one call";
    if (attempt == 1) step.why += "both of ours in one call";
    if (attempt == 2) step.why += "lists are refused too, so timeo alone, which matters more";
    step.argv = aix::set_fs_option(filesystem.paths.front(), attempt == 0   ? merged_options(*old, ours)
                                                             : attempt == 1 ? ours
                                                                            : timeo);
    step.expect = plan::Expectation{step.resource, plan::FilesystemOption{"timeo", filesystem.timeo}};
    steps.push_back(std::move(step));
  }
  return steps;
}

plan::Step reset_step(const DesiredFilesystem& filesystem, const char* key, long value) {
  const std::optional<long> current = current_value(filesystem, key);
  plan::Step step = set_step(filesystem, key, value, current);
  step.why = escape_control(filesystem.paths.front()) + ": " + key + " is as hanfs set it, " +
             value_text(key, current) + "; it was " + value_text(key, value);
  step.purpose = plan::Purpose::reset;
  return step;
}

}  // namespace hanfs::node
