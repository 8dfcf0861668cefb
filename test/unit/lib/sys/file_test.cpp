// SPDX-License-Identifier: Apache-2.0
#include "sys/file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>

namespace hanfs::sys {
namespace {

namespace fs = boost::filesystem;

// A new folder that is the current one, and goes with its content.
class Folder {
 public:
  Folder() : before_(fs::current_path()), path_(fs::temp_directory_path() / fs::unique_path("hanfs-file-%%%%%%%%")) {
    fs::create_directory(path_);
    fs::current_path(path_);
  }
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return fs::current_path().string(); }

 private:
  fs::path before_;
  fs::path path_;
};

TEST_CASE("files: the folder of a path") {
  CHECK(folder_of("/xcatpost/hanfs.conf") == "/xcatpost");
  CHECK(folder_of("/hanfs.conf") == "/");
  CHECK(folder_of("hanfs.conf") == ".");
  CHECK(folder_of("a/b/c") == "a/b");
}

TEST_CASE("files: a relative path is one below the current folder") {
  const Folder folder;
  CHECK(absolute_path("/a/b") == "/a/b");
  CHECK(absolute_path("a/b") == folder.path() + "/a/b");
  CHECK(absolute_path("../a") == folder.path() + "/../a");  // nothing is resolved
}

TEST_CASE("files: folders are made for their owner to write, whatever the umask is") {
  const Folder folder;
  const mode_t before = ::umask(0);
  CHECK(make_folders("a/b/c"));
  ::umask(before);
  CHECK(make_folders(folder.path() + "/a/b/c"));  // they may be there
  CHECK((fs::status("a/b/c").permissions() & fs::perms_mask) == 0755);
  REQUIRE(write_atomically("a/file", "x"));
  const Status below_a_file = make_folders("a/file/d");
  REQUIRE(!below_a_file);
  CHECK(below_a_file.error().what == "a/file/d: cannot create: Not a directory");
}

TEST_CASE("files: where links end, and what cannot be followed") {
  const Folder folder;
  fs::create_directories("etc/real");
  fs::create_symlink("real/conf", "etc/conf");
  fs::create_symlink(folder.path() + "/etc/conf", "link");
  CHECK(*behind_links("link") == folder.path() + "/etc/real/conf");  // nothing is there
  CHECK(*behind_links("etc/conf") == "etc/real/conf");
  CHECK(*behind_links("none/at/all") == "none/at/all");
  fs::create_symlink("loop", "loop");
  const auto endless = behind_links("loop");
  REQUIRE(!endless);
  CHECK(endless.error().what == "loop: cannot follow the link: Too many levels of symbolic links");
}

TEST_CASE("files: removing, and replacing what cannot be replaced") {
  const Folder folder;
  REQUIRE(write_atomically("file", "x"));
  CHECK(remove_file("file"));
  CHECK(remove_file("file"));  // gone already
  CHECK(!fs::exists("file"));
  fs::create_directories("folder/below");
  const Status full = remove_file("folder");
  REQUIRE(!full);
  CHECK(full.error().what == "folder: cannot remove: Directory not empty");
  const Status replaced = write_atomically("folder", "x");
  REQUIRE(!replaced);
  CHECK(replaced.error().what ==
        "folder: not a regular file, so it is not replaced; cure: move it away, or take another name");
  REQUIRE(::mkfifo("pipe", 0600) == 0);
  CHECK_FALSE(write_atomically("pipe", "x"));
  CHECK(fs::status("pipe").type() == fs::fifo_file);
  CHECK(remove_file("pipe"));
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path()))
    CHECK(entry.path().filename() == "folder");  // no temporary file is left
}

TEST_CASE("files: what somebody else has written meanwhile is not replaced") {
  const Folder folder;
  REQUIRE(replace_atomically("f", std::nullopt, "a"));
  CHECK_FALSE(replace_atomically("f", std::nullopt, "b"));
  CHECK_FALSE(replace_atomically("f", "x", "b"));
  CHECK(**read_file("f") == "a");
  REQUIRE(replace_atomically("f", "a", "b"));
  CHECK(**read_file("f") == "b");
  for (const fs::directory_entry& entry : fs::directory_iterator("."))
    CHECK(entry.path().filename() == "f");  // no temporary file is left
}

}  // namespace
}  // namespace hanfs::sys
