// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/content_summary.hpp"

#include <cstddef>

#include "checkhanfs/tree/digest.hpp"
#include "checkhanfs/tree/entry.hpp"
#include "checkhanfs/tree/mount_points.hpp"

namespace hanfs::tree {
Result<ContentSummary> summarize(ManifestReader& reader) {
  constexpr std::string_view note = "\tnote=";  // names hold no tab
  constexpr std::string_view harmless = note_mount_point;
  ContentSummary summary;
  Digest digest(HashKind::xxh3);
  while (true) {
    const Result<std::string_view> lines = reader.lines();
    if (!lines) return lines.error();
    if (lines->empty()) break;
    digest.update(lines->data(), lines->size());
    for (std::size_t at = lines->find(note); at != std::string_view::npos; at = lines->find(note, at + 1))
      if (is_behind_path(*lines, at) && lines->substr(at + note.size(), harmless.size()) != harmless)
        ++summary.doubtful;
    reader.consume(lines->size());
  }
  summary.digest = digest.hex();
  summary.entries = reader.ending().entries;
  return summary;
}

}  // namespace hanfs::tree
