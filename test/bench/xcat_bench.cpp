// SPDX-License-Identifier: Apache-2.0
// What helpers/lib/xcat costs: reading dumps alone, and reading plus asking for attributes of every node.
//   xcat_bench [NODES...]      default 1000 10000 100000; domains of 100 nodes, one group each
//   xcat_bench --read DIR      reads and parses each TABLE.csv of DIR, and ends: what test/bench/plan divides by
// Times are CPU time and ratios: to reading alone, and to the smallest number of nodes (for each node). A benchmark,
// not a test: `ok` or `MISSED` beside what is wanted, the exit status does not judge.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/file.hpp"
#include "xcat/attribute.hpp"
#include "xcat/noderange.hpp"
#include "xcat/tables.hpp"

namespace {

using Dump = std::pair<std::string, std::string>;  // table, text

constexpr std::size_t nodes_of_a_domain = 100;
constexpr int rounds = 5;

std::string digits(std::size_t number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

std::string server(std::size_t number) { return "asn" + digits(number, 4); }

// Rows as tabdump prints them. nodelist, hosts, nodehm and ppc have a row for each node, as in the field; the rest is
// set by groups, half of it by expressions; one node in ten has a noderes row of its own.
std::vector<Dump> cluster(std::size_t nodes) {
  const std::size_t domains = std::max<std::size_t>(1, nodes / nodes_of_a_domain);
  std::string nodelist =
      "#node,groups,status,statustime,appstatus,appstatustime,primarysn,hidden,updatestatus,updatestatustime,zonename,"
      "comments,disable\n";
  std::string hosts = "#node,ip,hostnames,otherinterfaces,comments,disable\n";
  std::string nodehm =
      "#node,power,mgt,cons,termserver,termport,conserver,serialport,serialspeed,serialflow,getmac,cmdmapping,"
      "consoleondemand,comments,disable\n";
  std::string ppc = "#node,hcp,id,pprofile,parent,nodetype,supernode,sfp,comments,disable\n";
  std::string noderes =
      "#node,servicenode,netboot,tftpserver,tftpdir,nfsserver,monserver,nfsdir,installnic,primarynic,discoverynics,"
      "cmdinterface,xcatmaster,current_osimage,next_osimage,nimserver,routenames,nameservers,proxydhcp,syslog,comments,"
      "disable\n";
  std::string nodetype = "#node,os,arch,profile,provmethod,supportedarchs,nodetype,comments,disable\n";
  std::string servicenode =
      "#node,nameserver,dhcpserver,tftpserver,nfsserver,conserver,monserver,ldapserver,ntpserver,ftpserver,nimserver,"
      "ipforward,dhcpinterfaces,proxydhcp,comments,disable\n";
  for (std::size_t node = 0; node < nodes; ++node) {
    const std::size_t domain = node / nodes_of_a_domain % domains;
    const std::string name = "cn" + digits(node + 1, 6);
    nodelist += '"' + name + "\",\"rack" + digits(domain, 4) +
                ",compute,aix,all\",\"booted\",\"10-02-2014 09:11:05\",,,,,\"synced\",\"10-02-2014 09:12:00\",,,\n";
    hosts += '"' + name + "\",\"10." + std::to_string(40 + node / 65536) + '.' + std::to_string(node / 256 % 256) +
             '.' + std::to_string(node % 256) + "\",,,,\n";
    nodehm += '"' + name + "\",\"hmc\",\"hmc\",,,,\"" + server(2 * domain) + "\",,,,,,,,\n";
    ppc += '"' + name + "\",\"hmc" + digits(domain, 4) + "\",\"" + std::to_string(node % 16) + "\",\"compute\",\"cec" +
           digits(node / 16, 5) + "\",\"lpar\",,,,\n";
    if (node % 10 == 0) {
      noderes += '"' + name + "\",,,,,,,,\"en0\",,,,,,,,,,,,\"console \"\"a\"\"\",\n";
    }
  }
  for (std::size_t domain = 0; domain < domains; ++domain) {
    const std::string first = server(2 * domain);
    const std::string second = server(2 * domain + 1);
    noderes += "\"rack" + digits(domain, 4) + "\",\"" + first + ',' + second + "\",,,,,,,,,,," +
               (domain % 2 == 0 ? '"' + first + "-ml0\"" : "\"|\\D+(\\d+)|asn(($1-1)/50+1)-ml0|\"") +
               ",,,,\"tosite\",,,,,\n";
    servicenode += '"' + first + "\",\"1\",,\"1\",\"1\",\"1\",\"1\",,,,\"1\",\"1\",,,,\n\"" + second +
                   "\",\"1\",,\"1\",\"1\",\"1\",\"1\",,,,\"1\",\"1\",,,,\n";
  }
  noderes += "\"compute\",,\"nimol\",,,,\"|asn($1/200+1)|\",,,\"en0\",,,,,,,,\"10.40.0.1,10.40.0.2\",,,,\n";
  nodetype += "\"compute\",\"AIX\",\"ppc64\",\"compute\",\"71cosi\",,\"lpar,osi\",,\n";
  return {{"nodelist", nodelist},       {"hosts", hosts},
          {"nodehm", nodehm},           {"ppc", ppc},
          {"noderes", noderes},         {"nodetype", nodetype},
          {"servicenode", servicenode}, {"site", "#key,value,comments,disable\n\"useNFSv4onAIX\",\"yes\",,\n"}};
}

constexpr std::array<std::array<std::string_view, 2>, 8> asked = {{{"noderes", "servicenode"},
                                                                   {"noderes", "xcatmaster"},
                                                                   {"noderes", "monserver"},
                                                                   {"noderes", "nameservers"},
                                                                   {"noderes", "routenames"},
                                                                   {"nodetype", "os"},
                                                                   {"nodetype", "provmethod"},
                                                                   {"nodehm", "conserver"}}};

// CPU time of this process: other users of the machine are not measured along.
double now() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "xcat_bench: %s\n", why.c_str());
  std::exit(1);
}

struct Times {
  double parse = 0;
  double resolve = 0;
  double fold = 0;
  double expand = 0;
};

Times once(std::vector<Dump> dumps) {
  Times times;
  hanfs::xcat::Tables tables;
  double start = now();
  std::vector<hanfs::xcat::Table> parsed;
  for (auto& [name, text] : dumps) {
    auto table = hanfs::xcat::Table::parse(name, name + ".csv", std::move(text));
    if (!table) give_up(table.error().what);
    parsed.push_back(std::move(*table));
  }
  times.parse = now() - start;

  start = now();
  for (auto& table : parsed) tables.add(std::move(table));
  const hanfs::xcat::Attributes attributes(tables);
  std::size_t bytes = 0;
  for (const auto& node : tables.nodes()) {
    for (const auto& [table, column] : asked) {
      const auto attribute = attributes.get(node, table, column);
      if (!attribute) give_up(attribute.error().what);
      if (attribute->value.empty()) give_up("no value for " + std::string(column));
      bytes += attribute->value.size();
    }
  }
  times.resolve = now() - start;
  if (bytes == 0) give_up("nothing resolved");

  start = now();
  const std::string range = hanfs::xcat::fold(tables.nodes());
  times.fold = now() - start;
  start = now();
  const auto names = hanfs::xcat::expand(range, tables);
  times.expand = now() - start;
  if (!names || names->size() != tables.nodes().size()) give_up("expand(fold(nodes)) is not nodes");
  return times;
}

void measure(std::size_t nodes, double& first) {
  const auto dumps = cluster(nodes);
  std::size_t bytes = 0;
  for (const auto& dump : dumps) bytes += dump.second.size();
  Times best{1e9, 1e9, 1e9, 1e9};
  for (int round = 0; round < rounds; ++round) {
    const Times times = once(dumps);
    best.parse = std::min(best.parse, times.parse);
    best.resolve = std::min(best.resolve, times.resolve);
    best.fold = std::min(best.fold, times.fold);
    best.expand = std::min(best.expand, times.expand);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto count = static_cast<double>(nodes);
  const double each = (best.parse + best.resolve) / count;
  if (first == 0) first = each;
  const double ratio = best.resolve / best.parse;
  std::printf("%8zu  %6.1f  %9.2f  %9.3f  %6.3f  %7.3f  %9.2f  %7ld   %s\n", nodes, static_cast<double>(bytes) / 1e6,
              best.parse * 1e3, ratio, best.fold / best.parse, best.expand / best.parse, each / first,
              usage.ru_maxrss / 1024, ratio < 1 ? "ok" : "MISSED: resolve below 1x");
  std::fflush(stdout);
}

// The same way to read and the same parser as makehanfs, and nothing else.
int read_folder(const std::filesystem::path& folder) {
  constexpr std::size_t largest = std::size_t{1} << 30;
  std::vector<hanfs::xcat::Table> tables;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".csv") continue;
    auto text = hanfs::sys::read_file(entry.path().string(), largest);
    if (!text || !*text) give_up("cannot read " + entry.path().string());
    auto table = hanfs::xcat::Table::parse(entry.path().stem().string(), entry.path().string(), std::move(**text));
    if (!table) give_up(table.error().what);
    tables.push_back(std::move(*table));
  }
  return tables.empty() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--read") return read_folder(argv[2]);
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {1000, 10000, 100000};
  std::printf("   nodes      MB   parse ms  resolve x  fold x  expand x  each node x   MB max\n");
  double first = 0;
  for (const auto size : sizes) measure(size, first);
  return 0;
}
