// SPDX-License-Identifier: Apache-2.0
// Walks over real trees: lines in the order of paths, and what each entry became.
#include "checkhanfs/tree/walk.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <algorithm>

#include "checkhanfs/tree/batch.hpp"
#include "checkhanfs/tree/line.hpp"
#include "checkhanfs/tree/line_maker.hpp"
#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::tree {
namespace {

namespace fs = boost::filesystem;
using check::SecondsClock;
using check::Trees;

struct Walked {
  WalkResult result;
  std::string error;
  std::string lines;
  std::string local;

  std::vector<std::string> paths() const {
    std::vector<std::string> all;
    std::istringstream text(lines);
    for (std::string line; std::getline(text, line);) all.emplace_back(path_column(line));
    return all;
  }
  // The whole line of a path, with blanks between its columns; mtime and owner are left out.
  std::string line_of(const std::string& path) const {
    std::istringstream text(lines);
    for (std::string line; std::getline(text, line);) {
      if (path_column(line) != path) continue;
      std::string words, column;
      std::istringstream columns(line);
      for (int i = 0; std::getline(columns, column, '\t'); ++i)
        if (i != 2 && i != 3 && i != 5) words += (words.empty() ? "" : " ") + column;
      return words;
    }
    return "";
  }
};

WalkOrder order_of(const std::string& root) {
  static const test::SimulatedClock standing;
  WalkOrder order;
  order.root = root;
  order.threads = 2;
  order.clock = &standing;
  return order;
}

Walked walked(WalkOrder order) {
  Walked all;
  order.give = [&](std::string_view lines, std::string_view local) -> Status {
    all.lines += lines;
    all.local += local;
    return Done{};
  };
  auto result = walk(order);
  if (result) {
    all.result = std::move(*result);
  } else {
    all.error = result.error().what;
  }
  return all;
}

// Root reads everything, so it becomes nobody for so long.
class Unprivileged {
 public:
  Unprivileged() { REQUIRE((user_ != 0 || ::seteuid(65534) == 0)); }
  ~Unprivileged() { (void)::seteuid(user_); }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  uid_t user_ = ::geteuid();
};

const std::string empty_hash = "99aa06d3014798d86001c324468d497f";

}  // namespace

TEST_CASE("lines come bytewise by path, however many folders wait for what lies below them") {
  const Trees trees;
  std::vector<std::string> expected{"."};
  const auto add = [&](const std::string& path) {
    trees.write("top/" + path, "");
    for (std::string part = path; !part.empty(); part.erase(part.rfind('/') == std::string::npos ? 0 : part.rfind('/')))
      expected.push_back(part);
  };
  // "a", "a-", "a--", ... all come before what is in any of them, in the order backwards.
  for (std::size_t i = 1; i <= 40; ++i) add("a" + std::string(i, '-') + "/file");
  for (int i = 0; i < 40; ++i) add("b/" + std::to_string(100 + i) + "/sub/file");
  fs::create_directories(trees.at("top/many"));
  for (int i = 10000; i < 11100; ++i) {
    std::ofstream(trees.at("top/many/" + std::to_string(i)));
    expected.push_back("many/" + std::to_string(i));
  }
  expected.emplace_back("many");
  // After what is read of these another thread goes on, while other batches wait behind it.
  constexpr off_t large = 5 << 20;
  for (const char* name : {"top/many/10000", "top/many/10001", "top/many/11090"})
    REQUIRE(::truncate(trees.at(name).c_str(), large) == 0);
  std::sort(expected.begin(), expected.end());
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  for (const std::size_t threads : {1U, 4U}) {
    WalkOrder order = order_of(trees.at("top"));
    order.threads = threads;
    const Walked all = walked(order);
    CHECK(all.paths() == expected);
    CHECK(all.result.entries == expected.size());
    CHECK(all.result.files == 40 + 40 + 1100);
    CHECK(all.result.bytes == 3 * large);
    CHECK_FALSE(all.result.interrupted);
    CHECK(std::count(all.local.begin(), all.local.end(), '\n') == static_cast<std::ptrdiff_t>(expected.size()));
  }
  WalkOrder order = order_of(trees.at("top"));
  order.excludes = {"many", "sub"};
  CHECK(walked(order).result.entries == 1 + 80 + 1 + 40);
}

TEST_CASE("each kind of entry has its letter, and only what it is to have") {
  const Trees trees;
  const std::string top = trees.at("top") + "/";
  trees.write("top/file", "abc", 0640);
  REQUIRE(::chmod(trees.at("top").c_str(), 01755) == 0);
  REQUIRE(::mkfifo((top + "fifo").c_str(), 0600) == 0);
  REQUIRE(::symlink("file", (top + "link").c_str()) == 0);
  for (const char* name : {"second", "third"}) REQUIRE(::link((top + "file").c_str(), (top + name).c_str()) == 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const bool has_socket = (top + "socket").copy(name.sun_path, sizeof name.sun_path - 1) == top.size() + 6 &&
                          ::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0 &&
                          ::chmod(name.sun_path, 0755) == 0;
  ::close(fd);
  const bool has_devices = ::mknod((top + "char").c_str(), S_IFCHR | 0644, makedev(1, 3)) == 0 &&
                           ::mknod((top + "block").c_str(), S_IFBLK | 0644, makedev(7, 300)) == 0;
  const Walked all = walked(order_of(trees.at("top")));
  CHECK(all.line_of(".") == "d 1755 - - .");
  CHECK(all.lines.find("\t0.000000000\t-\t.\n") != std::string::npos);  // the top's time is nobody's
  CHECK(all.line_of("file") == "f 0640 3 06b05ab6733a618578af5f94892f3950 file");
  CHECK(all.lines.find("\t1700000000.000000005\t06b05") != std::string::npos);
  CHECK(all.line_of("second") == "f 0640 3 06b05ab6733a618578af5f94892f3950 second hardlink=file");
  CHECK(all.line_of("third") == "f 0640 3 06b05ab6733a618578af5f94892f3950 third hardlink=file");
  CHECK(all.line_of("fifo") == "p 0600 - - fifo");
  CHECK(all.line_of("link") == "l - - - link target=file");
  if (has_socket) CHECK(all.line_of("socket") == "s 0755 - - socket");
  if (has_devices) {
    CHECK(all.line_of("char") == "c 0644 - - char device=1:3");
    CHECK(all.line_of("block") == "b 0644 - - block device=7:300");
  }
  CHECK(all.result.files == 3);
  CHECK(all.result.bytes == 9);
  CHECK(all.result.bytes_read == 9);
  CHECK(all.result.unread == 0);
  CHECK(all.result.changed == 0);
  CHECK(all.result.findings.empty());
}

TEST_CASE("what cannot be read is in its line, in the counts, and among the first findings") {
  const Trees trees;
  for (int i = 0; i < 25; ++i) trees.write("top/file" + std::to_string(10 + i), "abc", 0);
  trees.write("top/folder/x", "");
  REQUIRE(::chmod(trees.at("top/folder").c_str(), 0) == 0);
  {
    const Unprivileged nobody;
    if (::access(trees.at("top").c_str(), X_OK) != 0 && errno == EACCES) {
      MESSAGE("not tested: nobody may not enter the folder for temporary files");
    } else {
      const Walked all = walked(order_of(trees.at("top")));
      CHECK(all.line_of("file10") == "f 0000 3 - file10 note=cannot open: Permission denied");
      CHECK(all.line_of("folder") == "d 0000 - - folder note=cannot read the folder: Permission denied");
      CHECK(all.result.entries == 25 + 2);
      CHECK(all.result.unread == 25 + 1);
      CHECK(all.result.changed == 0);
      REQUIRE(all.result.findings.size() == 20);
      CHECK(all.result.findings[0] == "file10: cannot open: Permission denied");
      CHECK(all.result.findings[19] == "file29: cannot open: Permission denied");
      CHECK(all.result.bytes_read == 0);
    }
  }
  REQUIRE(::chmod(trees.at("top/folder").c_str(), 0755) == 0);
}

TEST_CASE("a file that was changed just now is not to be trusted by a later run") {
  const Trees trees;
  trees.write("top/new", "");
  CHECK(walked(order_of(trees.at("top"))).local == "-\n-\n");
  // The test's own inputs are older than two seconds.
  const Walked fixtures = walked(order_of(HANFS_FIXTURES));
  const auto not_trusted = [](const std::string& local) {
    std::istringstream text(local);
    std::uint64_t count = 0;
    for (std::string line; std::getline(text, line);) count += line == "-" ? 1U : 0U;
    return count;
  };
  CHECK(not_trusted(fixtures.local) == fixtures.result.entries - fixtures.result.files);
}

TEST_CASE("a walk ends where it has to, and says why it could not begin") {
  const Trees trees;
  trees.write("top/a", "abc");
  trees.write("file", "abc");
  const SecondsClock clock;
  WalkOrder order = order_of(trees.at("top"));
  order.clock = &clock;
  int progress = 0;
  order.on_progress = [&](const WalkProgress& so_far) {
    ++progress;
    CHECK(so_far.entries <= 2);
    CHECK(so_far.bytes <= 3);
    CHECK(so_far.bytes_read <= 3);
  };
  order.interrupted = [] { return false; };
  CHECK(walked(order).result.entries == 2);
  CHECK(progress > 0);
  int asked = 0;
  order.interrupted = [&] { return ++asked == 1; };
  const Walked stopped = walked(order);
  CHECK(stopped.result.interrupted);
  CHECK(asked == 1);
  // Time that stands is never time to ask.
  order.clock = order_of("").clock;
  CHECK_FALSE(walked(order).result.interrupted);
  CHECK(asked == 1);

  order.give = [](std::string_view, std::string_view) -> Status { return Error{"full"}; };
  const auto full = walk(order);
  REQUIRE_FALSE(full);
  CHECK(full.error().what == "full");
  CHECK(walked(order_of(trees.at("file"))).error.find(": cannot open: Not a directory") != std::string::npos);
  order.threads = 0;
  CHECK(walked(order).error.find("no thread can be made") == 0);
}

TEST_CASE("once four MiB were read, another thread goes on with the rest of a batch") {
  const Trees trees;
  const auto large = [&](const std::string& name, off_t size) {
    trees.write(name, "");
    REQUIRE(::truncate(trees.at(name).c_str(), size) == 0);
  };
  constexpr off_t mib = 1 << 20;
  large("a", 3 * mib);
  large("b", mib - 1);
  large("c", 1);  // with it there are four
  trees.write("d", "");
  trees.write("e", "");
  trees.write("sub/f", "");
  OpenFolders open(10);
  const auto top = Folder::top(trees.folder.string());
  REQUIRE(top);
  const auto never_stop = [](std::size_t) { return false; };
  const auto listing = Listing::read(*top, open, Excludes({}), Listing::Look::at_all, never_stop);
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<bool> stop{false};
  const LineMaking making{HashKind::xxh3, &open, &bytes_read, &stop};
  Scratch scratch(HashKind::xxh3);
  Batch batch;
  batch.runs.push_back({listing, {}});
  std::vector<std::uint32_t> in_order;
  for (const std::uint32_t place : listing->order())
    if ((place & Listing::below) == 0) in_order.push_back(place);
  for (const std::uint32_t place : in_order) batch.runs[0].items.push_back({place, 0, 0});
  batch.runs.push_back({listing, {{in_order[3], 0, 0}}});
  batch.entries = in_order.size() + 1;
  const std::size_t all = batch.entries;
  REQUIRE(all == 7);
  std::vector<std::shared_ptr<Batch>> rests;
  const auto hand_over = [&](const std::shared_ptr<Batch>& rest) { rests.push_back(rest); };
  LineMaker(making, scratch, batch, hand_over).make();
  REQUIRE(rests.size() == 1);
  CHECK(batch.rest == rests[0]);
  CHECK(batch.entries == 3);
  CHECK(batch.files == 3);
  CHECK(batch.bytes == 4 * mib);
  CHECK(bytes_read == 4 * mib);
  CHECK(std::count(batch.lines.begin(), batch.lines.end(), '\n') == 3);
  Batch& rest = *rests[0];
  CHECK(rest.entries == 4);
  CHECK(rest.runs.size() == 2);
  LineMaker(making, scratch, rest, hand_over).make();
  CHECK(rests.size() == 1);
  Walked text;
  text.lines = batch.lines + rest.lines;
  CHECK(text.paths() == std::vector<std::string>{"a", "b", "c", "d", "e", "sub", "d"});
  CHECK(text.line_of("e") == "f 0644 0 " + empty_hash + " e");
}

}  // namespace hanfs::tree
