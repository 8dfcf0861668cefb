// SPDX-License-Identifier: Apache-2.0
// Real trees in a folder of their own, and whole runs of checkhanfs on them, in simulated time.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "checkhanfs/run.hpp"
#include "lib/run/fake_runner.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::check {

namespace fs = boost::filesystem;
using Words = std::vector<std::string>;

// Each look at it takes a second, so that what is to happen several times a second does at once.
class SecondsClock final : public sys::Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::seconds(++looks_)); }
  std::string utc() const override { return "2026-11-28T00:00:00Z"; }
  void sleep(std::chrono::milliseconds) override {}

 private:
  mutable int looks_ = 0;
};

struct Trees {
  Trees() : folder(fs::canonical(fs::temp_directory_path()) / fs::unique_path("check-run-%%%%%%%%")) {
    fs::create_directories(folder);
    system.variables["TMPDIR"] = folder.string();
  }
  ~Trees() {
    boost::system::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  Trees(const Trees&) = delete;
  Trees& operator=(const Trees&) = delete;

  std::string at(const std::string& name) const { return (folder / name).string(); }
  void write(const std::string& name, const std::string& text, mode_t mode = 0644, long nanoseconds = 5) const {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(at(name).c_str()) << text;
    REQUIRE(::chmod(at(name).c_str(), mode) == 0);
    set_time(name, 1700000000, nanoseconds);
  }
  void set_time(const std::string& name, time_t seconds, long nanoseconds) const {
    const timespec time{seconds, nanoseconds};
    const timespec times[2] = {time, time};
    REQUIRE(::utimensat(AT_FDCWD, at(name).c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(at(name));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  // The folders get one time, so that only what a test changes differs.
  void make_replicas() const {
    for (const std::string tree : {"a", "b"}) {
      write(tree + "/usr/ls", std::string(200000, 'x'), 0755);
      write(tree + "/usr/share/motd", "welcome\n");
      write(tree + "/empty", "");
      REQUIRE(::symlink("usr/ls", at(tree + "/link").c_str()) == 0);
      REQUIRE(::link(at(tree + "/empty").c_str(), at(tree + "/twin").c_str()) == 0);
      set_time(tree + "/link", 1700000000, 5);
      set_folder_times(tree);
    }
  }
  void set_folder_times(const std::string& tree) const {
    for (const std::string name : {"/usr/share", "/usr", ""}) set_time(tree + name, 1700000000, 5);
  }

  int run(Words words) {
    system.out.clear();
    system.err.clear();
    words.insert(words.begin(), "checkhanfs");
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return check::run(system, static_cast<int>(argv.size()), argv.data());
  }
  // What was printed, without the line of the verdict, and with words in place of what differs from run to run.
  std::string said() const {
    std::string text = system.out;
    for (std::size_t i = text.find(folder.string()); i != std::string::npos; i = text.find(folder.string()))
      text.replace(i, folder.string().size(), "DIR");
    const std::size_t verdict = text.rfind("HANFS tool=checkhanfs");
    if (verdict != std::string::npos) text.erase(verdict);
    return text;
  }
  std::string verdict() const {
    const std::size_t at = system.out.rfind(" status=");
    return at == std::string::npos ? "" : system.out.substr(at + 1);
  }
  nlohmann::json json() const { return nlohmann::json::parse(system.out); }

  fs::path folder;
  test::SimulatedSystem system{[](const Words&) { return test::Answer{test::exited(127)}; }};
};

}  // namespace hanfs::check
