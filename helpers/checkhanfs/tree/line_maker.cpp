// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/line_maker.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "checkhanfs/tree/line.hpp"
#include "checkhanfs/tree/local_file.hpp"
#include "checkhanfs/tree/name.hpp"
#include "checkhanfs/tree/read_file.hpp"
#include "sys/clock.hpp"
#include "sys/device.hpp"

namespace hanfs::tree {
namespace {

// Read by one thread before the rest of its batch goes to another one.
constexpr std::uint64_t most_bytes = std::uint64_t{4} << 20;
// A file that is changed within the same tick of the clock as it was read keeps its mtime and ctime, so an identity is
// trusted only when the ctime was this old. Two seconds are the coarsest tick of any file system.
constexpr std::int64_t trusted_age = 2;  // seconds

char kind_of(std::uint32_t mode) {
  if (S_ISREG(mode)) return 'f';
  if (S_ISDIR(mode)) return 'd';
  if (S_ISLNK(mode)) return 'l';
  if (S_ISFIFO(mode)) return 'p';
  if (S_ISSOCK(mode)) return 's';
  if (S_ISCHR(mode)) return 'c';
  if (S_ISBLK(mode)) return 'b';
  return '?';
}

}  // namespace

LineMaker::LineMaker(const LineMaking& shared, Scratch& scratch, Batch& batch, HandOver hand_over)
    : shared_(shared),
      scratch_(scratch),
      batch_(batch),
      hand_over_(std::move(hand_over)),
      begun_(sys::seconds_of_day_and_date()) {}

void LineMaker::make() {
  batch_.lines.reserve(batch_.entries * 128);
  for (run_ = 0; run_ < batch_.runs.size(); ++run_) {
    folder_ = nullptr;
    folder_error_ = 0;
    for (item_ = 0; item_ < batch_.runs[run_].items.size(); ++item_) {
      const Batch::Item& item = batch_.runs[run_].items[item_];
      const std::string_view known = std::string_view(batch_.known).substr(known_begin_, item.known);
      known_begin_ += item.known;
      make(batch_.runs[run_], item, known);
    }
  }
  batch_.runs.clear();
  batch_.known.clear();
}

void LineMaker::make(const Batch::Run& run, const Batch::Item& item, std::string_view known) {
  ListedEntry listed = run.listing->entry(item.entry);
  if (!known.empty()) {
    take(run, listed);
    if (write_known(known)) return finish(listed);
  }
  std::string note = item.error != 0 ? note_of("read the folder", item.error) : "";
  std::string content;  // of a file its hash, of a link its target
  if (listed.is_file() || S_ISLNK(listed.mode)) {
    if (!folder_ && folder_error_ == 0) {
      folder_ = shared_.open->open(run.listing->folder());
      if (!folder_) folder_error_ = errno;
    }
    if (!folder_) {
      note = note_of("open its folder", folder_error_);
    } else if (listed.is_file()) {
      FileContent read = read_content(folder_, run.listing->folder()->device(), listed, scratch_,
                                      [this](std::size_t bytes) { return count_read(bytes); });
      content = std::move(read.hash);
      note = std::move(read.note);
    } else {
      content = read_target(folder_->get(), listed.name, note);
    }
  }
  take(run, listed);
  (entry_.kind == 'l' ? entry_.target : entry_.hash) = std::move(content);
  if (entry_.note.empty()) entry_.note = std::move(note);
  hardlink_place_ = append_line(batch_.lines, entry_);
  finish(listed);
}

void LineMaker::take(const Batch::Run& run, const ListedEntry& listed) {
  entry_.kind = kind_of(listed.mode);
  entry_.mode = S_ISLNK(listed.mode) ? 0 : listed.mode & 07777U;
  entry_.uid = listed.uid;
  entry_.gid = listed.gid;
  entry_.size = listed.is_file() ? listed.size : 0;
  entry_.path = run.listing->prefix();
  entry_.path.append(listed.name, listed.name_size);
  // Of the root 0: whoever copies a folder into it, as prsync does, gives it another time on each server, and that an
  // mtime makes AIX call something dead is known of files (lib/aix/README.md "Failover: what a node sees").
  entry_.mtime = entry_.path.empty() ? Timestamp{} : Timestamp{listed.mtime_seconds, listed.mtime_nanoseconds};
  entry_.hash.clear();
  entry_.target.clear();
  entry_.device.clear();
  entry_.note.clear();
  if (entry_.kind == 'c' || entry_.kind == 'b') {
    const sys::DeviceNumber number = sys::device_number(static_cast<dev_t>(listed.size));
    entry_.device = std::to_string(number.major) + ':' + std::to_string(number.minor);
  }
  if (listed.error != 0) entry_.note = note_of("look at it", listed.error);
  if (listed.mount_point) entry_.note = note_mount_point;
}

// The line with the hash of its earlier line, if that gives the earlier line again.
bool LineMaker::write_known(std::string_view line) {
  const std::string_view hash = hash_column(line, shared_.hash);
  if (hash.empty()) return false;
  const std::size_t begin = batch_.lines.size();
  entry_.hash = hash;
  hardlink_place_ = append_line(batch_.lines, entry_);
  const std::string_view now = std::string_view(batch_.lines).substr(begin, hardlink_place_ - begin);
  if (now == without_hardlink(line)) return true;
  batch_.lines.resize(begin);
  return false;
}

// Once its line is written.
void LineMaker::finish(const ListedEntry& listed) {
  if (listed.links > 1 && !listed.is_folder())
    batch_.hard_links.push_back({hardlink_place_, listed.inode, listed.links, entry_.path});
  const bool trusted =
      listed.is_file() && entry_.note.empty() && !entry_.hash.empty() && listed.ctime_seconds < begun_ - trusted_age;
  append_identity(batch_.local,
                  trusted ? std::optional<Identity>({listed.inode, {listed.ctime_seconds, listed.ctime_nanoseconds}})
                          : std::nullopt);
  batch_.files += listed.is_file() ? 1U : 0U;
  batch_.bytes += entry_.size;
  if (entry_.note.empty() || entry_.note == note_mount_point) return;
  ++(entry_.note == note_changed ? batch_.changed : batch_.unread);
  if (batch_.findings.size() < findings_kept)
    batch_.findings.push_back((entry_.path.empty() ? "." : escaped_name(entry_.path)) + ": " + entry_.note);
}

bool LineMaker::count_read(std::size_t bytes) {
  *shared_.bytes_read += bytes;
  bytes_read_ += bytes;
  if (bytes_read_ >= most_bytes) hand_over_rest();
  return !*shared_.stop;
}

void LineMaker::hand_over_rest() {
  auto rest = std::make_shared<Batch>();
  for (std::size_t i = run_; i < batch_.runs.size(); ++i) {
    Batch::Run& run = batch_.runs[i];
    const auto from = run.items.begin() + (i == run_ ? static_cast<std::ptrdiff_t>(item_) + 1 : 0);
    if (from == run.items.end()) continue;
    rest->entries += static_cast<std::size_t>(run.items.end() - from);
    rest->runs.push_back({run.listing, {from, run.items.end()}});
    run.items.erase(from, run.items.end());
  }
  if (rest->entries == 0) return;
  rest->known = batch_.known.substr(known_begin_);
  batch_.entries -= rest->entries;
  batch_.rest = rest;
  bytes_read_ = 0;
  hand_over_(rest);
}

}  // namespace hanfs::tree
