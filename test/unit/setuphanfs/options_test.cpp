// SPDX-License-Identifier: Apache-2.0
// What setuphanfs takes on its command line, and what it refuses before it looks at anything.
#include "setuphanfs/options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/simulated_system.hpp"

namespace hanfs::server {
namespace {

using Given = std::vector<std::string>;

Result<CommandLine> read_words(const Given& words) {
  test::SimulatedSystem system([](const std::vector<std::string>&) { return test::Answer{}; });
  std::vector<const char*> argv{tool_name};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return read_options(system, static_cast<int>(argv.size()), argv.data());
}

std::string why_not(Given words) {
  words.insert(words.begin(), {"--replica", "10.0.0.1,10.0.0.2"});
  const Result<CommandLine> read = read_words(words);
  return read ? "" : read.error().what;
}

Settings settings_of(Given words) {
  words.insert(words.begin(), {"--replica", "10.0.0.1,10.0.0.2"});
  const Result<CommandLine> read = read_words(words);
  REQUIRE(static_cast<bool>(read));
  return read->options.settings;
}

std::string list_of_hosts(const char* prefix, int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += (i == 1 ? "" : ",") + std::string(prefix) + std::to_string(i);
  return text;
}

}  // namespace

TEST_CASE("replicas are addresses of hosts, eight at most, and have to be given where something is judged") {
  CHECK(read_words({"--check"}).error().what.find("--replica is missing; cure") == 0);
  for (const char* mode : {"--status", "--reset", "--end-outage"}) CHECK(static_cast<bool>(read_words({mode})));
  CHECK(static_cast<bool>(read_words({"--replica", list_of_hosts("10.0.0.", 8)})));
  CHECK(read_words({"--replica", list_of_hosts("10.0.0.", 9)}).error().what ==
        "--replica: 9 servers, AIX takes at most 8");
  for (const char* word : {"sn1", "10.0.0.0.1", "10.0.0.1,fe80::1", "127.0.0.256"})
    CHECK(read_words({"--replica", word}).error().what.find("is not the IPv4 address of a host") != std::string::npos);
  CHECK(read_words({"--replica", ","}).error().what.find("an address is missing") != std::string::npos);
}

TEST_CASE("hosts are words that /etc/exports can hold") {
  for (const char* option : {"--root", "--client"}) {
    for (const char* word : {"cn1", "CN1", "a.b-c_d", "@group", "10.0.0.0/8", "z9,A0", "*"}) {
      CAPTURE(word);
      CHECK(why_not({option, word}).empty());
    }
    for (const char* word : {"-cn1", "/home", "cn1:cn2", "cn`1", "cn{1", "c[n", "cn1;", "cn=1", "**"}) {
      CAPTURE(word);
      CHECK(why_not({option, word}).find("is neither all nor none nor a host") != std::string::npos);
    }
    CHECK(why_not({option, ","}).find("all, none, or hosts") != std::string::npos);
    CHECK(why_not({option, "all,cn1"}) == std::string(option) + ": all and none stand alone");
  }
  CHECK(settings_of({"--root", "all"}).root == Given{"*"});
  CHECK(settings_of({"--root", "none"}).root.empty());
  CHECK(settings_of({"--root", "cn2,cn1,cn2"}).root == Given{"cn2", "cn1"});
  CHECK(settings_of({"--client", "all"}).clients.empty());
  CHECK(settings_of({"--client", "*"}).clients.empty());
  CHECK(settings_of({"--client", "cn1"}).clients == Given{"cn1"});
  CHECK(why_not({"--client", "none"}) == "--client: none would shut everybody out; cure: all, or hosts");
  CHECK(why_not({"--root", "none,cn1"}) == "--root: all and none stand alone");
  CHECK(settings_of({"--root", list_of_hosts("cn", 256)}).root.size() == 256);
  CHECK(why_not({"--root", list_of_hosts("cn", 257)}) ==
        "--root: 257 hosts, AIX takes at most 256 in root=; cure: all");
}

TEST_CASE("a directory is an absolute path without what /etc/exports cannot hold") {
  for (const char* word :
       {"install", "/", "/a b", "/a:b", "/a@b", "/a,b", "/a\"b", "/a#b", "/a\\b", "/a//b", "/a/../b", "/.a", "/a\nb"}) {
    CAPTURE(word);
    CHECK(why_not({"--directory", word}).find("is not the absolute path of a directory") != std::string::npos);
  }
  CHECK(settings_of({"--directory", "/a"}).directory == "/a");
  CHECK(settings_of({"--directory", "/a-b.c/d/"}).directory == "/a-b.c/d");
  CHECK(why_not({"--nfs-domain", "a b"}).find("is no domain") != std::string::npos);
}

TEST_CASE("what cannot be meant together is refused") {
  for (const char* other : {"reset", "forget", "alone"}) {
    CHECK(why_not({"--outage", "30", std::string("--") + other}) ==
          "--outage and --" + std::string(other) + " exclude each other");
    CHECK(why_not({"--end-outage", std::string("--") + other}) ==
          "--end-outage and --" + std::string(other) + " exclude each other");
  }
  for (const char* other : {"--dry-run", "--check", "--status"})
    CHECK(why_not({"--end-outage", other}) == "--end-outage and " + std::string(other) + " exclude each other");
  CHECK(why_not({"--end-outage", "--outage", "30"}) == "--end-outage and --outage exclude each other");
  CHECK(why_not({"--lead", "10"}) == "--lead is for --outage");
  CHECK(why_not({"--outage", "30", "--lead", "10", "--check"}).empty());
}

TEST_CASE("an outage and the time before it come on top of the deadline of a run") {
  const long deadline = settings_of({}).deadline;
  CHECK(settings_of({"--outage", "30", "--lead", "20"}).deadline == deadline + 50);
}

TEST_CASE("domains without replicas are named with their lines") {
  config::Domain with;
  with.name = "a";
  with.replicas = {"10.0.0.1"};
  config::Domain without;
  without.name = "b";
  without.line = 7;
  Settings settings;
  CHECK_FALSE(names_replicas(settings));
  settings.domains = {without};
  CHECK_FALSE(names_replicas(settings));
  CHECK(domains_without_replicas(settings) ==
        "[domain b] (line 7) of hanfs.conf has no line replica = ADDRESS ADDRESS...");
  settings.domains = {with, without, without};
  CHECK(names_replicas(settings));
  CHECK(domains_without_replicas(settings).find(" of hanfs.conf have no line replica") != std::string::npos);
  settings.domains = {with};
  CHECK(domains_without_replicas(settings).empty());
}

TEST_CASE("the settings of a file are judged like those of the command line") {
  CHECK(static_cast<bool>(check_settings("directory = /install\n", "hanfs.conf")));
  const Status refused = check_settings("directory = install\n", "hanfs.conf");
  REQUIRE_FALSE(static_cast<bool>(refused));
  CHECK(refused.error().what.find("hanfs.conf") == 0);
}

}  // namespace hanfs::server
