// SPDX-License-Identifier: Apache-2.0
// conf/hanfs.conf promises keys, defaults and ranges; the program has to keep them.
#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/system.hpp"
#include "setuphanfs/options.hpp"
#include "setupnfsv4replication/options.hpp"

namespace hanfs::node {
namespace {

const char* const conf_path = HANFS_FIXTURES "/../../conf/hanfs.conf";

// A commented setting and the comment above it.
struct Entry {
  std::string section;
  std::string key;
  std::string value;
  std::string comment;
};

bool is_key(const std::string& word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::islower(c) != 0 || c == '_'; });
}

// "# key = value", as against prose; the key empty when it is none.
Entry setting_in(const std::string& line) {
  const std::size_t equals = line.find(" = ");
  Entry entry;
  if (line.rfind("# ", 0) != 0 || equals == std::string::npos || !is_key(line.substr(2, equals - 2))) return entry;
  entry.key = line.substr(2, equals - 2);
  entry.value = line.substr(equals + 3);
  return entry;
}

bool is_of_server(const Entry& entry) { return entry.section == "[setuphanfs]"; }
bool is_of_node(const Entry& entry) { return entry.section.empty() || entry.section == "[setupnfsv4replication]"; }

std::vector<Entry> all_entries() {
  std::vector<Entry> found;
  std::ifstream file(conf_path);
  REQUIRE(file);
  std::string section;
  std::string comment;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("[", 0) == 0) section = line;
    if (line.rfind("# [domain ", 0) == 0) section = "[domain]";
    Entry entry = setting_in(line);
    if (entry.key.empty()) {
      comment = line.rfind("#", 0) == 0 ? comment + line + "\n" : "";
      continue;
    }
    entry.section = section;
    entry.comment = comment;
    found.push_back(entry);
    comment.clear();
  }
  return found;
}

// Those of setupnfsv4replication.
std::vector<Entry> entries() {
  std::vector<Entry> found = all_entries();
  found.erase(std::remove_if(found.begin(), found.end(), std::not_fn(is_of_node)), found.end());
  return found;
}

// The program, started with this settings file and the defaults otherwise.
Result<CommandLine> with_file(const std::string& text) {
  std::string path = "/tmp/hanfs_conf_test.XXXXXX";
  const int fd = ::mkstemp(path.data());  // mode 0600, as the program demands
  REQUIRE(fd >= 0);
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(fd);
  const char* const argv[] = {tool_name, "--config", path.c_str()};
  app::RealSystem system;
  Result<CommandLine> command_line = read_options(system, 3, argv);
  ::unlink(path.c_str());
  return command_line;
}

Result<CommandLine> with_setting(const std::string& key, const std::string& value) {
  return with_file(key + " = " + value + "\n");
}

Settings settings_of(const Result<CommandLine>& command_line) {
  INFO((command_line ? std::string() : command_line.error().what));
  REQUIRE(static_cast<bool>(command_line));
  return command_line->options.settings;
}

// Keys of the program as its help shows them: the options below the heading "Settings".
std::set<std::string> keys_in(const std::string& help_text) {
  std::istringstream help(help_text);
  std::set<std::string> keys;
  bool inside = false;
  for (std::string line; std::getline(help, line);) {
    if (!line.empty() && line.front() != ' ') inside = line.rfind("Settings", 0) == 0;
    if (!inside || line.rfind("  --", 0) != 0) continue;
    std::string key = line.substr(4, line.find_first_of(" :", 4) - 4);
    std::replace(key.begin(), key.end(), '-', '_');
    keys.insert(key);
  }
  return keys;
}

std::set<std::string> keys_in_help() {
  const char* const argv[] = {tool_name, "--help"};
  app::RealSystem system;
  const Result<CommandLine> command_line = read_options(system, 2, argv);
  REQUIRE(static_cast<bool>(command_line));
  return keys_in(command_line->print);
}

// "Range: 1 to 6000." or "Range of N: 1 to 6000." in the comment.
bool range_in(const std::string& comment, long long& min, long long& max) {
  std::size_t at = comment.find("Range: ");
  if (at == std::string::npos) at = comment.find("Range of N: ");
  if (at == std::string::npos) return false;
  std::istringstream words(comment.substr(comment.find(": ", at) + 2));
  std::string to;
  return static_cast<bool>(words >> min >> to >> max) && to == "to";
}

bool is_example(const Entry& entry) { return entry.comment.find("the line is an example") != std::string::npos; }

bool is_without_default(const Entry& entry) {
  return is_example(entry) || entry.comment.find("Default: not set") != std::string::npos ||
         entry.comment.find("else nothing is touched") != std::string::npos;
}

bool equal(const Settings& a, const Settings& b) {
  return a.timeo == b.timeo && a.retrans == b.retrans && a.mount_timeo == b.mount_timeo &&
         a.mount_retrans == b.mount_retrans && a.exclude == b.exclude && a.gateway_mode == b.gateway_mode &&
         a.gateways == b.gateways && a.dgd == b.dgd && a.tunables == b.tunables && a.persist == b.persist &&
         a.hosts_first == b.hosts_first && a.deadline == b.deadline && a.command_deadline == b.command_deadline &&
         a.jobs == b.jobs;
}

TEST_CASE("conf/hanfs.conf has every setting once, and no other") {
  std::set<std::string> keys;
  for (const Entry& entry : entries()) {
    INFO(entry.key);
    CHECK(keys.insert(entry.key).second);
  }
  CHECK(keys.size() >= 15);
  CHECK(keys == keys_in_help());
}

TEST_CASE("conf/hanfs.conf has every setting of setuphanfs, and its defaults") {
  const char* const help[] = {server::tool_name, "--help"};
  app::RealSystem system;
  const Result<server::CommandLine> shown = server::read_options(system, 2, help);
  REQUIRE(static_cast<bool>(shown));
  std::set<std::string> keys{"deadline", "command_deadline", "jobs"};
  std::string path = "/tmp/hanfs_conf_test.XXXXXX";
  const int fd = ::mkstemp(path.data());
  REQUIRE(fd >= 0);
  for (const Entry& entry : all_entries()) {
    if (!is_of_server(entry)) continue;
    INFO(entry.key);
    CHECK(keys.insert(entry.key).second);
    CHECK(entry.comment.find("Unit: ") != std::string::npos);
    if (entry.comment.find("Default: not set") == std::string::npos)
      CHECK(entry.comment.find("Default: " + entry.value + ".") != std::string::npos);
    const std::string line = entry.key + " = " + entry.value + "\n";
    REQUIRE(::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  }
  ::close(fd);
  CHECK(keys == keys_in(shown->print));

  const char* const with_file[] = {server::tool_name, "--config", path.c_str()};
  const Result<server::CommandLine> read = server::read_options(system, 3, with_file);
  const char* const plain[] = {server::tool_name, "--replica", "203.0.113.15", "203.0.113.14"};
  const Result<server::CommandLine> usual = server::read_options(system, 4, plain);
  ::unlink(path.c_str());
  INFO((read ? std::string() : read.error().what));
  REQUIRE(static_cast<bool>(read));
  REQUIRE(static_cast<bool>(usual));
  const server::Settings& a = read->options.settings;
  const server::Settings& b = usual->options.settings;
  CHECK(a.replicas == b.replicas);
  CHECK(a.directory == b.directory);
  CHECK(a.access == b.access);
  CHECK(a.root == b.root);
  CHECK(a.clients == b.clients);
  CHECK(a.nfs_domain == "cluster.example.com");
  CHECK(b.nfs_domain.empty());
  CHECK(a.disruptive == b.disruptive);
  CHECK(b.deadline == 300);
}

TEST_CASE("each setting in conf/hanfs.conf says unit and default, and each number its range") {
  for (const Entry& entry : entries()) {
    INFO(entry.key);
    CHECK(entry.comment.find("Unit: ") != std::string::npos);
    CHECK(entry.comment.find("Default: ") != std::string::npos);
    const bool number = entry.value.find_first_not_of("0123456789") == std::string::npos;
    long long min = 0;
    long long max = 0;
    CHECK(range_in(entry.comment, min, max) == (number || entry.key == "mount_timeo" || entry.key == "mount_retrans"));
    if (!is_without_default(entry)) CHECK(entry.comment.find("Default: " + entry.value + ".") != std::string::npos);
  }
}

TEST_CASE("the defaults shown in conf/hanfs.conf are the program's") {
  const Settings untouched = settings_of(with_file(""));
  CHECK(equal(untouched, Settings{}));
  for (const Entry& entry : entries()) {
    if (is_without_default(entry)) continue;
    INFO(entry.key);
    CHECK(equal(settings_of(with_setting(entry.key, entry.value)), untouched));
  }
}

TEST_CASE("conf/hanfs.conf as shipped changes nothing, with every line uncommented it is valid") {
  std::ifstream file(conf_path);
  std::string shipped;
  std::string uncommented;
  for (std::string line; std::getline(file, line);) {
    shipped += line + "\n";
    uncommented += (setting_in(line).key.empty() ? line : line.substr(2)) + "\n";
  }
  CHECK(equal(settings_of(with_file(shipped)), Settings{}));

  const Settings all = settings_of(with_file(uncommented));
  CHECK(all.mount_timeo == std::map<std::string, long>{{"/opt/apps", 10}, {"/data/old projects", 20}});
  CHECK(all.mount_retrans == std::map<std::string, long>{{"/opt/apps", 5}});
  CHECK(all.exclude == std::set<std::string>{"/home", "/mnt/scratch"});
  CHECK(all.dgd == Dgd::active);
  // AIX's own defaults (lib/aix/README.md "DGD: tunables").
  CHECK(all.tunables ==
        std::map<std::string, long>{{"dgd_packets_lost", 3}, {"dgd_ping_time", 5}, {"dgd_retry_time", 5}});
}

TEST_CASE("the ranges in conf/hanfs.conf are the program's: the ends are taken, one beyond is refused") {
  for (const Entry& entry : entries()) {
    long long min = 0;
    long long max = 0;
    if (!range_in(entry.comment, min, max)) continue;
    const std::string prefix = is_example(entry) ? "/opt=" : "";
    for (const long long number : {min, max}) {
      INFO(entry.key << " " << number);
      CHECK(static_cast<bool>(with_setting(entry.key, prefix + std::to_string(number))));
    }
    for (const long long number : {min - 1, max + 1}) {
      INFO(entry.key << " " << number);
      CHECK_FALSE(static_cast<bool>(with_setting(entry.key, prefix + std::to_string(number))));
    }
  }
}

TEST_CASE("words that conf/hanfs.conf names are taken, others are refused") {
  for (const char* word : {"active", "passive", "both", "off"}) CHECK(static_cast<bool>(with_setting("dgd", word)));
  CHECK_FALSE(static_cast<bool>(with_setting("dgd", "on")));
  for (const char* words : {"auto", "none", "203.0.113.15 203.0.113.14"})
    CHECK(static_cast<bool>(with_setting("gateways", words)));
  CHECK_FALSE(static_cast<bool>(with_setting("gateways", "all")));
  for (const char* key : {"persist", "hosts_first"}) {
    for (const char* word : {"true", "false"}) CHECK(static_cast<bool>(with_setting(key, word)));
    CHECK_FALSE(static_cast<bool>(with_setting(key, "perhaps")));
  }
}

}  // namespace
}  // namespace hanfs::node
