// SPDX-License-Identifier: Apache-2.0
// What the subcommands of checkhanfs tree share: trees, manifests and what a person sees meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/system.hpp"
#include "checkhanfs/commands/options.hpp"
#include "checkhanfs/tree/make_manifest.hpp"
#include "checkhanfs/tree/manifest_reader.hpp"
#include "result.hpp"

namespace hanfs::check {

class TreeRun {
 public:
  TreeRun(app::System& system, const Options& options) : system_(system), options_(options) {}

  app::System& system() const { return system_; }
  const Options& options() const { return options_; }

  // Below the sysroot.
  std::string place_of(const std::string& path) const;
  // The tree that a word means: absolute, links resolved. Error: it is no directory.
  Result<std::string> root_of(const std::string& word) const;
  std::string default_manifest(const std::string& root) const;
  std::string temporary_folder() const;  // of files that nobody else sees

  tree::Header header_for(const std::string& root, std::optional<tree::HashKind> hash) const;
  // Shows progress on a terminal; `expected`: bytes to come, 0: not known.
  Result<tree::MadeManifest> make(const tree::Header& header, const std::string& output, tree::KnownFiles* known,
                                  std::uint64_t expected) const;

  // Both operands behind the verb; a directory gets a manifest of its own, with hash and excludes of the other side.
  struct Pair {
    std::unique_ptr<tree::ManifestReader> first;
    std::unique_ptr<tree::ManifestReader> second;
  };
  Result<Pair> open_pair() const;

  static bool is_directory(const std::string& path);
  // Without links and dots; empty, with errno: it cannot be found.
  static std::string resolved(const std::string& path);

 private:
  Result<std::unique_ptr<tree::ManifestReader>> open_directory(const std::string& word,
                                                               const tree::Header* other) const;

  app::System& system_;
  const Options& options_;
};

constexpr const char* tree_was_interrupted = "interrupted before its end";

int do_tree_manifest(const TreeRun& run);
int do_tree_compare(const TreeRun& run);
int do_tree_check(const TreeRun& run);
int do_tree_sync_plan(const TreeRun& run);

// 1234567890 is "1.2 GB"
std::string bytes_text(std::uint64_t bytes);

}  // namespace hanfs::check
