// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/make_manifest.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "checkhanfs/tree/local_file.hpp"
#include "checkhanfs/tree/output_file.hpp"
#include "text/characters.hpp"

namespace hanfs::tree {
namespace {

// -1: there is none.
off_t size_of(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) ? info.st_size : -1;
}

}  // namespace

std::string default_manifest(const std::string& folder, const std::string& root) {
  constexpr std::size_t longest = 200;  // bytes, of 255
  constexpr const char* digits = "0123456789ABCDEF";
  std::string name = "tree";
  for (const char c : root == "/" ? "" : root) {
    if (c == '/') {
      name += '_';
    } else if (text::is_letter(c) || text::is_digit(c) || c == '.' || c == '-') {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  if (name.size() > longest) {
    Digest digest(HashKind::xxh3);
    const std::string hash = digest.of(name.data(), name.size());
    name.replace(longest - 33, std::string::npos, '-' + hash);
  }
  return folder + '/' + name + ".manifest";
}

Result<MadeManifest> make_manifest(const ManifestOrder& order) {
  const bool temporary = order.output.empty();
  Result<OutputFile> created =
      temporary ? OutputFile::temporary(order.temporary_folder) : OutputFile::create(order.output);
  if (!created) return created.error();
  OutputFile manifest = std::move(*created);
  OutputFile local;
  const auto discard_both = [&](const Error& why) {
    manifest.discard();
    local.discard();
    return why;
  };
  if (!temporary) {
    Result<OutputFile> beside = OutputFile::create(local_path(order.output));
    if (!beside) return discard_both(beside.error());
    local = std::move(*beside);
    if (const Status written = local.append(local_header()); !written) return discard_both(written.error());
  }

  MadeManifest made;
  Digest digest(HashKind::xxh3);
  const auto append = [&](std::string_view text) {
    digest.update(text.data(), text.size());
    return manifest.append(text);
  };
  if (const Status written = append(header_text(order.header)); !written) return discard_both(written.error());

  WalkOrder walk_order;
  walk_order.root = order.root;
  walk_order.hash = order.header.hash;
  walk_order.excludes = order.header.excludes;
  walk_order.threads = order.threads;
  walk_order.known = order.known;
  walk_order.clock = order.clock;
  walk_order.interrupted = order.interrupted;
  Status flushed = Done{};
  walk_order.on_progress = [&](const WalkProgress& progress) {
    // What was done is to survive a kill: it is reused.
    if (!temporary && flushed) flushed = manifest.flush();
    if (!temporary && flushed) flushed = local.flush();
    if (order.on_progress) order.on_progress(progress);
  };
  walk_order.give = [&](std::string_view lines, std::string_view identities) -> Status {
    if (!flushed) return flushed;
    made.mount_points.look(lines);
    if (const Status written = append(lines); !written) return written;
    return temporary ? Status(Done{}) : local.append(identities);
  };
  Result<WalkResult> walked = walk(walk_order);
  if (!walked) return discard_both(walked.error());

  made.walk = std::move(*walked);
  if (made.walk.interrupted) {
    const Status kept = manifest.flush();
    const Status kept_beside = temporary ? Status(Done{}) : local.flush();
    if (!kept) return discard_both(kept.error());
    if (!kept_beside) return discard_both(kept_beside.error());
    return made;
  }
  made.ending = {made.walk.entries, made.walk.bytes, digest.hex()};
  if (const Status ended = manifest.append(ending_line(made.ending)); !ended) return discard_both(ended.error());
  if (temporary) {
    if (const Status written = manifest.flush(); !written) return discard_both(written.error());
    made.file = manifest.take();
    return made;
  }
  if (const Status ended = local.append(local_ending(made.ending.checksum)); !ended) return discard_both(ended.error());
  // The local file first: should the run end between the two, it belongs to no manifest, and nothing is reused.
  if (const Status flushed_all = manifest.flush(); !flushed_all) return discard_both(flushed_all.error());
  if (const Status committed = local.commit(); !committed) return discard_both(committed.error());
  if (const Status committed = manifest.commit(); !committed) return discard_both(committed.error());
  return made;
}

Leftovers::Leftovers(const std::string& output) : manifest(output + ".resume"), local(local_path(output) + ".resume") {}

bool Leftovers::take(const std::string& output) const {
  const std::string partial = output + ".partial";
  const std::string partial_local = local_path(output) + ".partial";
  if (size_of(partial) > size_of(manifest) && size_of(partial_local) >= 0) {
    std::rename(partial.c_str(), manifest.c_str());
    std::rename(partial_local.c_str(), local.c_str());
  }
  return size_of(manifest) > 0 && size_of(local) > 0;
}

void Leftovers::remove() const {
  ::unlink(manifest.c_str());
  ::unlink(local.c_str());
}

}  // namespace hanfs::tree
