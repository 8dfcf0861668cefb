// SPDX-License-Identifier: Apache-2.0
// The table of options, the programs that read by it, and conf/hanfs.conf as they take it. That conf/hanfs.conf says
// what the table says is for test/structure.
#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/system.hpp"
#include "makehanfs/commands/options.hpp"
#include "setuphanfs/options.hpp"
#include "setupnfsv4replication/options.hpp"

namespace hanfs {
namespace {

using config::Type;

// A program, started with this settings file and the defaults otherwise.
template <class Read>
auto with_file(const std::string& text, Read read, std::vector<const char*> words) {
  std::string path = "/tmp/hanfs_conf_test.XXXXXX";
  const int fd = ::mkstemp(path.data());  // mode 0600, as the program demands
  REQUIRE(fd >= 0);
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(fd);
  words.insert(words.begin(), {"tool", "--config", path.c_str()});
  app::RealSystem system;
  auto command_line = read(system, static_cast<int>(words.size()), words.data());
  ::unlink(path.c_str());
  return command_line;
}

auto node_with(const std::string& text) { return with_file(text, node::read_options, {}); }
auto server_with(const std::string& text) { return with_file(text, server::read_options, {"--status"}); }
auto cluster_with(const std::string& text) { return with_file(text, cluster::read_options, {"plan"}); }

template <class CommandLine>
auto settings_of(const CommandLine& command_line) {
  INFO((command_line ? std::string() : command_line.error().what));
  REQUIRE(static_cast<bool>(command_line));
  return command_line->options.settings;
}

bool is_taken(config::Program program, const std::string& text) {
  if (program == config::node) return static_cast<bool>(node_with(text));
  if (program == config::server) return static_cast<bool>(server_with(text));
  return static_cast<bool>(cluster_with(text));
}

const config::Program programs[] = {config::node, config::server, config::cluster};

std::string shipped_file(bool is_uncommented) {
  std::ifstream file(HANFS_FIXTURES "/../../conf/hanfs.conf");
  REQUIRE(file);
  std::string text;
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find(" = ");
    const bool is_setting = line.rfind("# ", 0) == 0 && equals != std::string::npos &&
                            line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", 2) == equals;
    const bool is_domain = line.rfind("# [domain ", 0) == 0;
    text += (is_uncommented && (is_setting || is_domain) ? line.substr(2) : line) + "\n";
  }
  return text;
}

bool equal(const app::Limits& a, const app::Limits& b) {
  return a.deadline == b.deadline && a.command_deadline == b.command_deadline && a.jobs == b.jobs;
}

bool equal(const node::Settings& a, const node::Settings& b) {
  return a.timeo == b.timeo && a.retrans == b.retrans && a.mount_timeo == b.mount_timeo &&
         a.mount_retrans == b.mount_retrans && a.exclude == b.exclude && a.gateway_mode == b.gateway_mode &&
         a.gateways == b.gateways && a.dgd == b.dgd && a.tunables == b.tunables && a.persist == b.persist &&
         a.hosts_first == b.hosts_first && equal(static_cast<const app::Limits&>(a), b);
}

bool equal(const server::Settings& a, const server::Settings& b) {
  return a.replicas == b.replicas && a.directory == b.directory && a.access == b.access && a.root == b.root &&
         a.clients == b.clients && a.nfs_domain == b.nfs_domain && a.disruptive == b.disruptive;
}

bool equal(const cluster::Settings& a, const cluster::Settings& b) {
  return a.engine == b.engine && a.engine_option == b.engine_option && a.engine_prefix == b.engine_prefix &&
         a.xcat_version == b.xcat_version && a.node_command == b.node_command && a.server_command == b.server_command &&
         a.directory == b.directory && a.access == b.access && a.timeo == b.timeo && a.retrans == b.retrans &&
         a.fanout == b.fanout && a.host_deadline == b.host_deadline && a.failure_limit == b.failure_limit &&
         a.disruptive == b.disruptive;
}

TEST_CASE("settings that nobody has set have the table's defaults, also in a program's own structure") {
  const node::Settings node = settings_of(node_with(""));
  CHECK(equal(node, node::Settings{}));
  CHECK(std::vector<long>{node.timeo, node.retrans, node.deadline, node.command_deadline, node.jobs} ==
        std::vector<long>{1, 3, 120, 15, 32});
  const server::Settings server = settings_of(server_with(""));
  CHECK(equal(server, server::Settings{}));
  CHECK(std::vector<long>{server.deadline, server.command_deadline, server.jobs} == std::vector<long>{300, 15, 32});
  const cluster::Settings cluster = settings_of(cluster_with(""));
  CHECK(equal(cluster, cluster::Settings{}));
  CHECK(std::vector<long>{cluster.fanout, cluster.host_deadline, cluster.failure_limit, cluster.deadline,
                          cluster.command_deadline} == std::vector<long>{64, 60, 1, 3600, 300});
}

TEST_CASE("every default of the table is a value that the program takes, and numbers are taken within their range") {
  for (const config::Program program : programs) {
    for (const config::Option& option : config::options_of(program)) {
      if (option.group != config::Group::setting) continue;
      INFO(program << " " << option.name);
      const std::string key = std::string(option.name) + " = ";
      if (!option.default_value.empty()) CHECK(is_taken(program, key + std::string(option.default_value) + "\n"));
      if (option.type != Type::number && option.type != Type::numbers) continue;
      const std::string prefix = option.type == Type::numbers ? "/opt=" : "";
      const auto takes = [&](long n) { return is_taken(program, key + prefix + std::to_string(n) + "\n"); };
      CHECK(option.least < option.most);
      // One of what is counted or waited for is a value; nothing, where nothing means something.
      CHECK(option.least <= 1);
      CHECK(takes(option.least));
      CHECK(takes(option.most));
      CHECK_FALSE(takes(option.least - 1));
      CHECK_FALSE(takes(option.most + 1));
    }
  }
}

TEST_CASE("conf/hanfs.conf as shipped changes nothing, with every line uncommented it is valid") {
  const std::string shipped = shipped_file(false);
  CHECK(equal(settings_of(node_with(shipped)), node::Settings{}));
  CHECK(equal(settings_of(server_with(shipped)), server::Settings{}));
  CHECK(equal(settings_of(cluster_with(shipped)), cluster::Settings{}));

  const std::string uncommented = shipped_file(true);
  const node::Settings all = settings_of(node_with(uncommented));
  CHECK(all.mount_timeo == std::map<std::string, long>{{"/opt/apps", 10}, {"/data/old projects", 20}});
  CHECK(all.mount_retrans == std::map<std::string, long>{{"/opt/apps", 5}});
  CHECK(all.exclude == std::set<std::string>{"/home", "/mnt/scratch"});
  CHECK(all.dgd == node::Dgd::active);
  // AIX's own defaults (lib/aix/README.md "DGD: tunables").
  CHECK(all.tunables ==
        std::map<std::string, long>{{"dgd_packets_lost", 3}, {"dgd_ping_time", 5}, {"dgd_retry_time", 5}});

  const server::Settings server = settings_of(server_with(uncommented));
  CHECK(server.replicas == std::vector<std::string>{"203.0.113.15", "203.0.113.14"});
  CHECK(server.nfs_domain == "cluster.example.com");
  REQUIRE(server.domains.size() == 1);
  CHECK(server.domains[0].servers == std::vector<std::string>{"asn01", "asn02"});

  const cluster::Settings cluster = settings_of(cluster_with(uncommented));
  CHECK(cluster.engine == "xdsh");
  CHECK(cluster.engine_option == std::vector<std::string>{"-R", "ssh"});
  CHECK(cluster.engine_prefix == std::vector<std::string>{"sudo"});
}

TEST_CASE("words that conf/hanfs.conf names are taken, others are refused") {
  const auto takes = [](const std::string& line) { return is_taken(config::node, line + "\n"); };
  for (const char* word : {"active", "passive", "both", "off"}) CHECK(takes(std::string("dgd = ") + word));
  CHECK_FALSE(takes("dgd = on"));
  for (const char* words : {"auto", "none", "203.0.113.15 203.0.113.14"})
    CHECK(takes(std::string("gateways = ") + words));
  CHECK_FALSE(takes("gateways = all"));
  for (const char* key : {"persist", "hosts_first"}) {
    for (const char* word : {"true", "false"}) CHECK(takes(std::string(key) + " = " + word));
    CHECK_FALSE(takes(std::string(key) + " = perhaps"));
  }
}

}  // namespace
}  // namespace hanfs
