// SPDX-License-Identifier: Apache-2.0
// tree manifest --max-age: a manifest that is there already and may stay, and what a manifest holds in a few words.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "checkhanfs/commands/tree_run.hpp"
#include "checkhanfs/tree/content_summary.hpp"

namespace hanfs::check {

struct KeptManifest {
  tree::Header header;
  std::int64_t age = 0;  // seconds
  tree::ContentSummary content;
  tree::MountPoints mount_points;
};

// The manifest at `output`, where it is whole, describes the tree of `wanted` by the same rules, was made at most
// --max-age ago, and nobody else may have written it.
std::optional<KeptManifest> kept_manifest(const TreeRun& run, const tree::Header& wanted, const std::string& output);

// What --max-age adds to the JSON object of tree manifest.
nlohmann::ordered_json json_of(const tree::ContentSummary& content);

// How a run ends that kept the manifest.
int print_kept(const TreeRun& run, const std::string& output, const KeptManifest& kept);

}  // namespace hanfs::check
