// SPDX-License-Identifier: Apache-2.0
// A walk into a manifest and its local file.
#pragma once

#include <functional>
#include <string>

#include "checkhanfs/tree/header.hpp"
#include "checkhanfs/tree/mount_points.hpp"
#include "checkhanfs/tree/walk.hpp"
#include "result.hpp"
#include "sys/descriptor.hpp"

namespace hanfs::tree {

// Where a manifest goes that got no name: FOLDER/tree_install.manifest for /install.
std::string default_manifest(const std::string& folder, const std::string& root);

struct ManifestOrder {
  Header header;
  std::string root;    // where the header's root is really: below a sysroot
  std::string output;  // empty: a temporary file without a name in `temporary_folder`
  std::string temporary_folder;
  std::size_t threads = 1;
  KnownFiles* known = nullptr;  // may be none
  const sys::Clock* clock = nullptr;
  std::function<bool()> interrupted;
  std::function<void(const WalkProgress&)> on_progress;
};

struct MadeManifest {
  WalkResult walk;
  MountPoints mount_points;
  Ending ending;
  sys::Descriptor file;  // of a temporary one
};

// The manifest replaces an older one only when it is whole and on the disk; until then it grows in OUTPUT.partial,
// which stays there when the run is interrupted (or killed). Error: the tree cannot be read at all, or the output not
// be written: then the partial files are gone too, since a disk may be full.
Result<MadeManifest> make_manifest(const ManifestOrder& order);

// What an interrupted run left is set aside, to be read beside the next walk.
struct Leftovers {
  std::string manifest;
  std::string local;

  explicit Leftovers(const std::string& output);
  // The longer one of what the last run and one before it left. False: there is nothing.
  bool take(const std::string& output) const;
  void remove() const;
};

}  // namespace hanfs::tree
