// SPDX-License-Identifier: Apache-2.0
// Real output of AIX against the parsers. The environment variable HANFS_TRANSCRIPTS names the folder with the captures
// (subfolders nfs and routes), which is not part of the project; the project's own fixtures are always read. What a
// person reads in a file is written down below, by the name of the file. A capture without an entry must still be read,
// with at least one row: that is how a capture from another AIX level is tried, by dropping it into the folder.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "aix/ping.hpp"
#include "lib/aix/as_text.hpp"
#include "lib/aix/transcripts_expected.hpp"

namespace hanfs::aix {
namespace {

namespace fs = std::filesystem;

struct Reading {
  bool failed = false;
  std::size_t rows = 0;
  std::string text;
};

template <class T, class Rows>
Reading reading(const Result<T>& result, Rows rows) {
  return {!result, result ? rows(*result) : 0, as_text(result)};
}

Reading read_mount(const std::string& text) {
  return reading(parse_mount(text), [](const MountTable& t) { return t.mounts.size(); });
}
Reading read_showfs(const std::string& text) {
  return reading(parse_showfs(text), [](const ShowFs& t) { return t.filesystems.size(); });
}
Reading read_routes(const std::string& text) {
  return reading(parse_routes(text), [](const RouteTable& t) { return t.routes.size(); });
}
Reading read_odm(const std::string& text) {
  return reading(parse_lsattr_routes(text), [](const OdmRoutes& t) { return t.routes.size(); });
}
Reading read_x(const std::string& text) {
  return reading(parse_tunables_x(text), [](const Tunables& t) { return t.rows.size(); });
}
Reading read_o(const std::string& text) {
  return reading(parse_tunables_o(text), [](const Tunables& t) { return t.rows.size(); });
}
Reading read_ifconfig(const std::string& text) {
  return reading(parse_ifconfig(text), [](const Interfaces& t) { return t.interfaces.size(); });
}
Reading read_netsvc(const std::string& text) {
  return reading(parse_netsvc_conf(text), [](const HostsOrder& t) { return t.services.size(); });
}
Reading read_resolv(const std::string& text) {
  return reading(parse_resolv_conf(text), [](const ResolvConf& t) { return t.nameservers.size(); });
}
Reading read_hosts(const std::string& text) {
  return reading(parse_hosts(text), [](const Hosts& t) { return t.entries.size(); });
}
Reading read_exports(const std::string& text) {
  const Exports exports = parse_exports(text);
  return {false, exports.rows.size(), as_text(exports)};
}
Reading read_lssrc(const std::string& text) {
  return reading(parse_lssrc(text), [](const Subsystems& t) { return t.rows.size(); });
}
// One row: the answer. The file must have one that is understood.
Reading read_getreplicas(const std::string& text) {
  const ReplicationMode mode = parse_getreplicas(text);
  return {false, mode == ReplicationMode::unknown ? 0U : 1U, as_text(mode)};
}
Reading read_domain(const std::string& text) {
  const auto domain = parse_nfs_domain(text);
  return {false, 1, domain.value_or("not set") + '\n'};
}
Reading read_dump_devices(const std::string& text) {
  return reading(parse_sysdumpdev(text), [](const DumpDevices&) { return 1U; });
}
Reading read_level(const std::string& text) {
  return reading(parse_oslevel(text), [](const Level&) { return 1U; });
}
// Whom it asked stands in its first line: "PING nodeb: (10.1.53.130): 56 data bytes".
Reading read_ping(const std::string& text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.find(')');
  if (open == std::string::npos || close == std::string::npos) return {true, 0, "nobody was asked\n"};
  const std::string address = text.substr(open + 1, close - open - 1);
  const bool answered = answered_ping(text, address);
  return {false, 1, address + (answered ? " answered\n" : " did not answer\n")};
}

using Reader = Reading (*)(const std::string&);

bool starts_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }

// The parser for a file, by the command in its name; nullptr when none of them is for it.
Reader reader_for(const std::string& name, const std::string& text) {
  // Captures of a mount that failed hold messages and no list.
  if (starts_with(name, "mount")) return starts_with(text, "mount: ") ? nullptr : read_mount;
  if (starts_with(name, "nfs4cl-showfs") || starts_with(name, "nfs4cl_showfs")) return read_showfs;
  if (starts_with(name, "netstat-r") || starts_with(name, "netstat-nr")) return read_routes;
  for (const char* prefix : {"no-a", "no-F-a", "no-p-a", "no-r-a", "no-o", "nfso-a", "nfso-F-a", "nfso-o"}) {
    if (starts_with(name, prefix)) return read_o;
  }
  for (const char* prefix : {"no-x", "no-F-x", "nfso-x", "nfso-F-x"}) {
    if (starts_with(name, prefix)) return read_x;
  }
  if (starts_with(name, "ifconfig-a")) return read_ifconfig;
  if (starts_with(name, "lsattr-El-inet0") && name.find("route") != std::string::npos) return read_odm;
  if (starts_with(name, "netsvc") || starts_with(name, "etc-netsvc")) return read_netsvc;
  if (starts_with(name, "resolv.conf") || starts_with(name, "etc-resolv")) return read_resolv;
  if (starts_with(name, "hosts") || starts_with(name, "etc-hosts")) return read_hosts;
  // exportfs -a -v tells what it does and is no list.
  if (starts_with(name, "exportfs-a") || starts_with(name, "exportfs-u")) return nullptr;
  for (const char* prefix : {"exports", "etc-exports", "xtab", "etc-xtab", "exportfs", "lsnfsexp"}) {
    if (starts_with(name, prefix)) return starts_with(name, "lsnfsexp-c") ? nullptr : read_exports;
  }
  if (starts_with(name, "lssrc")) return read_lssrc;
  if (starts_with(name, "nfsd-getreplicas")) return read_getreplicas;
  if (starts_with(name, "chnfsdom")) return read_domain;
  if (starts_with(name, "sysdumpdev-l")) return read_dump_devices;
  if (starts_with(name, "oslevel-s")) return read_level;
  if (starts_with(name, "ping")) return read_ping;
  return nullptr;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() != ".source") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void check_file(const fs::path& path, std::set<std::string>& read, std::string& not_ours) {
  const std::string name = path.stem().string();
  const std::string text = contents(path);
  const Reader reader = reader_for(name, text);
  if (reader == nullptr) {
    not_ours += ' ' + name;
    return;
  }
  CAPTURE(path.string());
  const Reading result = reader(text);
  CHECK_MESSAGE(!result.failed, result.text);
  CHECK(result.rows > 0);
  const auto expected = expectations().find(name);
  if (expected != expectations().end()) {
    CHECK(result.text == expected->second);
    read.insert(name);
    return;
  }
  const auto sample = samples().find(name);
  if (sample != samples().end()) {
    CHECK(result.rows == sample->second.rows);
    CHECK(result.text.find("! ") == std::string::npos);
    for (const auto& row : sample->second.some)
      CHECK(('\n' + result.text).find('\n' + row + '\n') != std::string::npos);
    read.insert(name);
    return;
  }
  const std::size_t problem = result.text.find("! ");
  MESSAGE("no expectation written for ", name, ": ", result.rows, " rows",
          problem == std::string::npos ? std::string() : ", not read:\n" + result.text.substr(problem));
}

TEST_CASE("fixtures: every one is read, used and has its source") {
  std::set<std::string> read;
  std::string not_ours;
  const fs::path folder = fs::path(HANFS_FIXTURES) / "aix";
  for (const auto& file : files_in(folder)) {
    check_file(file, read, not_ours);
    CAPTURE(file.string());
    CHECK(fs::file_size(fs::path(file).replace_extension(".source")) > 0);
    CHECK_MESSAGE(read.count(file.stem().string()) == 1, "no expectation is written for this fixture");
  }
  CHECK(not_ours.empty());
  for (const auto& name : fixtures_expected()) {
    CAPTURE(name);
    CHECK(read.count(name) == 1);
  }
}

TEST_CASE("transcripts: real output of AIX") {
  const char* const folder = std::getenv("HANFS_TRANSCRIPTS");
  if (folder == nullptr || *folder == '\0') {
    std::cout
        << "***** HANFS_TRANSCRIPTS IS NOT SET: the parsers were tried on the project's own fixtures only, some of "
           "them made by hand.\n"
           "***** Set it to the folder with the captures (subfolders nfs and routes) before believing them.\n";
    return;
  }
  std::set<std::string> read;
  std::string not_ours;
  std::size_t files = 0;
  for (const char* part : {"nfs", "routes"}) {
    for (const auto& file : files_in(fs::path(folder) / part)) {
      ++files;
      check_file(file, read, not_ours);
    }
  }
  CAPTURE(folder);
  CHECK(files > 0);
  std::cout << "transcripts: " << files << " files in " << folder << ", " << read.size()
            << " with an expectation; not ours:" << not_ours << '\n';
}

}  // namespace
}  // namespace hanfs::aix
