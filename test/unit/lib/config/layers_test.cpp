// SPDX-License-Identifier: Apache-2.0
#include "config/layers.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>

#include "config/command_line.hpp"
#include "sys/file.hpp"
#include "sys/files.hpp"

namespace config = hanfs::config;

namespace {

using config::Group;
using config::Type;

const std::vector<config::Option> options{
    {Group::operand, 1, "thing", Type::word, "THING", "what it is about"},
    {Group::general, 1, "help", Type::truth, "", "Print this"},
    {Group::mode, 1, "verbose", Type::truth, "", "more words"},
    {Group::setting, 1, "the-size", Type::number, "N", "size (default {})", "pieces", "2", 1, 9},
    {Group::setting, 1, "names", Type::words, "NAME", "names of all"},
    {Group::setting, 1, "of-path", Type::numbers, "PATH=N", "by path", "", "", 1, 9},
    {Group::setting, 1, "colour", Type::choice, "red|dark blue", "which one"},
    {Group::mode, 1, "into", Type::word, "FILE", "where it goes"},
    {Group::setting, 1, "loud", Type::truth, "", "noise"}};

hanfs::Result<config::Values> read(const std::string& text) {
  const config::Checks checks{
      {"names", [](const std::string& word) { return word == "nobody" ? "nobody is no name" : ""; }}};
  return config::read_settings(text, "f.conf", "tool", options, checks);
}

std::string error_of(const std::string& text) {
  const auto values = read(text);
  return values ? "" : values.error().what;
}

std::string error_on_line(const std::vector<std::string>& words) {
  const auto values = config::read_command_line(words, options, {});
  return values ? "" : values.error().what;
}

}  // namespace

TEST_CASE("behind -- no word is an option or a setting") {
  const char* const words[] = {"tool", "the_size=3", "--", "names=x"};
  const std::vector<std::string> normalized = config::normalized_words(4, words);
  CHECK(normalized == std::vector<std::string>{"--the-size=3", "--", "names=x"});
  const auto values = config::read_command_line(normalized, options, {});
  REQUIRE(values);
  CHECK(values->number("the-size") == 3);
  CHECK(values->word("thing") == "names=x");
  CHECK(config::read_command_line({"--", "-x"}, options, {})->word("thing") == "-x");
  CHECK(error_on_line({"--", "x", "y"}) == "unknown argument \"y\"");
  const char* const looks[] = {"tool", "--", "--check"};
  CHECK_FALSE(config::only_looks(3, looks));
  CHECK(config::only_looks(2, std::vector<const char*>{"tool", "--check"}.data()));
}

TEST_CASE("settings are read with comments, blanks, lists and both spellings of a key") {
  const auto values = read(
      "# c\n\n the_size = 4  # four\r\nnames = a b \"c d\"\n[tool]\nloud = yes\nof-path = '/a b=1' /c=9\ncolour = "
      "\"dark blue\"\n");
  REQUIRE(values);
  CHECK(values->number("the-size") == 4);
  CHECK(values->list("names") == std::vector<std::string>{"a", "b", "c d"});
  CHECK(values->truth("loud"));
  CHECK(values->list("of-path") == std::vector<std::string>{"/a b=1", "/c=9"});
  CHECK(config::path_and_number("/a=b=7") == std::pair<std::string, long>{"/a=b", 7});
  CHECK(values->word("colour") == "dark blue");
  CHECK(values->word("thing").empty());
  const auto listed = read("names = [a, b]\n");
  REQUIRE(listed);
  CHECK(listed->list("names") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a comment ends a line behind a blank, and nothing is cut off a value") {
  const auto values = read(
      "names = a#b c#  # d e\nloud = yes\t# \"no\"\n[tool]\t# of ours\nof-path = \"/a #b=1\" '/c\t#=2' "
      "/d#2=3\t#\ncolour = \"dark blue\" "
      "# \"red\"\n");
  REQUIRE(values);
  CHECK(values->list("names") == std::vector<std::string>{"a#b", "c#"});
  CHECK(values->list("of-path") == std::vector<std::string>{"/a #b=1", "/c\t#=2", "/d#2=3"});
  CHECK(values->word("colour") == "dark blue");
  CHECK(values->truth("loud"));
  CHECK(error_of("the_size = # 3\n").rfind("f.conf:1: \"the_size\" has no value", 0) == 0);
  CHECK(error_of("the_size = 3#\n").rfind("f.conf:1: --the-size: \"3#\" is not a decimal number", 0) == 0);
}

TEST_CASE("sections of other tools and domains are passed by, unknown ones are not") {
  const auto values = read("[setuphanfs]\nwhatever = 1\n[domain a b]\nx = y\n[tool]\nthe-size = 3\n");
  REQUIRE(values);
  CHECK(values->number("the-size") == 3);
  CHECK(error_of("[toool]\n") == "f.conf:1: unknown section [toool]");
}

TEST_CASE("what other tools would refuse in their sections") {
  const std::string text =
      "[makehanfs]\nwhatever = 1\n[setuphanfs]\naccess = rw\nwhatever = 1\naccess = ro\n"
      "[setupnfsv4replication]\naccess = rw\ntimeo = 0\n[domain a]\nwhatever = 1\n";
  const std::vector<std::string> expected{
      "f.conf:5: unknown key \"whatever\", so setuphanfs refuses this file",
      "f.conf:6: \"access\" is set again, first in line 4, so setuphanfs refuses this file",
      "f.conf:8: unknown key \"access\", so setupnfsv4replication refuses this file",
      "f.conf:9: --timeo: \"0\" is not a decimal number from 1 to 6000, so setupnfsv4replication refuses this file"};
  CHECK(config::problems_of_other_sections(text, "f.conf", "makehanfs") == expected);
}

TEST_CASE("a link to a settings file that is not there is no missing file") {
  char folder[] = "/tmp/hanfs-conf-XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  const std::string link = std::string(folder) + "/hanfs.conf";
  REQUIRE(::symlink("none.conf", link.c_str()) == 0);
  hanfs::sys::RealFiles files;
  const auto text = config::read_trusted_file(files, link, false);
  REQUIRE_FALSE(text);
  CHECK(text.error().what ==
        link + ": a link to " + folder + "/none.conf, which is not there; cure: that file, or remove the link");
  ::unlink(link.c_str());
  ::rmdir(folder);
}

TEST_CASE("every settings error is one line with file and line") {
  CHECK(error_of("\n\nthe_sice = 2\n") == "f.conf:3: unknown key \"the_sice\"");
  CHECK(error_of("verbose = true\n") == "f.conf:1: unknown key \"verbose\"");  // on the command line only
  for (const char* size : {"0", "10", "two", "01", "-1", "1x", "99999999999999999999"})
    CHECK(error_of("the_size = " + std::string(size) + "\n") ==
          "f.conf:1: --the-size: \"" + std::string(size) + "\" is not a decimal number from 1 to 9");
  CHECK(error_of("the_size = 1 2\n") == "f.conf:1: --the-size: takes one value, not 2");
  for (const char* word : {"a=1", "/a", "/a=0", "/a=x", "/a="})
    CHECK(error_of("of_path = " + std::string(word) + "\n") ==
          "f.conf:1: --of-path: \"" + std::string(word) + "\" is not PATH=N with N from 1 to 9");
  for (const char* word : {"blue", "dark", "red|dark"})
    CHECK(error_of("colour = " + std::string(word) + "\n") ==
          "f.conf:1: --colour: \"" + std::string(word) + "\" is none of red, dark blue");
  CHECK(error_of("loud = perhaps\n") == "f.conf:1: --loud: \"perhaps\" is neither yes nor no");
  CHECK(error_of("names = a nobody\n") == "f.conf:1: --names: nobody is no name");
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
  hanfs::sys::RealFiles files;
  const auto read = [&](const std::string& file, bool asked_for) {
    return static_cast<bool>(config::read_trusted_file(files, file, asked_for));
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
    // Its folder belongs to somebody who may put another file in its place.
    char folder[] = "/tmp/hanfs-conf-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string inside = std::string(folder) + "/hanfs.conf";
    ::close(::open(inside.c_str(), O_CREAT | O_WRONLY, 0600));
    CHECK(read(inside, true));
    REQUIRE(::chown(folder, 12345, 0) == 0);
    CHECK_FALSE(read(inside, true));
    ::unlink(inside.c_str());
    ::rmdir(folder);
  } else {
    MESSAGE("not root: the owner check was not tried");
  }
  ::unlink(path);
  CHECK_FALSE(read(path, true));
  CHECK(read(path, false));
  CHECK_FALSE(read("/tmp", true));
}

TEST_CASE("the environment sets what it names; empty is not set") {
  std::map<std::string, std::string> environment{{"HANFS_THE_SIZE", "7"}, {"HANFS_NAMES", "x y"}, {"HANFS_LOUD", ""}};
  const auto values = config::read_environment(environment, options, {});
  REQUIRE(values);
  CHECK(values->number("the-size") == 7);
  CHECK(values->list("names") == std::vector<std::string>{"x", "y"});
  CHECK_FALSE(values->truth("loud"));
  environment["HANFS_THE_SIZE"] = "77";
  const auto wrong = config::read_environment(environment, options, {});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().what.rfind("environment HANFS_THE_SIZE: --the-size: ", 0) == 0);
}

TEST_CASE("a variable that is nearly one of hanfs is a mistake, others are somebody else's") {
  const auto problem_of = [](const std::string& name, const std::string& value = "1") -> std::string {
    const auto values = config::read_environment({{name, value}}, config::options_of(config::node), {});
    return values ? "" : values.error().what;
  };
  CHECK(problem_of("HANFS_TIMOE") ==
        "environment HANFS_TIMOE: there is no such setting, HANFS_TIMEO may be meant; cure: unset it");
  CHECK(problem_of("HANFS_RETRAN").find("HANFS_RETRANS may be meant") != std::string::npos);
  CHECK(problem_of("HANFS_REPLICAS").find("HANFS_REPLICA may be meant") != std::string::npos);  // of setuphanfs
  CHECK(problem_of("HANFS_DGB").find("HANFS_DGD may be meant") != std::string::npos);
  CHECK(problem_of("HANFS_DRY_RUN") ==
        "environment HANFS_DRY_RUN: has no effect, since this is no setting; cure: unset it, and say --dry-run on the "
        "command line");
  for (const char* const others :
       {"HANFS_DIR", "HANFS_BIN", "HANFS_SYSROOT", "HANFS_VERSION", "HANFS_HOME", "HANFS_ACCESS", "HANFS_"})
    CHECK_MESSAGE(problem_of(others, others == std::string("HANFS_ACCESS") ? "ro" : "1").empty(), others);
  CHECK(problem_of("HANFS_TIMOE", "").empty());  // xCAT exports absent values
}

TEST_CASE("a command line says values, and its errors are in our words") {
  const auto values = config::read_command_line(
      {"--names", "a", "b", "--loud", "--the-size=3", "-V", "--names", "c", "--", "it"}, options, {});
  INFO((values ? "" : values.error().what));
  REQUIRE(values);
  CHECK(values->list("names") == std::vector<std::string>{"a", "b", "c"});
  CHECK(values->truth("loud"));
  CHECK(values->truth("verbose"));
  CHECK(values->number("the-size") == 3);
  CHECK(values->word("thing") == "it");
  CHECK(error_on_line({"--nonsense"}) == "unknown argument \"--nonsense\"");
  CHECK(error_on_line({"one", "two"}) == "unknown argument \"two\"");
  CHECK(error_on_line({"--loud", "--the-size"}) == "--the-size: a value is missing");
  CHECK(error_on_line({"--names"}) == "--names: a value is missing");
  CHECK(error_on_line({"--the-size", "1", "--the-size", "2"}) == "--the-size: takes one value, not 2");
  CHECK(error_on_line({"--the-size", "--loud"}) == "--the-size: a value is missing");
  CHECK(error_on_line({"--the-size", ""}) == "--the-size: \"\" is not a decimal number from 1 to 9");
  CHECK(error_on_line({"--into", "-"}) == "--into: \"-\" is no name of a file, ./- is");
  CHECK(error_on_line({"--into", "./-"}).empty());
  CHECK(error_on_line({"--loud=maybe"}) == "--loud: \"maybe\" is neither yes nor no");
  const auto off = config::read_command_line({"--loud", "--loud=false"}, options, {});
  REQUIRE(off);
  CHECK_FALSE(off->truth("loud"));
}

TEST_CASE("what is said later wins over defaults, name by name") {
  config::Values values = config::defaults(options);
  CHECK(values.number("the-size") == 2);
  config::Values stronger;
  stronger.set("names", {"x"});
  values.overwrite(stronger);
  CHECK(values.number("the-size") == 2);
  CHECK(values.list("names") == std::vector<std::string>{"x"});
}

TEST_CASE("the byte order mark of an editor is no part of the first line") {
  CHECK(error_of("\xEF\xBB\xBFthe_size = 2\n") == "");
  CHECK(error_of("the_size = 2\n\xEF\xBB\xBFthe_size = 2\n") != "");
}

TEST_CASE("a choice takes one value") {
  CHECK(error_of("colour = red red\n") == "f.conf:1: --colour: takes one value, not 2");
}

TEST_CASE("help is made of the table") {
  CHECK(config::help_text(options, "tool", "Does it.") ==
        "Does it.\nUsage: tool [OPTIONS] [thing]\n\nPositionals:\n"
        "  thing THING                 what it is about\n\nOptions:\n"
        "  -h,--help                   Print this\n\nWhat to do:\n"
        "  -V,--verbose                more words\n"
        "  --into FILE                 where it goes\n\n"
        "Settings (also in hanfs.conf, and in the environment as HANFS_NAME):\n"
        "  --the-size N (1 to 9)       size (default 2)\n"
        "  --names NAME ...            names of all\n"
        "  --of-path PATH=N ...        by path\n"
        "  --colour red|dark blue      which one\n"
        "  --loud                      noise\n");
}

TEST_CASE("words that survive xCAT's rewriting become options") {
  const char* const argv[] = {"tool", "timeo=1", "dgd_ping_time=2", "--mount_timeo=/a_b=5", "--json", "/a_b=5",
                              "-x_y", "A=b"};
  CHECK(config::normalized_words(8, argv) == std::vector<std::string>{"--timeo=1", "--dgd-ping-time=2",
                                                                      "--mount-timeo=/a_b=5", "--json", "/a_b=5",
                                                                      "-x_y", "A=b"});
}
