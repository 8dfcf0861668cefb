// SPDX-License-Identifier: Apache-2.0
// What the reports of trees say of file systems that are mounted in them, which were not entered.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "checkhanfs/tree/mount_points.hpp"
#include "report/plugin.hpp"

namespace hanfs::check {

// WARNING instead of OK, and the end of the summary. Nothing where all was entered.
void take_not_entered(report::PluginReport& report, const tree::MountPoints& mount_points);
// Where, with the cure; empty: all was entered.
std::string not_entered_note(const tree::MountPoints& mount_points);
// "mount_point_entries", how many, and "mount_points", the first of them.
nlohmann::ordered_json not_entered_json(const tree::MountPoints& mount_points);

}  // namespace hanfs::check
