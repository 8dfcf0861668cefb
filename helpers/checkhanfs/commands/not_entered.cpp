// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/commands/not_entered.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "checkhanfs/tree/batch.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

std::vector<std::string> first_names(const tree::MountPoints& mount_points) {
  std::vector<std::string> names;
  const std::size_t most = std::min(mount_points.names().size(), tree::findings_kept);
  std::copy_n(mount_points.names().begin(), most, std::back_inserter(names));
  return names;
}

}  // namespace

void take_not_entered(report::PluginReport& report, const tree::MountPoints& mount_points) {
  if (mount_points.empty()) return;
  if (report.state == report::PluginState::ok) report.state = report::PluginState::warning;
  report.summary += "; " + text::counted(mount_points.count(), "mount point was", "mount points were") + " not entered";
}

std::string not_entered_note(const tree::MountPoints& mount_points) {
  if (mount_points.empty()) return {};
  const std::vector<std::string> names = first_names(mount_points);
  return "other file systems are mounted there, and nothing is known of what they hold: " +
         text::shortened(names, names.size(), mount_points.count()) +
         "; cure: a manifest of each of them by itself, or --exclude where it is no part of the replica";
}

nlohmann::ordered_json not_entered_json(const tree::MountPoints& mount_points) {
  return {{"mount_point_entries", mount_points.count()}, {"mount_points", first_names(mount_points)}};
}

}  // namespace hanfs::check
