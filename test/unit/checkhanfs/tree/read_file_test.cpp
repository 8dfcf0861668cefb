// SPDX-License-Identifier: Apache-2.0
// The content of one entry, and what became of it since its folder was listed.
#include "checkhanfs/tree/read_file.hpp"

#include <doctest/doctest.h>

#include "checkhanfs/tree/entry.hpp"
#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::tree {
namespace {

namespace fs = boost::filesystem;
using check::Trees;

struct Reading {
  Reading() {
    auto opened = Folder::top(trees.folder.string());
    REQUIRE(opened);
    top = *opened;
    handle = open.open(top);
  }

  // As lstat shows it now.
  ListedEntry listed(const char* name) const {
    ListedEntry entry;
    struct stat info{};
    REQUIRE(::lstat(trees.at(name).c_str(), &info) == 0);
    take_stat(entry, info, top->device());
    entry.name = name;
    return entry;
  }
  // As its folder shows it, without lstat.
  static ListedEntry only_named(const char* name) {
    ListedEntry entry;
    entry.name = name;
    entry.mode = S_IFREG;
    return entry;
  }
  FileContent content(ListedEntry& entry, std::size_t stop_after = std::string::npos) {
    read = 0;
    return read_content(handle, top->device(), entry, scratch, [&](std::size_t bytes) {
      read += bytes;
      return read < stop_after;
    });
  }
  std::string note(ListedEntry entry) { return content(entry).note; }
  std::string target(const char* name, std::string& note) const { return read_target(handle->get(), name, note); }

  Trees trees;
  OpenFolders open{10};
  std::shared_ptr<Folder> top;
  FolderHandle handle;
  Scratch scratch{HashKind::sha256};
  std::size_t read = 0;
};

constexpr std::size_t buffer_size = sizeof Scratch::Buffer::bytes;

}  // namespace

TEST_CASE("the hash of a file is that of its bytes, whatever its size") {
  Reading reading;
  Digest digest(HashKind::sha256);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, buffer_size - 1, buffer_size, buffer_size + 1,
                                 2 * buffer_size, 2 * buffer_size + 5}) {
    CAPTURE(size);
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; i += 1000) text[i] = static_cast<char>('a' + i / 1000 % 26);
    reading.trees.write("file", text);
    for (ListedEntry entry : {reading.listed("file"), Reading::only_named("file")}) {
      const FileContent content = reading.content(entry);
      CHECK(content.hash == digest.of(text.data(), text.size()));
      CHECK(content.note.empty());
      CHECK(reading.read == size);
      CHECK(entry.size == size);
      CHECK(entry.looked_at);
    }
  }
}

TEST_CASE("a hash that nobody needs any more is not made to its end") {
  Reading reading;
  reading.trees.write("file", std::string(3 * buffer_size, 'x'));
  ListedEntry entry = reading.listed("file");
  const FileContent content = reading.content(entry, 1);
  CHECK(content.hash.empty());
  CHECK(content.note.empty());
  CHECK(reading.read == buffer_size);
}

TEST_CASE("a file that is another one, or has changed, since it was listed") {
  Reading reading;
  const Trees& trees = reading.trees;
  trees.write("file", "abc");
  const ListedEntry listed = reading.listed("file");
  CHECK(reading.note(listed).empty());
  trees.write("file", "abcd");
  CHECK(reading.note(listed) == note_changed);
  trees.write("file", "ab");
  CHECK(reading.note(listed) == note_changed);
  trees.write("file", "abc");
  CHECK(reading.note(listed).empty());
  trees.set_time("file", 1700000000, 6);
  CHECK(reading.note(listed) == note_changed);
  trees.set_time("file", 1700000001, 5);
  CHECK(reading.note(listed) == note_changed);
  // The same in all but the inode.
  trees.write("other", "abc");
  fs::rename(trees.at("other"), trees.at("file"));
  CHECK(reading.note(listed) == note_changed);
}

TEST_CASE("something else in the place of a file is said, and no link is followed") {
  Reading reading;
  const Trees& trees = reading.trees;
  trees.write("file", "abc");
  const ListedEntry listed = reading.listed("file");
  fs::remove(trees.at("file"));
  const std::string gone = "it disappeared while the tree was read";
  CHECK(reading.note(listed) == gone);
  ListedEntry named = Reading::only_named("file");
  CHECK(reading.content(named).note.empty());
  CHECK(named.error == ENOENT);

  trees.write("secret", "abc");
  REQUIRE(::symlink("secret", trees.at("file").c_str()) == 0);
  CHECK(reading.note(listed) == note_changed);
  named = Reading::only_named("file");
  CHECK(reading.content(named).note == note_changed);
  CHECK(S_ISLNK(named.mode));

  fs::remove(trees.at("file"));
  REQUIRE(::mkfifo(trees.at("file").c_str(), 0644) == 0);
  named = Reading::only_named("file");
  const FileContent fifo = reading.content(named);
  CHECK(fifo.note == note_changed);
  CHECK(fifo.hash.empty());
  CHECK(S_ISFIFO(named.mode));
  CHECK(reading.note(listed) == note_changed);

  fs::remove(trees.at("file"));
  fs::create_directory(trees.at("file"));
  CHECK(reading.note(listed) == "cannot read: Is a directory");
  // A mount point, or what could not be looked at, is not read.
  trees.write("secret", "abc");
  ListedEntry mounted = reading.listed("secret");
  mounted.mount_point = true;
  CHECK(reading.content(mounted).hash.empty());
  CHECK(reading.read == 0);
}

TEST_CASE("the target of a link, as long as it is") {
  Reading reading;
  for (const std::size_t size : {std::size_t{1}, std::size_t{1023}, std::size_t{1024}, std::size_t{3000}}) {
    CAPTURE(size);
    const std::string target(size, 'x');
    REQUIRE(::symlink(target.c_str(), reading.trees.at("link").c_str()) == 0);
    std::string note;
    CHECK(reading.target("link", note) == target);
    CHECK(note.empty());
    fs::remove(reading.trees.at("link"));
  }
  reading.trees.write("file", "");
  std::string note;
  CHECK(reading.target("file", note).empty());
  CHECK(note == "cannot read the link: Invalid argument");
  CHECK(reading.target("none", note).empty());
  CHECK(note == "it disappeared while the tree was read");
  CHECK(note_of("open", ESTALE) == note);
}

}  // namespace hanfs::tree
