// SPDX-License-Identifier: Apache-2.0
// Dumps of a small sound cluster for tests of makehanfs, to be spoilt one table at a time: asn01 and asn02, balanced,
// with cn1 to cn4, and an HMC.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "lib/xcat/valid_tables.hpp"
#include "makehanfs/build_cluster.hpp"

namespace hanfs::test {

using Dumps = std::map<std::string, std::string>;

inline Dumps valid_tables() {
  return {
      {"site", "#key,value\nuseNFSv4onAIX,yes\ndomain,cluster.example.com\nsharedinstall,no\nnameservers,10.20.0.2\n"},
      {"nodelist",
       "#node,groups\nasn01,\"service,all\"\nasn02,\"service,all\"\nhmc1,\"hmc,all\"\n"
       "cn1,\"compute,all\"\ncn2,\"compute,all\"\ncn3,\"compute,all\"\ncn4,\"compute,all\"\n"},
      {"servicenode", "#node,nfsserver,ipforward\nasn01,1,1\nasn02,1,1\n"},
      {"noderes",
       "#node,servicenode,xcatmaster,nameservers\nhmc1,asn01,,\n"
       "cn1,\"asn01,asn02\",asn01-ml0,\ncn2,\"asn02,asn01\",asn02-ml0,\n"
       "cn3,\"asn01,asn02\",asn01-ml0,\ncn4,\"asn02,asn01\",asn02-ml0,\n"},
      {"networks", "#netname,net,mask,gateway,nameservers\nml0,10.40.0.0,255.255.0.0,10.40.0.1,\n"},
      {"hosts",
       "#node,ip,hostnames,otherinterfaces\nasn01,10.20.0.11,,\nasn01-ml0,10.40.0.11,,\nasn02,10.20.0.12,,\n"
       "asn02-ml0,10.40.0.12,,\nhmc1,10.20.0.101,,\n"},
      {"nodetype", "#node,os,provmethod,nodetype\ncompute,AIX,71B,osi\n"},
      {"nimimage", "#imagename,nimtype,shared_root,root,paging\n71B,diskless,71B_shared,,\n"},
      {"postscripts", "#node,postscripts,postbootscripts\ncompute,,setupnfsv4replication\n"},
      {"prescripts", "#node,begin,end\ncompute,,diskless:hanfs_export\n"},
      {"ppc", "#node,hcp\ncompute,hmc1\n"},
      {"statelite", "#node,image,statemnt,mntopts\n"},
  };
}

inline cluster::Cluster cluster_of(const Dumps& dumps, const cluster::Settings& settings = {},
                                   const std::vector<std::string>& range = {}, const aix::Hosts& hosts = {}) {
  xcat::Tables tables = xcat::tables_of({dumps.begin(), dumps.end()});
  if (!settings.xcat_version.empty()) tables.set_version(settings.xcat_version);
  auto cluster = cluster::make_cluster(tables, settings, range, hosts);
  REQUIRE_MESSAGE(cluster, (cluster ? "" : cluster.error().what));
  return std::move(*cluster);
}

inline const cluster::Finding* finding(const cluster::Cluster& cluster, const std::string& code) {
  const auto found = std::find_if(cluster.findings.begin(), cluster.findings.end(),
                                  [&](const cluster::Finding& one) { return one.code == code; });
  return found == cluster.findings.end() ? nullptr : &*found;
}

// What is wrong, but for notes: "code: range".
inline std::string faults(const cluster::Cluster& cluster) {
  std::string text;
  for (const cluster::Finding& one : cluster.findings)
    if (one.level != cluster::Finding::Level::note) text += (text.empty() ? "" : "; ") + one.code + ": " + one.range;
  return text;
}

inline std::string remedy(const cluster::Cluster& cluster, const std::string& code) {
  const cluster::Finding* found = finding(cluster, code);
  return found == nullptr ? "no finding " + code : found->remedy;
}

inline bool says(const cluster::Cluster& cluster, const std::string& code, const std::string& words) {
  const cluster::Finding* found = finding(cluster, code);
  return found != nullptr && found->what.find(words) != std::string::npos;
}

}  // namespace hanfs::test
