// SPDX-License-Identifier: Apache-2.0
// Reads a manifest as a stream, in constant memory, and finds out whether it is whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "checkhanfs/tree/digest.hpp"
#include "checkhanfs/tree/header.hpp"
#include "checkhanfs/tree/mount_points.hpp"
#include "result.hpp"
#include "sys/descriptor.hpp"

namespace hanfs::tree {

class ManifestReader {
 public:
  // whole: it must end as it should. begun: the manifest of a run that was killed; it may break off anywhere.
  enum class Expected { whole, begun };

  // Error: it cannot be read, or has no sound header.
  static Result<std::unique_ptr<ManifestReader>> open(const std::string& path, Expected expected);
  // The same for an open file, from its beginning. `name`: for messages.
  static Result<std::unique_ptr<ManifestReader>> open(sys::Descriptor file, const std::string& name, Expected expected);

  const std::string& name() const { return name_; }
  const Header& header() const { return header_; }

  // Lines of entries that were not consumed yet, each with its newline; at least one, unless all are consumed and the
  // manifest is whole. Valid until the next call. Error: it cannot be read, is cut off or was changed.
  Result<std::string_view> lines();
  // The first bytes of what lines() gave: whole lines.
  void consume(std::size_t bytes) { begin_ += bytes; }
  // The first line of lines() without its newline; empty: there is none.
  Result<std::string_view> line();

  // The number of the first line that was not consumed, as an editor counts.
  std::uint64_t line_number() const;
  // Of a whole manifest, once lines() gave nothing.
  const Ending& ending() const { return ending_; }

  // Those of the lines that were given so far.
  const MountPoints& mount_points() const { return mount_points_; }

  // A manifest that is not as it should be, at the line that line() gave.
  Error error_here(const std::string& what) const;

 private:
  ManifestReader(sys::Descriptor file, std::string name, Expected expected);
  Status read_header();
  Status fill();
  Status read_more(bool& ended);
  Status finish(std::string_view last_line);
  Error damaged(const std::string& what) const;

  sys::Descriptor file_;
  std::string name_;
  Expected expected_;
  Header header_;
  Ending ending_;
  MountPoints mount_points_;
  Digest digest_{HashKind::xxh3};
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::size_t begin_ = 0;   // the lines at hand
  std::size_t end_ = 0;     // their end
  std::size_t filled_ = 0;  // the end of what was read
  std::uint64_t header_lines_ = 0;
  std::uint64_t lines_ = 0;  // of entries, before end_
  bool finished_ = false;
};

}  // namespace hanfs::tree
