// SPDX-License-Identifier: Apache-2.0
// Real output of xCAT against the parsers: the files of test/fixtures/xcat/real, each with its .source. What a person
// reads in them is written down here.
#include <doctest/doctest.h>

#include <boost/filesystem/operations.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "xcat/table.hpp"
#include "xcat/version.hpp"

namespace hanfs::xcat {
namespace {

namespace fs = boost::filesystem;

fs::path real_folder() { return fs::path(HANFS_FIXTURES) / "xcat/real"; }

std::string real_output(const std::string& name) {
  std::ifstream file((real_folder() / (name + ".out")).string(), std::ios::binary);
  REQUIRE_MESSAGE(file.good(), name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// "noderes_empty_2.12.2" is a dump of noderes.
Result<Table> real_table(const std::string& name) {
  return Table::parse(name.substr(0, name.find('_')), name, real_output(name));
}

// Rows as "COLUMN=VALUE|COLUMN=VALUE", undefined ones left out; or "error: WHAT".
std::string defined_cells(const Result<Table>& table) {
  if (!table) return "error: " + table.error().what + '\n';
  std::string out;
  for (std::size_t row = 0; row < table->size(); ++row) {
    std::string cells;
    for (const std::string& column : table->columns()) {
      const std::string value(table->value(row, column));
      if (!value.empty()) cells += (cells.empty() ? "" : "|") + column + '=' + value;
    }
    out += cells + '\n';
  }
  return out;
}

const std::map<std::string, std::string>& real_tables() {
  static const std::map<std::string, std::string> all = {
      {"networks_2.12.2",
       "netname=172_18_0_0-255_255_0_0|net=172.18.0.0|mask=255.255.0.0|mgtifname=eth0|gateway=172.18.0.1|"
       "tftpserver=172.18.0.13\n"},
      {"noderes_empty_2.12.2", ""},
      {"postscripts_2.12.2",
       "node=xcatdefaults|postscripts=syslog,remoteshell,syncfiles|postbootscripts=otherpkgs\n"
       "node=service|postscripts=servicenode\n"},
      {"networks_xcatmaster-gateway",
       "netname=192_168_67_0-255_255_255_0|net=192.168.67.0|mask=255.255.255.0|mgtifname=eth0|gateway=<xcatmaster>|"
       "dhcpserver=192.168.67.130|tftpserver=192.168.67.130|nameservers=192.168.67.130|ntpservers=192.168.67.130|"
       "logservers=192.168.67.130\n"},
      {"nodelist_two-nodes", "node=cpt01|groups=compute,all\nnode=cpt02|groups=compute,all\n"},
      {"noderes_without-syslog",
       "node=cpt01|netboot=pxe|nfsserver=192.168.67.130|installnic=eth0|primarynic=eth0|xcatmaster=192.168.67.130\n"
       "node=cpt02|netboot=pxe|nfsserver=192.168.67.130|installnic=eth0|primarynic=eth0|xcatmaster=192.168.67.130\n"},
      {"nodetype_two-nodes",
       "node=cpt01|os=centos6.5|arch=x86_64|profile=compute|provmethod=centos6.5-x86_64-install-compute|nodetype=osi\n"
       "node=cpt02|os=rhels6u9|arch=x86_64|profile=compute|provmethod=rhels6u9-x86_64-install-compute|nodetype=osi\n"},
      {"hosts_two-nodes", "node=cpt01|ip=192.168.67.131\nnode=cpt02|ip=192.168.67.132\n"},
      {"postscripts_of-a-group",
       "node=xcatdefaults|postscripts=syslog,remoteshell,syncfiles,setupntp|postbootscripts=otherpkgs\n"
       "node=service|postscripts=servicenode\n"
       "node=compute|postscripts=setupGang,reboot\n"},
      {"networks_three-mtu",
       "netname=data|net=172.21.0.0|mask=255.255.0.0|mgtifname=ens8|gateway=<xcatmaster>|tftpserver=<xcatmaster>|"
       "dynamicrange=172.21.255.1-172.21.255.254|mtu=1500\n"
       "netname=bmc-network|net=172.28.0.0|mask=255.255.0.0|mgtifname=ens8|gateway=<xcatmaster>|"
       "tftpserver=<xcatmaster>|mtu=1500\n"
       "netname=out-band|net=172.31.0.0|mask=255.255.0.0|mgtifname=ens8|gateway=<xcatmaster>|"
       "tftpserver=<xcatmaster>|mtu=1500\n"},
      {"routes_ipv6",
       "routename=13route|net=13.1.0.0|mask=255.255.0.0|gateway=11.1.79.1\n"
       "routename=14route|net=14.1.0.0|mask=255.255.0.0|gateway=12.1.79.1\n"
       "routename=fd59route|net=fd59::/64|mask=/64|gateway=fd56::215:4eff:fe14:1|ifname=eth0\n"},
      {"routes_default",
       "routename=30net|net=30.0.0.0|mask=255.0.0.0|gateway=0.0.0.0|ifname=eth2\n"
       "routename=20net|net=20.0.0.0|mask=255.0.0.0|gateway=0.0.0.0|ifname=eth1\n"
       "routename=defaultroute|net=default|mask=255.0.0.0|gateway=10.0.0.101\n"},
      {"statelite_hasn", "node=compute|statemnt=$noderes.xcatmaster:/install/statelite_data|mntopts=vers=4\n"},
      {"statelite_shared-disk",
       "node=sn1nodes|statemnt=$noderes.xcatmaster:/nodedata1|mntopts=soft,timeo=30\n"
       "node=sn2nodes|statemnt=$noderes.xcatmaster:/nodedata2|mntopts=soft,timeo=30\n"},
      {"litefile_hasn", "image=ALL|file=/var/adm/ras/|options=persistent|comments=for GPFS\n"},
      {"litefile_aix61",
       "image=ALL|file=/mydata/|options=persistent\n"
       "image=61cosi|file=/lppcfg|options=rw\n"
       "image=61cosi|file=/etc/lppcfg|options=ro\n"},
      {"ppc_power775",
       "node=f08c00bpca_a|hcp=f08c00bpca_a|id=7|nodetype=bpa\n"
       "node=f08c07fsp1_a|hcp=f08c07fsp1_a|id=7|parent=f08c00bpca_a|nodetype=fsp|supernode=17,0\n"},
      {"nodelist_power775", "node=f08c00bpca_a|groups=bpa,all\nnode=f08c07fsp1_a|groups=fsp,all\n"},
  };
  return all;
}

TEST_CASE("real output: every table") {
  for (const auto& table : real_tables()) {
    CAPTURE(table.first);
    CHECK(defined_cells(real_table(table.first)) == table.second);
  }
}

TEST_CASE("real output: the site table") {
  const auto site = real_table("site_2.12.2");
  REQUIRE(site);
  CHECK(site->size() == 37);
  const auto value = [&](const char* key) {
    const auto row = site->row_of(key);
    return row ? std::string(site->value(*row, "value")) : "no such row";
  };
  CHECK(value("blademaxp") == "64");
  CHECK(value("forwarders") == "8.8.8.8,8.8.4.4");
  CHECK(value("master") == "172.18.0.13");
  CHECK(value("xcatiport") == "3002");
  CHECK(value("domain") == "cluster");
  CHECK(value("useNFSv4onAIX") == "no such row");
}

TEST_CASE("real output: the version") { CHECK(parse_version(real_output("lsxcatd_a_2.12.2")) == "2.12.2"); }

TEST_CASE("real output: every file is used and has its source") {
  // Those of xdsh are read in test/unit/makehanfs/engine/engine_test.cpp.
  std::set<std::string> used = {"site_2.12.2", "lsxcatd_a_2.12.2", "xdsh_target-rc_2.12.2",
                                "xdsh_changed-host-key_2.11"};
  for (const auto& [name, expected] : real_tables()) used.insert(name);
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator(real_folder())) {
    if (entry.path().extension() == ".source") continue;
    CAPTURE(entry.path().string());
    CHECK(entry.path().extension() == ".out");
    CHECK(fs::file_size(fs::path(entry.path()).replace_extension(".source")) > 0);
    found.insert(entry.path().stem().string());
  }
  CHECK(found == used);
}

}  // namespace
}  // namespace hanfs::xcat
