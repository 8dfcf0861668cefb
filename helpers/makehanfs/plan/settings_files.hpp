// SPDX-License-Identifier: Apache-2.0
// The settings that nodes and servers get: one hanfs.conf for all of them. A server finds its [domain NAME] by its own
// address among the replicas, a node by those of its file servers; so nothing has to be handed out host by host, and
// xCAT's own way of copying /install/postscripts is enough.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"

namespace hanfs::cluster {

// Where nodes and servers get it from.
constexpr const char* settings_paths[] = {"/install/postscripts/hanfs/hanfs.conf",
                                          "/install/prescripts/hanfs/hanfs.conf"};

struct SettingsFile {
  std::string text;
  std::vector<std::string> problems;  // what stays though the tables say something else, with the cure
  std::vector<std::string> warnings;
  std::vector<std::string> notes;  // sections that are not in it any more
};

// Such a file. `cluster`: of all nodes, for a section that is missing is a domain that is not set up. `there`: text of
// the file that is there; all of it stays, but for the sections of the sound domains of these tables, which are made
// anew, with the comments directly above and in them, and their gateways; and but for those that makehanfs made of
// servers that the tables have in another domain now. Empty: the rest is made from the settings. Where no file could be
// made that can be read, it stays as it is. `place`: its name, for what is said of it.
SettingsFile settings_file(const Cluster& cluster, const Settings& settings, std::string_view there = {},
                           const std::string& place = "hanfs.conf");

// What such a file says about timeo, retrans, directory and access that is not what makehanfs goes by: "[setuphanfs]
// access = rw, not ro". It stays, so nodes and servers go by that.
std::vector<std::string> other_settings(const Settings& settings, std::string_view there);

// [domain NAME] with the addresses of its replicas; without them where the domain is not sound. Names of servers and
// gateways only where hanfs.conf says so itself: what comes from the tables must not outlive a change of the tables.
std::string domain_section(const Cluster& cluster, const Settings& settings, std::size_t domain);

}  // namespace hanfs::cluster
