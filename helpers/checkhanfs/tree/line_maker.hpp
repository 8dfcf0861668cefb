// SPDX-License-Identifier: Apache-2.0
// What the threads do with a batch: read what it names and write its lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "checkhanfs/tree/batch.hpp"
#include "checkhanfs/tree/digest.hpp"
#include "checkhanfs/tree/entry.hpp"
#include "checkhanfs/tree/folder.hpp"
#include "checkhanfs/tree/workers.hpp"

namespace hanfs::tree {

// What the threads of a walk share.
struct LineMaking {
  HashKind hash = HashKind::xxh3;
  OpenFolders* open = nullptr;
  std::atomic<std::uint64_t>* bytes_read = nullptr;
  const std::atomic<bool>* stop = nullptr;
};

class LineMaker {
 public:
  // Gives what is left of a batch to another thread.
  using HandOver = std::function<void(const std::shared_ptr<Batch>& rest)>;

  LineMaker(const LineMaking& shared, Scratch& scratch, Batch& batch, HandOver hand_over);

  // All but `done`. Once much was read, what is left of the batch is handed over.
  void make();

 private:
  void make(const Batch::Run& run, const Batch::Item& item, std::string_view known);
  void take(const Batch::Run& run, const ListedEntry& listed);
  bool write_known(std::string_view line);
  void finish(const ListedEntry& listed);
  bool count_read(std::size_t bytes);
  void hand_over_rest();

  const LineMaking& shared_;
  Scratch& scratch_;
  Batch& batch_;
  HandOver hand_over_;
  Entry entry_;
  std::int64_t begun_;              // seconds since 1970
  std::size_t hardlink_place_ = 0;  // of the line that was written last
  std::uint64_t bytes_read_ = 0;
  // Where it is in the batch.
  std::size_t run_ = 0;
  std::size_t item_ = 0;
  std::size_t known_begin_ = 0;
  FolderHandle folder_;  // of the run
  int folder_error_ = 0;
};

}  // namespace hanfs::tree
