// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/commands/tree_run.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/tree/excludes.hpp"
#include "report/table.hpp"
#include "sys/file.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

constexpr const char* manifest_folder = "/var/hanfs";

std::string time_left_text(double seconds) {
  if (seconds < 90) return std::to_string(std::lround(seconds)) + " s";
  return std::to_string(std::lround(seconds / 60)) + " min";
}

// What a file system holds, where `root` is the top of one; it bounds what there is to read.
std::uint64_t used_bytes(const std::string& root) {
  struct stat here{};
  struct stat above{};
  struct statvfs info{};
  if (::stat(root.c_str(), &here) != 0 || ::stat((root + "/..").c_str(), &above) != 0) return 0;
  if (here.st_dev == above.st_dev || ::statvfs(root.c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.f_blocks - info.f_bfree) * info.f_frsize;
}

class ProgressLine {
 public:
  ProgressLine(app::System& system, std::string title, std::uint64_t expected)
      : system_(system),
        title_(std::move(title)),
        expected_(expected),
        shown_(system.errors_go_to_terminal()),
        begin_(system.clock().now()) {}
  ~ProgressLine() {
    if (shown_) system_.show_progress("\r\033[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const tree::WalkProgress& progress) {
    if (!shown_) return;
    const double seconds = std::chrono::duration<double>(system_.clock().now() - begin_).count();
    const double speed = seconds > 0 ? static_cast<double>(progress.bytes_read) / seconds : 0;
    std::string line = title_ + ": " + text::counted(progress.entries, "entry", "entries") + ", " +
                       bytes_text(progress.bytes_read) + ", " + std::to_string(static_cast<long>(speed / 1e6)) +
                       " MB/s";
    if (expected_ > progress.bytes_read && speed > 0)
      line += ", about " + time_left_text(static_cast<double>(expected_ - progress.bytes_read) / speed) + " left";
    system_.show_progress("\r\033[K" + line);
  }

 private:
  app::System& system_;
  std::string title_;
  std::uint64_t expected_;
  bool shown_;
  sys::Clock::TimePoint begin_;
};

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  auto value = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* larger : {"kB", "MB", "GB", "TB"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return text::fixed(value, 1) + ' ' + unit;
}

std::string TreeRun::place_of(const std::string& path) const {
  return !options_.sysroot.empty() && !path.empty() && path.front() == '/' ? options_.sysroot + path : path;
}

std::string TreeRun::resolved(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  return real ? real.get() : "";
}

bool TreeRun::is_directory(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<std::string> TreeRun::root_of(const std::string& word) const {
  std::string root = resolved(place_of(word));
  if (root.empty()) return Error{word + ": cannot find it: " + std::strerror(errno)};
  if (!is_directory(root)) return Error{word + ": not a directory; cure: name the top of the tree"};
  const std::string top = options_.sysroot.empty() ? "" : resolved(options_.sysroot);
  if (!top.empty() && root.compare(0, top.size() + 1, top + '/') == 0) root.erase(0, top.size());
  return root;
}

std::string TreeRun::default_manifest(const std::string& root) const {
  return tree::default_manifest(options_.sysroot + manifest_folder, root);
}

std::string TreeRun::temporary_folder() const { return system_.environment("TMPDIR"); }

tree::Header TreeRun::header_for(const std::string& root, std::optional<tree::HashKind> hash) const {
  tree::Header header;
  header.hash = hash.value_or(tree::hash_kind(options_.hash).value_or(tree::HashKind::xxh3));
  header.root = root;
  header.host = system_.node_name();
  header.time = system_.clock().utc();
  if (options_.default_excludes) header.excludes = tree::default_excludes(root);
  header.excludes.insert(header.excludes.end(), options_.excludes.begin(), options_.excludes.end());
  return header;
}

Result<tree::MadeManifest> TreeRun::make(const tree::Header& header, const std::string& output, tree::KnownFiles* known,
                                         std::uint64_t expected) const {
  tree::ManifestOrder order;
  order.header = header;
  order.root = place_of(header.root);
  order.output = output;
  order.temporary_folder = temporary_folder();
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  order.threads = std::min<std::size_t>(static_cast<std::size_t>(options_.settings.jobs), processors);
  order.known = known;
  order.clock = &system_.clock();
  bool asked = false;
  order.interrupted = [&] {
    if (!system_.interrupted()) return false;
    // A read of a dead server's file system may never end.
    constexpr long grace = 5;  // seconds
    if (!asked) {
      arm_watchdog(system_, grace,
                   unknown("tree: interrupted, and a read of " + report::escape_control(header.root) + " hangs"));
    }
    asked = true;
    return true;
  };
  ProgressLine line(system_, report::escape_control(header.root), expected == 0 ? used_bytes(order.root) : expected);
  order.on_progress = [&](const tree::WalkProgress& progress) { line.show(progress); };
  return tree::make_manifest(order);
}

Result<std::unique_ptr<tree::ManifestReader>> TreeRun::open_directory(const std::string& word,
                                                                      const tree::Header* other) const {
  const Result<std::string> root = root_of(word);
  if (!root) return root.error();
  tree::Header header = header_for(*root, other == nullptr ? std::nullopt : std::optional(other->hash));
  if (other != nullptr) {
    // What the other side leaves out would only be missing there.
    for (const std::string& pattern : other->excludes)
      if (std::find(header.excludes.begin(), header.excludes.end(), pattern) == header.excludes.end())
        header.excludes.push_back(pattern);
  }
  Result<tree::MadeManifest> made = make(header, "", nullptr, 0);
  if (!made) return made.error();
  if (made->walk.interrupted) return Error{word + ": " + tree_was_interrupted};
  return tree::ManifestReader::open(std::move(made->file), word, tree::ManifestReader::Expected::whole);
}

Result<TreeRun::Pair> TreeRun::open_pair() const {
  const std::string& a = options_.operands[1];
  const std::string& b = options_.operands[2];
  using tree::ManifestReader;
  Pair pair;
  const auto open_manifest = [&](const std::string& word, std::unique_ptr<ManifestReader>& reader) -> Status {
    if (is_directory(place_of(word))) return Done{};
    auto opened = ManifestReader::open(place_of(word), ManifestReader::Expected::whole);
    if (!opened) return opened.error();
    reader = std::move(*opened);
    return Done{};
  };
  if (const Status opened = open_manifest(a, pair.first); !opened) return opened.error();
  if (const Status opened = open_manifest(b, pair.second); !opened) return opened.error();
  if (!pair.first) {
    auto opened = open_directory(a, pair.second ? &pair.second->header() : nullptr);
    if (!opened) return opened.error();
    pair.first = std::move(*opened);
  }
  if (!pair.second) {
    auto opened = open_directory(b, &pair.first->header());
    if (!opened) return opened.error();
    pair.second = std::move(*opened);
  }
  return pair;
}

}  // namespace hanfs::check
