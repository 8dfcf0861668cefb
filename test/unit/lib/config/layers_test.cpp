// SPDX-License-Identifier: Apache-2.0
#include "config/layers.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstdlib>

#include "sys/file.hpp"
#include "sys/files.hpp"

namespace config = hanfs::config;

namespace {

struct Wanted {
  long size = 1;
  std::vector<std::string> names;
  bool loud = false;

  config::AddSettings adder() {
    return [this](CLI::App& app) {
      app.add_option("--the-size", size)->check(CLI::Range(1, 9));
      app.add_option("--names", names);
      app.add_flag("--loud", loud);
    };
  }
};

std::string error_of(const std::string& text) {
  Wanted wanted;
  const hanfs::Status status = config::read_settings(text, "f.conf", "tool", wanted.adder());
  return status ? "" : status.error().what;
}

}  // namespace

TEST_CASE("settings are read with comments, blanks, lists and both spellings of a key") {
  Wanted wanted;
  REQUIRE(config::read_settings("# c\n\n the_size = 4  # four\r\nnames = a b \"c d\"\n[tool]\nloud = yes\n", "f",
                                "tool", wanted.adder()));
  CHECK(wanted.size == 4);
  CHECK(wanted.names == std::vector<std::string>{"a", "b", "c d"});
  CHECK(wanted.loud);
}

TEST_CASE("sections of other tools and domains are passed by, unknown ones are not") {
  Wanted wanted;
  REQUIRE(config::read_settings("[setuphanfs]\nwhatever = 1\n[domain a b]\nx = y\n[tool]\nthe-size = 3\n", "f", "tool",
                                wanted.adder()));
  CHECK(wanted.size == 3);
  CHECK(error_of("[toool]\n") == "f.conf:1: unknown section [toool]");
}

TEST_CASE("every settings error is one line with file and line") {
  CHECK(error_of("\n\nthe_sice = 2\n") == "f.conf:3: unknown key \"the_sice\"");
  CHECK(error_of("the_size = 0\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of("the_size = 10\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of("the_size = two\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of("the_size = 1 2\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of("the_size = 2\nloud = 1\nthe-size = 2\n") == "f.conf:3: \"the-size\" is set again, first in line 1");
  CHECK(error_of("the_size\n").rfind("f.conf:1: expected \"key = value\"", 0) == 0);
  CHECK(error_of("the_size =\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of("[tool\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of("x\n").rfind("f.conf:1: ", 0) == 0);
  CHECK(error_of(std::string("\x7f\x45\x00\x01=\xff", 6)).rfind("f.conf:1: ", 0) == 0);
  for (const char* text : {"a = [1\n", "= 5\n", "the_size = [1,\n2]\n", "the_size = maybe\nx", "loud = perhaps\n"}) {
    const std::string error = error_of(text);
    CHECK(error.rfind("f.conf:1: ", 0) == 0);
    CHECK(error.find('\n') == std::string::npos);
  }
}

TEST_CASE("a settings file that others may write is refused") {
  char path[] = "/tmp/hanfs-conf-XXXXXX";
  ::close(::mkstemp(path));
  Wanted wanted;
  hanfs::sys::RealFiles files;
  const auto read = [&](const std::string& file, bool asked_for) -> hanfs::Status {
    const auto text = config::read_trusted_file(files, file, asked_for);
    if (!text) return text.error();
    return *text ? config::read_settings(**text, file, "tool", wanted.adder()) : hanfs::Done{};
  };
  ::chmod(path, 0644);
  CHECK(read(path, true));
  ::chmod(path, 0664);
  CHECK_FALSE(read(path, true));
  ::chmod(path, 0602);
  CHECK_FALSE(read(path, true));
  ::chmod(path, 0600);
  if (::geteuid() == 0) {
    REQUIRE(::chown(path, 12345, 0) == 0);
    CHECK_FALSE(read(path, true));
  } else {
    MESSAGE("not root: the owner check was not tried");
  }
  ::unlink(path);
  CHECK_FALSE(read(path, true));
  CHECK(read(path, false));
  CHECK_FALSE(read("/tmp", true));
}

TEST_CASE("the environment sets what it names; empty is not set") {
  ::setenv("HANFS_THE_SIZE", "7", 1);
  ::setenv("HANFS_NAMES", "x y", 1);
  ::setenv("HANFS_LOUD", "", 1);
  const auto variable = [](const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  };
  Wanted wanted;
  REQUIRE(config::read_environment(variable, wanted.adder()));
  CHECK(wanted.size == 7);
  CHECK(wanted.names == std::vector<std::string>{"x", "y"});
  CHECK_FALSE(wanted.loud);
  ::setenv("HANFS_THE_SIZE", "77", 1);
  const hanfs::Status status = config::read_environment(variable, wanted.adder());
  REQUIRE_FALSE(status);
  CHECK(status.error().what.rfind("environment HANFS_THE_SIZE: ", 0) == 0);
  for (const char* name : {"HANFS_THE_SIZE", "HANFS_NAMES", "HANFS_LOUD"}) ::unsetenv(name);
}

TEST_CASE("words that survive xCAT's rewriting become options") {
  const char* const argv[] = {"tool", "timeo=1", "dgd_ping_time=2", "--mount_timeo=/a_b=5", "--json", "/a_b=5",
                              "-x_y", "A=b"};
  CHECK(config::normalized_words(8, argv) == std::vector<std::string>{"--timeo=1", "--dgd-ping-time=2",
                                                                      "--mount-timeo=/a_b=5", "--json", "/a_b=5",
                                                                      "-x_y", "A=b"});
}
