// SPDX-License-Identifier: Apache-2.0
#include "run/capture.hpp"

#include <doctest/doctest.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = boost::filesystem;
namespace run = hanfs::run;
using End = run::Outcome::End;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fs::unique_path("capture-%%%%%%%%")) { fs::create_directories(path_); }
  ~Folder() {
    boost::system::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string name() const { return path_.string(); }
  bool has(const std::string& file) const { return fs::exists(path_ / file); }
  void write(const std::string& file, const std::string& content) const {
    std::ofstream((path_ / file).string(), std::ios::binary) << content;
  }
  std::string read(const std::string& file) const {
    std::ifstream stream((path_ / file).string(), std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
  }

 private:
  fs::path path_;
};

run::Command command(std::vector<std::string> argv) {
  run::Command result;
  result.argv = std::move(argv);
  return result;
}

// Answers by argv[0].
class Fake : public run::Runner {
 public:
  void run(const Next& next, const Finished& finished) override {
    while (std::optional<run::Job> job = next()) finished(*job, answers[job->command.argv.front()]);
  }
  std::map<std::string, run::Outcome> answers;
};

}  // namespace

TEST_CASE("capture_name: as the contract has it") {
  CHECK(run::capture_name({"/usr/sbin/nfs4cl", "showfs", "/usr"}) == "nfs4cl_showfs_%2Fusr");
  CHECK(run::capture_name({"/usr/sbin/nfso", "-o", "nfs_v4_fail_over_timeout"}) ==
        "nfso_-o_nfs%5Fv4%5Ffail%5Fover%5Ftimeout");
  CHECK(run::capture_name({"/usr/bin/netstat", "-rn", "-f", "inet"}) == "netstat_-rn_-f_inet");
  CHECK(run::capture_name({"mount"}) == "mount");
  CHECK(run::capture_name({"/x", "A.z,9=-"}) == "x_A.z,9=-");
  CHECK(run::capture_name({"/x", "a b", "%", "\xC3\xA9\n"}) == "x_a%20b_%25_%C3%A9%0A");
  CHECK(run::capture_name({"/x", "", "y"}) == "x__y");
}

TEST_CASE("capture_name: long names are cut and stay different") {
  const std::string at_limit(198, 'a');  // "x_" in front
  CHECK(run::capture_name({"/x", at_limit}) == "x_" + at_limit);
  const std::string one = run::capture_name({"/x", at_limit + "b"});
  const std::string two = run::capture_name({"/x", at_limit + "c"});
  CHECK(one.size() == 200);
  CHECK(one != two);
  CHECK(one.find("%...") == 200 - 20);
  CHECK(run::capture_name({"/x", std::string(5000, '/')}).size() == 200);
}

TEST_CASE("replay: .out, .err and .rc; nothing at all is a program that is missing") {
  const Folder folder;
  folder.write("mount.out", "line\n");
  folder.write("no_-x.out", "");
  folder.write("no_-x.err", "denied\n");
  folder.write("no_-x.rc", "1");
  folder.write("only.rc", " 3 \r\n");
  folder.write("bad.out", "x");
  folder.write("bad.rc", "maybe\n");
  folder.write("empty.rc", "");
  fs::create_directories(folder.name() + "/folder.out");
  run::ReplayRunner replay(folder.name());

  run::Outcome outcome = run::run_one(replay, command({"/usr/sbin/mount"}));
  CHECK(outcome.ok());
  CHECK(outcome.out == "line\n");
  outcome = run::run_one(replay, command({"/usr/sbin/no", "-x"}));
  CHECK(outcome.end == End::exited);
  CHECK(outcome.status == 1);
  CHECK(outcome.err == "denied\n");
  CHECK(run::run_one(replay, command({"/only"})).status == 3);
  outcome = run::run_one(replay, command({"/usr/sbin/missing"}));
  CHECK(outcome.end == End::not_started);
  CHECK(outcome.start_errno == ENOENT);
  for (const char* program : {"/bad", "/empty", "/folder"}) {
    outcome = run::run_one(replay, command({program}));
    CAPTURE(program);
    CHECK(outcome.end == End::not_started);
    CHECK(outcome.start_errno != ENOENT);
    CHECK(outcome.err.find(folder.name()) == 0);
  }

  run::Command bounded = command({"/usr/sbin/mount"});
  bounded.max_output = 2;
  outcome = run::run_one(replay, bounded);
  CHECK(outcome.out == "l\n");
  CHECK(outcome.out_dropped == 3);
}

TEST_CASE("recording, then replay, gives equal outcomes") {
  const Folder folder;
  Fake fake;
  const auto answer = [&](const char* name) -> run::Outcome& { return fake.answers[name]; };
  answer("/good").end = End::exited;
  answer("/good").out = std::string("a\0b\n\xFF", 5);
  answer("/bad").end = End::exited;
  answer("/bad").status = 255;
  answer("/bad").err = "no\n";
  answer("/lost").end = End::exited;
  answer("/lost").status = -1;
  answer("/crash").end = End::signaled;
  answer("/crash").signal = 11;
  answer("/slow").end = End::timed_out;
  answer("/slow").out = "half";
  answer("/stuck").end = End::abandoned;
  answer("/stopped").end = End::interrupted;
  answer("/missing").start_errno = ENOENT;
  answer("/denied").start_errno = EACCES;
  answer("/talker").end = End::exited;
  answer("/talker").out_dropped = 12345678901234;
  answer("/talker").err_dropped = 7;
  answer("/daemon").end = End::exited;
  answer("/daemon").drain_cut = true;

  std::vector<run::Command> commands;
  for (const auto& known : fake.answers) commands.push_back(command({known.first}));
  run::RecordingRunner recording(fake, folder.name() + "/made/for/it");
  const auto recorded = run::run_all(recording, commands);
  CHECK(recording.errors().empty());
  run::ReplayRunner replay(folder.name() + "/made/for/it");
  const auto replayed = run::run_all(replay, commands);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    CAPTURE(commands[i].argv.front());
    const run::Outcome& wanted = fake.answers[commands[i].argv.front()];
    for (const run::Outcome& outcome : {recorded[i], replayed[i]}) {
      CHECK(outcome.end == wanted.end);
      CHECK(outcome.status == wanted.status);
      CHECK(outcome.signal == wanted.signal);
      CHECK(outcome.start_errno == wanted.start_errno);
      CHECK(outcome.out == wanted.out);
      // What a capture lacks is told by the replay, which is the only difference.
      const bool lacking = wanted.end == End::not_started && wanted.start_errno == ENOENT;
      CHECK((outcome.err == wanted.err || (lacking && outcome.err.find("not in the capture") == 0)));
      CHECK(outcome.out_dropped == wanted.out_dropped);
      CHECK(outcome.err_dropped == wanted.err_dropped);
      CHECK(outcome.drain_cut == wanted.drain_cut);
    }
  }
  CHECK(folder.has("made/for/it/good.out"));
  CHECK_FALSE(folder.has("made/for/it/good.err"));
  CHECK_FALSE(folder.has("made/for/it/good.rc"));
  CHECK_FALSE(folder.has("made/for/it/missing.out"));
}

TEST_CASE("recording again leaves nothing of what was there before") {
  const Folder folder;
  Fake fake;
  run::Outcome& outcome = fake.answers["/x"];
  outcome.end = End::exited;
  outcome.status = 1;
  outcome.err = "no\n";
  run::RecordingRunner recording(fake, folder.name());
  run::run_one(recording, command({"/x"}));
  CHECK(folder.read("x.rc") == "1\n");
  outcome = run::Outcome{};
  outcome.end = End::exited;
  run::run_one(recording, command({"/x"}));
  CHECK(folder.has("x.out"));
  CHECK_FALSE(folder.has("x.rc"));
  CHECK_FALSE(folder.has("x.err"));
  outcome = run::Outcome{};
  outcome.start_errno = ENOENT;
  run::run_one(recording, command({"/x"}));
  CHECK_FALSE(folder.has("x.out"));
  CHECK(recording.errors().empty());
}

TEST_CASE("a folder that cannot be written is told, and changes nothing else") {
  const Folder folder;
  folder.write("file", "");
  Fake fake;
  fake.answers["/x"].end = End::exited;
  fake.answers["/x"].out = "said";
  run::RecordingRunner recording(fake, folder.name() + "/file/below");
  CHECK(run::run_one(recording, command({"/x"})).out == "said");
  CHECK(recording.errors().size() >= 2);
}
