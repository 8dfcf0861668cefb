// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/walk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>

#include "checkhanfs/tree/entry.hpp"
#include "checkhanfs/tree/excludes.hpp"
#include "checkhanfs/tree/folder.hpp"
#include "checkhanfs/tree/line.hpp"
#include "checkhanfs/tree/listing.hpp"
#include "checkhanfs/tree/name.hpp"
#include "checkhanfs/tree/read_file.hpp"
#include "checkhanfs/tree/workers.hpp"
#include "sys/device.hpp"

namespace hanfs::tree {
namespace {

constexpr std::size_t open_folders = 200;       // of 1,024 descriptors or more that a process may have
constexpr std::size_t folders_ahead = 32;       // listed before their turn, of each folder at work
constexpr std::size_t entries_ahead = 100000;   // in all listings that wait for their turn
constexpr std::size_t unfinished_most = 16384;  // entries of a listing that began too early and goes on all the same
constexpr std::size_t batches_ahead = 256;
constexpr std::size_t batch_entries = 128;
constexpr std::uint64_t batch_bytes = std::uint64_t{1} << 20;
constexpr std::size_t findings_kept = 20;
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

// A folder that is to be listed.
struct ListTask {
  std::shared_ptr<Folder> folder;
  std::atomic<bool> urgent{false};
  std::atomic<bool> queued{false};  // as an urgent one
  std::atomic<bool> running{false};
  std::atomic<bool> done{false};
  std::shared_ptr<Listing> listing;  // once it is done
};

// Some entries in a row: what one thread makes lines of.
struct Batch {
  struct Extra {
    std::string hash;  // known already
    std::string hardlink;
    std::string note;
  };
  struct Item {
    std::uint32_t entry = 0;  // of the listing
    std::uint32_t extra = 0;  // 1 for the first of extras; 0: none
  };
  struct Run {
    std::shared_ptr<const Listing> listing;
    std::vector<Item> items;
  };

  std::vector<Run> runs;
  std::vector<Extra> extras;
  std::size_t entries = 0;
  std::uint64_t bytes = 0;  // to be read, before; the files' sizes, afterwards

  std::string lines;
  std::string local;
  std::uint64_t files = 0;
  std::uint64_t unread = 0;
  std::uint64_t changed = 0;
  std::vector<std::string> findings;
  std::atomic<bool> done{false};
};

// What threads share.
struct Shared {
  Shared(const WalkOrder& walk_order) : order(walk_order), excludes(walk_order.excludes), open(open_folders) {}

  const WalkOrder& order;
  const Excludes excludes;
  OpenFolders open;
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::size_t> entries_waiting{0};
  std::atomic<bool> stop{false};
};

void list(Shared& shared, ListTask& task) {
  task.queued = false;
  if (task.done || task.running.exchange(true)) return;
  const auto should_stop = [&](std::size_t entries) {
    return shared.stop ||
           (!task.urgent && entries >= unfinished_most && shared.entries_waiting + entries > entries_ahead);
  };
  const bool too_early = shared.stop || (!task.urgent && shared.entries_waiting > entries_ahead);
  auto listing = too_early ? nullptr : Listing::read(task.folder, shared.open, shared.excludes, should_stop);
  if (listing) {
    shared.entries_waiting += listing->size();
    task.listing = std::move(listing);
    task.done = true;
  }
  task.running = false;
}

class LineMaker {
 public:
  LineMaker(Shared& shared, Scratch& scratch, Batch& batch) : shared_(shared), scratch_(scratch), batch_(batch) {}

  void make() {
    batch_.bytes = 0;
    batch_.lines.reserve(batch_.entries * 128);
    for (const Batch::Run& run : batch_.runs) {
      FolderHandle folder;
      int why = 0;
      for (const Batch::Item& item : run.items) {
        const ListedEntry& listed = run.listing->entry(item.entry);
        const Batch::Extra* const extra = item.extra == 0 ? nullptr : &batch_.extras[item.extra - 1];
        const bool known = extra != nullptr && !extra->hash.empty();
        const bool needs_folder = (listed.is_file() && !known) || S_ISLNK(listed.mode);
        if (needs_folder && !folder && why == 0) {
          folder = shared_.open.open(run.listing->folder());
          if (!folder) why = errno;
        }
        take(run, listed, extra);
        if (needs_folder && !folder) {
          entry_.note = note_of("open its folder", why);
        } else if (needs_folder) {
          read(folder->get(), listed);
        }
        finish(listed);
      }
    }
    batch_.runs.clear();
    batch_.extras.clear();
  }

 private:
  void take(const Batch::Run& run, const ListedEntry& listed, const Batch::Extra* extra) {
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
    entry_.target.clear();
    entry_.device.clear();
    if (entry_.kind == 'c' || entry_.kind == 'b') {
      const sys::DeviceNumber number = sys::device_number(static_cast<dev_t>(listed.size));
      entry_.device = std::to_string(number.major) + ':' + std::to_string(number.minor);
    }
    entry_.hash = extra == nullptr ? "" : extra->hash;
    entry_.hardlink = extra == nullptr ? "" : extra->hardlink;
    entry_.note = extra == nullptr ? "" : extra->note;
    if (listed.error != 0) entry_.note = note_of("look at it", listed.error);
    if (listed.mount_point) entry_.note = note_mount_point;
  }

  void read(int folder, const ListedEntry& listed) {
    if (!listed.is_file()) {
      entry_.target = read_target(folder, listed.name, entry_.note);
      return;
    }
    FileContent content = read_content(folder, listed, scratch_, shared_.bytes_read, shared_.stop);
    entry_.hash = std::move(content.hash);
    entry_.note = std::move(content.note);
  }

  void finish(const ListedEntry& listed) {
    append_line(batch_.lines, entry_);
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

  Shared& shared_;
  Scratch& scratch_;
  Batch& batch_;
  Entry entry_;
  std::int64_t begun_ = sys::seconds_of_day_and_date();
};

// Goes through the tree in the order of the manifest and cuts it into batches.
class Sequence {
 public:
  Sequence(Shared& shared, Workers& workers) : shared_(shared), workers_(workers) {}

  void begin(const std::shared_ptr<Folder>& top, const struct stat& info) {
    top_ = top;
    push(Listing::of_top(info));
  }

  // The next batch; nullptr: a listing that is needed is not done yet, or all is done.
  std::shared_ptr<Batch> next() {
    auto batch = std::make_shared<Batch>();
    while (!frames_.empty() && batch->entries < batch_entries && batch->bytes < batch_bytes)
      if (!step(*batch)) break;
    return batch->entries == 0 ? nullptr : batch;
  }

  bool ended() const { return frames_.empty(); }

 private:
  struct Frame {
    std::shared_ptr<Listing> listing;
    std::size_t at = 0;     // of its order
    std::size_t ahead = 0;  // up to here its folders were asked for
    std::map<std::uint32_t, std::shared_ptr<ListTask>> tasks{};
  };
  struct HardLinks {
    std::string first;
    std::uint32_t left;
  };

  void push(std::shared_ptr<Listing> listing) {
    frames_.push_back(Frame{std::move(listing)});
    look_ahead(frames_.back());
  }

  // A task may outlive this object, but not what is shared.
  void ask_for(const std::shared_ptr<ListTask>& task, Workers::Urgency urgency) {
    workers_.add(urgency, [&shared = shared_, task](Scratch&) { list(shared, *task); });
  }

  void look_ahead(Frame& frame) {
    const auto& order = frame.listing->order();
    while (frame.ahead < order.size() && frame.tasks.size() < folders_ahead) {
      const std::uint32_t index = order[frame.ahead++];
      if ((index & Listing::below) != 0) continue;
      const ListedEntry& listed = frame.listing->entry(index);
      if (!listed.is_entered()) continue;
      auto task = std::make_shared<ListTask>();
      task->folder = frame.listing->folder() == nullptr
                         ? top_
                         : std::make_shared<Folder>(frame.listing->folder(), std::string(listed.name, listed.name_size),
                                                    frame.listing->folder()->device(), listed.inode);
      frame.tasks.emplace(index, task);
      ask_for(task, Workers::Urgency::spare);
    }
  }

  // One entry, or the way into or out of a folder. False: it has to wait for a listing.
  bool step(Batch& batch) {
    Frame& frame = frames_.back();
    if (frame.at == frame.listing->order().size()) {
      frames_.pop_back();
      return true;
    }
    const std::uint32_t place = frame.listing->order()[frame.at];
    const std::uint32_t index = place & ~Listing::below;
    if (place != index) {  // what lies below it; its listing is done
      std::shared_ptr<Listing> listing = std::move(frame.tasks.at(index)->listing);
      frame.tasks.erase(index);
      ++frame.at;
      look_ahead(frame);
      shared_.entries_waiting -= listing->size();
      push(std::move(listing));
      return true;
    }
    const ListedEntry& listed = frame.listing->entry(index);
    int error = 0;
    if (listed.is_entered()) {
      // A folder that cannot be read is to say so in its own line.
      look_ahead(frame);
      if (frame.tasks.count(index) == 0) {  // as many as may be asked for ahead wait already
        auto task = std::make_shared<ListTask>();
        task->folder = std::make_shared<Folder>(frame.listing->folder(), std::string(listed.name, listed.name_size),
                                                frame.listing->folder()->device(), listed.inode);
        frame.tasks.emplace(index, task);
        frame.ahead = std::max(frame.ahead, frame.at + 1);
      }
      const std::shared_ptr<ListTask>& task = frame.tasks.at(index);
      if (!task->done) {
        task->urgent = true;
        if (!task->queued.exchange(true)) ask_for(task, Workers::Urgency::first);
        return false;
      }
      error = task->listing->error();
    }
    add(batch, frame, listed, index, error);
    ++frame.at;
    return true;
  }

  void add(Batch& batch, const Frame& frame, const ListedEntry& listed, std::uint32_t index, int error) {
    Batch::Extra extra;
    if (error != 0) extra.note = note_of("read the folder", error);
    if (listed.links > 1 && !listed.is_folder() && listed.error == 0) extra.hardlink = hard_link(frame, listed);
    if (shared_.order.known != nullptr && listed.is_file()) {
      path_ = frame.listing->prefix();
      path_.append(listed.name, listed.name_size);
      extra.hash = shared_.order.known->hash_of(path_, listed.size, {listed.mtime_seconds, listed.mtime_nanoseconds},
                                                {listed.inode, {listed.ctime_seconds, listed.ctime_nanoseconds}});
    }
    if (batch.runs.empty() || batch.runs.back().listing != frame.listing) batch.runs.push_back({frame.listing, {}});
    Batch::Item item{index, 0};
    if (listed.is_file() && extra.hash.empty()) batch.bytes += listed.size;
    if (!extra.hash.empty() || !extra.hardlink.empty() || !extra.note.empty()) {
      batch.extras.push_back(std::move(extra));
      item.extra = static_cast<std::uint32_t>(batch.extras.size());
    }
    batch.runs.back().items.push_back(item);
    ++batch.entries;
  }

  // The path of the first member of its group; empty: it is the first.
  std::string hard_link(const Frame& frame, const ListedEntry& listed) {
    const auto found = hard_links_.find(listed.inode);
    if (found == hard_links_.end()) {
      std::string path = frame.listing->prefix() + listed.name;
      hard_links_.emplace(listed.inode, HardLinks{std::move(path), listed.links - 1});
      return {};
    }
    std::string first = found->second.first;
    if (--found->second.left == 0) hard_links_.erase(found);
    return first;
  }

  Shared& shared_;
  Workers& workers_;
  std::shared_ptr<Folder> top_;
  std::vector<Frame> frames_;
  std::unordered_map<std::uint64_t, HardLinks> hard_links_;
  std::string path_;
};

void count(WalkResult& result, Batch& batch) {
  result.entries += batch.entries;
  result.files += batch.files;
  result.bytes += batch.bytes;
  result.unread += batch.unread;
  result.changed += batch.changed;
  for (std::string& finding : batch.findings)
    if (result.findings.size() < findings_kept) result.findings.push_back(std::move(finding));
}

}  // namespace

Result<WalkResult> walk(const WalkOrder& order) {
  constexpr std::chrono::milliseconds tick{200};
  constexpr std::chrono::milliseconds longest_wait{20};
  const Result<std::shared_ptr<Folder>> top = Folder::top(order.root);
  if (!top) return top.error();
  struct stat info{};
  if (::stat(order.root.c_str(), &info) != 0) return Error{order.root + ": cannot look: " + std::strerror(errno)};

  WalkResult result;
  Shared shared(order);
  std::deque<std::shared_ptr<Batch>> batches;
  Workers workers(order.threads, order.hash);  // ends before what its tasks use
  if (workers.threads() == 0) return Error{"no thread can be made; cure: more processes for this user"};
  Sequence sequence(shared, workers);
  sequence.begin(*top, info);
  auto next_tick = order.clock->now() + tick;
  while (!sequence.ended() || !batches.empty()) {
    while (batches.size() < batches_ahead) {
      std::shared_ptr<Batch> batch = sequence.next();
      if (!batch) break;
      batches.push_back(batch);
      workers.add(Workers::Urgency::usual, [&shared, batch](Scratch& scratch) {
        if (!shared.stop) LineMaker(shared, scratch, *batch).make();
        batch->done = true;
      });
    }
    const bool waits = batches.empty() || !batches.front()->done;
    if (waits && (!sequence.ended() || !batches.empty())) workers.wait_for_end(longest_wait);
    while (!batches.empty() && batches.front()->done) {
      count(result, *batches.front());
      if (const Status given = order.give(batches.front()->lines, batches.front()->local); !given) {
        shared.stop = true;
        return given.error();
      }
      batches.pop_front();
    }
    if (order.clock->now() < next_tick) continue;
    next_tick = order.clock->now() + tick;
    if (order.on_progress) order.on_progress({result.entries, result.bytes, shared.bytes_read});
    if (order.interrupted && order.interrupted()) {
      shared.stop = true;
      result.interrupted = true;
      break;
    }
  }
  shared.stop = true;
  result.bytes_read = shared.bytes_read;
  return result;
}

}  // namespace hanfs::tree
