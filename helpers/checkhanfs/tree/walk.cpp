// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/walk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <map>
#include <memory>

#include "checkhanfs/tree/batch.hpp"
#include "checkhanfs/tree/excludes.hpp"
#include "checkhanfs/tree/folder.hpp"
#include "checkhanfs/tree/hard_links.hpp"
#include "checkhanfs/tree/line_maker.hpp"
#include "checkhanfs/tree/listing.hpp"
#include "checkhanfs/tree/workers.hpp"

namespace hanfs::tree {
namespace {

constexpr std::size_t open_folders = 200;       // of 1,024 descriptors or more that a process may have
constexpr std::size_t folders_ahead = 32;       // listed before their turn, of each folder at work
constexpr std::size_t entries_ahead = 100000;   // in all listings that wait for their turn
constexpr std::size_t unfinished_most = 16384;  // entries of a listing that began too early and goes on all the same
// A whole folder of usual size: two threads in one folder take turns at what the kernel keeps of it.
constexpr std::size_t batch_entries = 1024;
constexpr std::size_t batches_ahead = 32;

// A folder that is to be listed.
struct ListTask {
  std::shared_ptr<Folder> folder;
  std::atomic<bool> urgent{false};
  std::atomic<bool> queued{false};  // as an urgent one
  std::atomic<bool> running{false};
  std::atomic<bool> done{false};
  std::shared_ptr<Listing> listing;  // once it is done
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
  const LineMaking making{order.hash, &open, &bytes_read, &stop};
};

void list(Shared& shared, ListTask& task) {
  task.queued = false;
  if (task.done || task.running.exchange(true)) return;
  const auto should_stop = [&](std::size_t entries) {
    return shared.stop ||
           (!task.urgent && entries >= unfinished_most && shared.entries_waiting + entries > entries_ahead);
  };
  const bool too_early = shared.stop || (!task.urgent && shared.entries_waiting > entries_ahead);
  // What is known of a file is found by what lstat shows.
  const auto look = shared.order.known != nullptr ? Listing::Look::at_all : Listing::Look::files_later;
  auto listing = too_early ? nullptr : Listing::read(task.folder, shared.open, shared.excludes, look, should_stop);
  if (listing) {
    shared.entries_waiting += listing->size();
    task.listing = std::move(listing);
    task.done = true;
  }
  task.running = false;
}

void make_lines(Shared& shared, Workers& workers, Workers::Urgency urgency, const std::shared_ptr<Batch>& batch) {
  workers.add(urgency, [&shared, &workers, batch](Scratch& scratch) {
    // The rest before other batches, since its lines come before theirs.
    const auto hand_over = [&](const std::shared_ptr<Batch>& rest) {
      make_lines(shared, workers, Workers::Urgency::first, rest);
    };
    if (!shared.stop) LineMaker(shared.making, scratch, *batch, hand_over).make();
    batch->done = true;
  });
}

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
    awaited_ = nullptr;
    while (!frames_.empty() && batch->entries < batch_entries)
      if (!step(*batch)) break;
    return batch->entries == 0 ? nullptr : batch;
  }

  bool ended() const { return frames_.empty(); }
  // The end of the listing that it needs; nullptr: it needs none.
  const std::atomic<bool>* awaited() const { return awaited_; }

 private:
  struct Frame {
    std::shared_ptr<Listing> listing;
    std::size_t at = 0;     // of its order
    std::size_t ahead = 0;  // up to here its folders were asked for
    std::map<std::uint32_t, std::shared_ptr<ListTask>> tasks{};
  };
  void push(std::shared_ptr<Listing> listing) {
    frames_.push_back(Frame{std::move(listing)});
    look_ahead(frames_.back());
  }

  // A task may outlive this object, but not what is shared.
  void ask_for(const std::shared_ptr<ListTask>& task, Workers::Urgency urgency) {
    workers_.add(urgency, [&shared = shared_, task](Scratch&) { list(shared, *task); });
  }

  std::shared_ptr<ListTask> add_task(Frame& frame, std::uint32_t index) {
    const std::shared_ptr<Folder>& above = frame.listing->folder();
    const ListedEntry& listed = frame.listing->entry(index);
    auto task = std::make_shared<ListTask>();
    task->folder = above == nullptr ? top_
                                    : std::make_shared<Folder>(above, std::string(listed.name, listed.name_size),
                                                               above->device(), listed.inode);
    frame.tasks.emplace(index, task);
    return task;
  }

  void look_ahead(Frame& frame) {
    const auto& order = frame.listing->order();
    while (frame.ahead < order.size() && frame.tasks.size() < folders_ahead) {
      const std::uint32_t index = order[frame.ahead++];
      if ((index & Listing::below) != 0) continue;
      if (!frame.listing->entry(index).is_entered()) continue;
      ask_for(add_task(frame, index), Workers::Urgency::spare);
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
        add_task(frame, index);
        frame.ahead = std::max(frame.ahead, frame.at + 1);
      }
      const std::shared_ptr<ListTask>& task = frame.tasks.at(index);
      if (!task->done) {
        task->urgent = true;
        if (!task->queued.exchange(true)) ask_for(task, Workers::Urgency::first);
        awaited_ = &task->done;
        return false;
      }
      error = task->listing->error();
    }
    add(batch, frame, listed, index, error);
    ++frame.at;
    return true;
  }

  void add(Batch& batch, const Frame& frame, const ListedEntry& listed, std::uint32_t index, int error) {
    Batch::Item item{index, 0, error};
    if (shared_.order.known != nullptr && listed.is_file()) {
      path_ = frame.listing->prefix();
      path_.append(listed.name, listed.name_size);
      const std::string_view line =
          shared_.order.known->line_of(path_, {listed.inode, {listed.ctime_seconds, listed.ctime_nanoseconds}});
      batch.known += line;
      item.known = static_cast<std::uint32_t>(line.size());
    }
    if (batch.runs.empty() || batch.runs.back().listing != frame.listing) batch.runs.push_back({frame.listing, {}});
    batch.runs.back().items.push_back(item);
    ++batch.entries;
  }

  Shared& shared_;
  Workers& workers_;
  std::shared_ptr<Folder> top_;
  std::vector<Frame> frames_;
  const std::atomic<bool>* awaited_ = nullptr;
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
  HardLinks hard_links;
  Sequence sequence(shared, workers);
  sequence.begin(*top, info);
  auto next_tick = order.clock->now() + tick;
  while (!sequence.ended() || !batches.empty()) {
    while (batches.size() < batches_ahead) {
      std::shared_ptr<Batch> batch = sequence.next();
      if (!batch) break;
      batches.push_back(batch);
      make_lines(shared, workers, Workers::Urgency::usual, batch);
    }
    const bool waits = batches.empty() || !batches.front()->done;
    if (waits && (!sequence.ended() || !batches.empty())) {
      workers.wait_for(sequence.awaited() != nullptr ? *sequence.awaited() : batches.front()->done, longest_wait);
    }
    while (!batches.empty() && batches.front()->done) {
      hard_links.complete(*batches.front());
      count(result, *batches.front());
      if (const Status given = order.give(batches.front()->lines, batches.front()->local); !given) {
        shared.stop = true;
        return given.error();
      }
      if (const std::shared_ptr<Batch> rest = batches.front()->rest) {
        batches.front() = rest;
      } else {
        batches.pop_front();
      }
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
