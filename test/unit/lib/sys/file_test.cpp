// SPDX-License-Identifier: Apache-2.0
#include "sys/file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>

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

TEST_CASE("who may not read or write a file, and is not root, reads what to do") {
  CHECK(file_error(EACCES, false) == "Permission denied; cure: run it as root");
  CHECK(file_error(EPERM, false) == "Operation not permitted; cure: run it as root");
  CHECK(file_error(EACCES, true) == "Permission denied");
  CHECK(file_error(ENOSPC, false) == "No space left on device");
}

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

TEST_CASE("files: a new file takes mode and owner of what it stands for") {
  const Folder folder;
  const auto mode_of = [](const char* path) {
    struct stat info{};
    return ::stat(path, &info) == 0 ? info.st_mode & 07777 : 0;
  };
  REQUIRE(write_atomically("f", "a", 0600));
  CHECK(mode_of("f") == 0600);
  REQUIRE(write_atomically("f", "b", 0644));
  CHECK(mode_of("f") == 0600);
  REQUIRE(write_atomically_like("f", "g", "c"));
  CHECK(mode_of("g") == 0600);
  CHECK(**read_file("g") == "c");
  REQUIRE(write_atomically_like("none", "h", "d"));
  CHECK(mode_of("h") == 0644);
  REQUIRE(replace_atomically("i", std::nullopt, "e"));
  CHECK(mode_of("i") == 0644);
  REQUIRE(::chmod("i", 0640) == 0);
  REQUIRE(replace_atomically("i", "e", "f"));
  CHECK(mode_of("i") == 0640);
  if (::geteuid() != 0) {
    MESSAGE("not tried: owners, since this is not root");
    return;
  }
  REQUIRE(::chown("f", 4711, 4712) == 0);
  REQUIRE(write_atomically_like("f", "h", "x"));
  struct stat info{};
  REQUIRE(::stat("h", &info) == 0);
  CHECK(info.st_uid == 4711);
  CHECK(info.st_gid == 4712);
}

TEST_CASE("files: whether one could be written is tried beside it, and nothing is left") {
  const Folder folder;
  CHECK(try_write("f", "x"));
  CHECK(fs::is_empty("."));
  REQUIRE(write_atomically("f", "old"));
  CHECK(try_write("f", "new"));
  CHECK(**read_file("f") == "old");
  const Status nowhere = try_write("none/f", "x");
  REQUIRE(!nowhere);
  CHECK(nowhere.error().what.find("none/f.hanfs.") == 0);
  CHECK_FALSE(try_write(".", "x"));
}

TEST_CASE("files: what is read: nothing where nothing is, and never more than the limit, nor what is no file") {
  const Folder folder;
  CHECK(*read_file("none") == std::nullopt);
  REQUIRE(write_atomically("f", "four"));
  CHECK(*read_file("f/below") == std::nullopt);
  CHECK(**read_file("f", 4) == "four");
  const auto large = read_file("f", 3);
  REQUIRE(!large);
  CHECK(large.error().what == "f: larger than 3 bytes");
  REQUIRE(::mkfifo("pipe", 0600) == 0);
  CHECK(read_file("pipe").error().what == "pipe: not a regular file");
  CHECK(read_file(".").error().what == ".: not a regular file");
}

TEST_CASE("files: settings are trusted that only root, or whoever runs, may change") {
  const Folder folder;
  REQUIRE(fs::create_directory("d"));
  REQUIRE(write_atomically("d/f", "x"));
  CHECK(check_trusted("d/f"));
  CHECK_FALSE(check_trusted("d/none"));
  for (const mode_t mode : {0664U, 0646U}) {
    REQUIRE(::chmod("d/f", mode) == 0);
    CHECK(check_trusted("d/f").error().what == "d/f: writable by group or others; cure: chmod go-w d/f");
  }
  REQUIRE(::chmod("d/f", 0600) == 0);
  for (const mode_t mode : {0775U, 0757U}) {
    REQUIRE(::chmod("d", mode) == 0);
    CHECK(check_trusted("d/f").error().what == "d/f: its folder is writable by group or others; cure: chmod go-w d");
    REQUIRE(::chmod("d", mode | S_ISVTX) == 0);
    CHECK(check_trusted("d/f"));
  }
  // A link is as good as the worst folder on the way.
  REQUIRE(fs::create_directory("links"));
  REQUIRE(::symlink("../d/f", "links/second") == 0);
  REQUIRE(::symlink("links/second", "first") == 0);
  REQUIRE(::chmod("d", 0755) == 0);
  CHECK(check_trusted("first"));
  REQUIRE(::chmod("links", 0777) == 0);
  CHECK(check_trusted("first").error().what ==
        "links/second: its folder is writable by group or others; cure: chmod go-w links");
  if (::geteuid() != 0) {
    MESSAGE("not tried: owners, since this is not root");
    return;
  }
  REQUIRE(::chown("d", 4711, 0) == 0);
  CHECK(check_trusted("d/f").error().what == "d/f: its folder is owned by uid 4711, must be root; cure: chown root d");
  REQUIRE(::chown("d/f", 4711, 0) == 0);
  CHECK(check_trusted("d/f").error().what == "d/f: owned by uid 4711, must be root; cure: chown root d/f");
}

}  // namespace
}  // namespace hanfs::sys
