// SPDX-License-Identifier: Apache-2.0
// What in the tables keeps a sound domain from failing over, and the command that cures it.
#include <utility>

#include "makehanfs/tables/valid_tables.hpp"

namespace hanfs::cluster {

using hanfs::test::cluster_of;
using hanfs::test::Dumps;
using hanfs::test::faults;
using hanfs::test::finding;
using hanfs::test::remedy;
using hanfs::test::says;
using hanfs::test::valid_tables;

namespace {

std::string lines(const Cluster& cluster) {
  std::string text;
  for (const TableChange& line : cluster.table_changes) {
    text += text.empty() ? "" : "; ";
    for (std::size_t i = 0; i < line.argv.size(); ++i) text += (i == 0 ? "" : " ") + line.argv[i];
  }
  return text;
}

Settings rw() {
  Settings settings;
  settings.access = "rw";
  return settings;
}

}  // namespace

TEST_CASE("useNFSv4onAIX: xCAT's own test of the value") {
  for (const char* off : {"no", "0", ""}) {
    Dumps dumps = valid_tables();
    dumps["site"] = std::string("#key,value\ndomain,c.example\nuseNFSv4onAIX,") + off + "\n";
    const Cluster cluster = cluster_of(dumps);
    CHECK(faults(cluster) == "nfsv4-off: site");
    CHECK(lines(cluster) == "chtab key=useNFSv4onAIX site.value=yes");
    CHECK(remedy(cluster, "nfsv4-off").rfind("chtab key=useNFSv4onAIX site.value=yes", 0) == 0);
  }
  for (const char* on : {"yes", "1", "Y"}) {
    Dumps dumps = valid_tables();
    dumps["site"] = std::string("#key,value\ndomain,c.example\nuseNFSv4onAIX,") + on + "\n";
    CHECK(faults(cluster_of(dumps)) == "");
  }
}

TEST_CASE("site.domain becomes the NFSv4 domain") {
  Dumps dumps = valid_tables();
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "no-nfs-domain: site");
  CHECK(remedy(cluster, "no-nfs-domain").rfind("chtab key=domain site.value=DOMAIN", 0) == 0);
}

TEST_CASE("statelite rows without vers=4, and what they write") {
  Dumps dumps = valid_tables();
  dumps["statelite"] += "compute,,$noderes.xcatmaster:/install/statelite_data,\"soft\"\n";
  const Cluster cluster = cluster_of(dumps, rw());
  CHECK(says(cluster, "statelite-v3", "mntopts is soft in statelite row compute (line 2)"));
  CHECK(remedy(cluster, "statelite-v3") ==
        "chtab node=compute statelite.mntopts=soft,vers=4, then mkdsklsnode 'cn[1-4]'");
  CHECK(lines(cluster) == "chtab node=compute statelite.mntopts=soft,vers=4");
  CHECK(finding(cluster, "statelite-not-shared") != nullptr);
  CHECK(finding(cluster_of(dumps), "statelite-needs-rw") != nullptr);

  dumps["statelite"] = "#node,image,statemnt,mntopts\ncn1,,filer:/persistent,\"soft,vers=4\"\n";
  CHECK(faults(cluster_of(dumps)) == "statelite-elsewhere: cn1");
  dumps["statelite"] = "#node,image,statemnt,mntopts\nother,,filer:/persistent,\n";  // nobody's row
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("sharedinstall: what is copied to each server, to one, to none; GPFS before NFS") {
  const auto shared = [](const std::string& value) {
    Dumps dumps = valid_tables();
    dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nsharedinstall," + value + "\n";
    return dumps;
  };
  const Cluster no = cluster_of(shared("no"));
  CHECK(remedy(no, "content-to-each").find("to all servers of a domain") != std::string::npos);
  CHECK(finding(no, "gpfs-before-nfs") == nullptr);
  const Cluster sns = cluster_of(shared("sns"));
  CHECK(remedy(sns, "content-to-one").find("to one server of each domain") != std::string::npos);
  CHECK(finding(sns, "gpfs-before-nfs") != nullptr);
  const Cluster all = cluster_of(shared("all"));
  CHECK(says(all, "content-shared", "nothing has to be copied"));
  CHECK(finding(all, "gpfs-before-nfs") != nullptr);
  CHECK(faults(cluster_of(shared("no"), rw())) == "rw-not-shared: site");
  CHECK(faults(cluster_of(shared("sns"), rw())) == "");
}

TEST_CASE("sharedinstall=all: lists that overlap are one domain, one server is no error") {
  Dumps dumps = valid_tables();
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nsharedinstall,all\n";
  dumps["nodelist"] += "asn03,service\ncn5,compute\ncn6,compute\n";
  dumps["servicenode"] += "asn03,1,1\n";
  dumps["hosts"] += "asn03-ml0,10.40.0.13,,\n";
  dumps["noderes"] += "cn5,\"asn03,asn01\",asn03-ml0,\ncn6,asn01,asn01-ml0,\n";
  const Cluster cluster = cluster_of(dumps);
  REQUIRE(cluster.domains.size() == 1);
  CHECK(cluster.domains[0].name == "asn01+asn02+asn03");
  CHECK(finding(cluster, "joined") != nullptr);
  CHECK(faults(cluster) == "one-server: cn6");
  CHECK(finding(cluster, "one-server")->level == Finding::Level::warning);
}

TEST_CASE("images that write or page") {
  Dumps dumps = valid_tables();
  dumps["nimimage"] = "#imagename,nimtype,shared_root,root,paging\n71B,diskless,,71B_root,71B_paging\n";
  CHECK(faults(cluster_of(dumps)) == "root-needs-rw: 71B; paging-not-replicated: 71B");
  CHECK(faults(cluster_of(dumps, rw())) == "root-not-shared: 71B; paging-not-replicated: 71B; rw-not-shared: site");
}

TEST_CASE("statelite rows: times of the mount itself, and names inside of other names") {
  Dumps dumps = valid_tables();
  dumps["statelite"] += "compute,,filer:/persistent,\"vers=4,retrans=5\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(says(cluster, "statelite-times", "mntopts is vers=4,retrans=5 in statelite row compute (line 2)"));
  CHECK(remedy(cluster, "statelite-times") ==
        "chtab node=compute statelite.mntopts=vers=4,retrans=5,timeo=1, then mkdsklsnode 'cn[1-4]'");
  CHECK(finding(cluster, "statelite-names") == nullptr);
  dumps["statelite"] = "#node,image,statemnt,mntopts\ncompute,,filer:/persistent,\"vers=4,timeo=1,retrans=3\"\n";
  CHECK(finding(cluster_of(dumps), "statelite-times") == nullptr);

  dumps["nodelist"] += "cn10,\"compute,all\"\nxcn2,\"compute,all\"\n";
  dumps["noderes"] += "cn10,\"asn01,asn02\",asn01-ml0,\nxcn2,\"asn01,asn02\",asn01-ml0,\n";
  const Cluster longer = cluster_of(dumps);
  REQUIRE(finding(longer, "statelite-names") != nullptr);
  CHECK(finding(longer, "statelite-names")->subjects == std::vector<std::string>{"cn1", "cn2"});
  CHECK(says(longer, "statelite-names", "(cn1 in cn10)"));
}

TEST_CASE("nodes with disks that NIM installs from servers of a domain") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "io1,io\nio2,io\n";
  dumps["nodetype"] += "io,AIX,71Bfull,osi\n";
  dumps["nimimage"] += "71Bfull,standalone,,,\n";
  dumps["noderes"] += "io1,asn01,asn01-ml0,\nio2,elsewhere,,\n";
  const Cluster cluster = cluster_of(dumps);
  REQUIRE(finding(cluster, "standalone-nfs3") != nullptr);
  CHECK(finding(cluster, "standalone-nfs3")->range == "io1");
  CHECK(finding(cluster_of(valid_tables()), "standalone-nfs3") == nullptr);
}

TEST_CASE("what empties /xcatpost, or gives nodes the postscripts of yesterday") {
  const auto with = [](const std::string& row) {
    Dumps dumps = valid_tables();
    dumps["site"] += row + "\n";
    return dumps;
  };
  const Cluster emptied = cluster_of(with("cleanupxcatpost,1"));
  CHECK(faults(emptied) == "xcatpost-emptied: site");
  CHECK(finding(emptied, "xcatpost-emptied")->level == Finding::Level::error);
  CHECK(remedy(emptied, "xcatpost-emptied").rfind("chtab key=cleanupxcatpost site.value=no", 0) == 0);
  Settings elsewhere;
  elsewhere.node_command = "/opt/hanfs/bin/setupnfsv4replication";
  CHECK(faults(cluster_of(with("cleanupxcatpost,yes"), elsewhere)) == "");
  CHECK(faults(cluster_of(with("cleanupxcatpost,no"))) == "");

  const Cluster early = cluster_of(with("precreatemypostscripts,yes"));
  CHECK(faults(early) == "postscripts-precreated: site");
  CHECK(remedy(early, "postscripts-precreated").rfind("chtab key=precreatemypostscripts site.value=no", 0) == 0);
  CHECK(faults(cluster_of(with("precreatemypostscripts,0"))) == "");
}

TEST_CASE("an apostrophe in a value of site") {
  Dumps dumps = valid_tables();
  dumps["site"] += "SNsyncfiledir,\"/it's here\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "site-apostrophe: site");
  CHECK(says(cluster, "site-apostrophe", "site.SNsyncfiledir holds an apostrophe"));
  CHECK(remedy(cluster, "site-apostrophe") == "chtab key=SNsyncfiledir 'site.value=/its here'");
}

TEST_CASE("the default route in the table routes") {
  for (const char* net : {"default", "0.0.0.0", "0"}) {
    Dumps dumps = valid_tables();
    dumps["routes"] = std::string("#routename,net,mask,gateway,ifname\nout,") + net + ",0.0.0.0,10.40.0.1,\n";
    const Cluster cluster = cluster_of(dumps);
    CHECK_MESSAGE(faults(cluster) == "default-in-routes: routes", net);
    CHECK(says(cluster, "default-in-routes", "(row \"out\", line 2)"));
    CHECK(remedy(cluster, "default-in-routes").rfind("chtab -d routename=out routes, ", 0) == 0);
  }
  Dumps dumps = valid_tables();
  dumps["routes"] = "#routename,net,mask,gateway,ifname\nout,10.50.0.0,255.255.0.0,10.40.0.1,\n";
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("updatenode -P of a later xCAT does nothing on AIX nodes") {
  Settings later;
  for (const char* version : {"2.14.5", "2.15", "2.16.5", "3.0"}) {
    later.xcat_version = version;
    const Cluster cluster = cluster_of(valid_tables(), later);
    CHECK_MESSAGE(says(cluster, "updatenode-broken", std::string("xCAT ") + version), version);
  }
  for (const char* version : {"2.9.2", "2.9.4", "2.14.4", "2.10"}) {
    later.xcat_version = version;
    CHECK_MESSAGE(faults(cluster_of(valid_tables(), later)) == "", version);
  }
}

TEST_CASE("names that NIM does not take") {
  const std::string longest(39, 'n');
  Dumps dumps = valid_tables();
  dumps["nodelist"] += longest + ",compute\n" + longest + "o,compute\n";
  dumps["noderes"] += longest + ",\"asn01,asn02\",asn01-ml0,\n" + longest + "o,\"asn01,asn02\",asn01-ml0,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "nim-name-long: " + longest + "o");
}

TEST_CASE("postscripts outside of what is replicated") {
  Settings elsewhere;
  elsewhere.directory = "/export/install";
  CHECK(faults(cluster_of(valid_tables(), elsewhere)) == "postscripts-outside: site");
  elsewhere.directory = "/install/postscripts";
  CHECK(faults(cluster_of(valid_tables(), elsewhere)) == "");
}

TEST_CASE("gateways that forward are named all the same: xCAT sets it live only") {
  Dumps dumps = valid_tables();
  dumps["networks"] = "#netname,net,mask,gateway,nameservers\nml0,10.40.0.0,/16,10.40.0.11,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(remedy(cluster, "forward-after-boot") == "xdsh 'asn[01-02]' no -p -o ipforwarding=1, once");
  CHECK(says(cluster, "forward-after-boot", "after a reboot they may answer pings and forward nothing"));
  CHECK(remedy(cluster, "gateway-is-server").find("not whether it forwards") != std::string::npos);
}

TEST_CASE("a resolver asks three name servers: no cure names more") {
  Dumps dumps = valid_tables();
  std::string list;
  for (const char* number : {"1", "2", "3", "4", "5"}) {
    const std::string name = std::string("asn0") + number;
    list += (list.empty() ? "" : ",") + name;
    if (name < "asn03") continue;
    dumps["nodelist"] += name + ",service\n";
    dumps["servicenode"] += name + ",1,1\n";
    dumps["hosts"] += name + ",10.20.0.1" + number + ",,\n" + name + "-ml0,10.40.0.1" + number + ",,\n";
  }
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"" + list + "\",asn01-ml0,asn01\n";
  CHECK(remedy(cluster_of(dumps), "dead-nameserver")
            .rfind("nodech 'cn[1-4]' noderes.nameservers=10.40.0.11,10.40.0.12,10.40.0.13, then", 0) == 0);
}

TEST_CASE("name servers that die with the server") {
  Dumps dumps = valid_tables();
  SUBCASE("of the site") {
    dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nnameservers,10.40.0.11\n";
  }
  SUBCASE("of the network") {
    dumps["networks"] = "#netname,net,mask,gateway,nameservers\nml0,10.40.0.0,/16,10.40.0.1,asn01-ml0\n";
  }
  const Cluster cluster = cluster_of(dumps);
  CHECK(finding(cluster, "dead-nameserver") != nullptr);
}

TEST_CASE("name servers of nodes, one that lives on, and their own server") {
  Dumps dumps = valid_tables();
  dumps["noderes"] =
      "#node,servicenode,xcatmaster,nameservers\ncn1,\"asn01,asn02\",asn01-ml0,asn01\n"
      "cn2,\"asn01,asn02\",asn01-ml0,\"asn01,10.20.0.2\"\ncn3,\"asn01,asn02\",asn01-ml0,<xcatmaster>\n"
      "cn4,\"asn01,asn02\",asn01-ml0,\"asn01,asn02\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "dead-nameserver: cn3; dead-nameserver: cn1");
  bool command = false;
  for (const Finding& one : cluster.findings)
    command = command || one.remedy.rfind(
                             "nodech cn1 noderes.nameservers=10.40.0.11,10.40.0.12, then updatenode cn1 -P "
                             "mkresolvconf",
                             0) == 0;
  CHECK(command);
}

TEST_CASE("the gateway is the server: all servers become gateways, and have to forward") {
  Dumps dumps = valid_tables();
  dumps["networks"] = "#netname,net,mask,gateway,nameservers\nml0,10.40.0.0,255.255.0.0,<xcatmaster>,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "");
  CHECK(cluster.domains[0].gateways == std::vector<std::string>{"10.40.0.11", "10.40.0.12"});
  CHECK(cluster.servers[0].interfaces == std::vector<std::string>{"10.20.0.11", "10.40.0.11"});
  CHECK(finding(cluster, "gateway-is-server") != nullptr);
  dumps["servicenode"] = "#node,nfsserver,ipforward\nasn01,1,\nasn02,1,0\n";
  CHECK(faults(cluster_of(dumps)) == "gateway-no-forward: asn01; gateway-no-forward: asn02");
  CHECK(remedy(cluster_of(dumps), "gateway-no-forward") ==
        "nodech asn01 servicenode.ipforward=1, then xdsh asn01 no -p -o ipforwarding=1");
}

TEST_CASE("the gateway is a server of another domain") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "asn03,\"service,all\"\nasn04,\"service,all\"\ncn5,\"compute,all\"\n";
  dumps["servicenode"] += "asn03,1,1\nasn04,1,1\n";
  dumps["hosts"] += "asn03,10.20.0.13,,-ml0:10.40.0.13\nasn04,10.20.0.14,,-ml0:10.40.0.14\n";
  dumps["noderes"] += "cn5,\"asn03,asn04\",asn03-ml0,\n";
  dumps["networks"] = "#netname,net,mask,gateway,nameservers\nml0,10.40.0.0,255.255.0.0,10.40.0.12,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "gateway-elsewhere: asn03+asn04");
  CHECK(says(cluster, "gateway-elsewhere", "is asn02, which is none of their servers"));
  CHECK(remedy(cluster, "gateway-elsewhere") ==
        "gateways = 10.40.0.12 10.40.0.11 in their [domain NAME] sections of hanfs.conf, then makehanfs settings");
  Settings cured;
  config::Domain section;
  section.name = "asn03+asn04";
  section.gateways = {"10.40.0.12", "10.40.0.11"};
  cured.domains.push_back(section);
  CHECK(faults(cluster_of(dumps, cured)) == "");
  // The domain after it has its own server as gateway.
  dumps["networks"] = "#netname,net,mask,gateway,nameservers\nml0,10.40.0.0,255.255.0.0,10.40.0.13,\n";
  const Cluster other = cluster_of(dumps);
  CHECK(faults(other) == "gateway-elsewhere: asn01+asn02");
  CHECK(other.domains[1].gateways == std::vector<std::string>{"10.40.0.13", "10.40.0.14"});
}

TEST_CASE("the postscript: in the nodes' list, in xcatdefaults, of a path, with words; missing") {
  const auto with = [](const std::string& rows) {
    Dumps dumps = valid_tables();
    dumps["postscripts"] = "#node,postscripts,postbootscripts\n" + rows;
    return cluster_of(dumps);
  };
  for (const char* good : {"compute,setupnfsv4replication,\n", "xcatdefaults,\"syslog,setupnfsv4replication\",\n",
                           "compute,,\"otherpkgs, hanfs/setupnfsv4replication timeo=2\"\n"})
    CHECK_MESSAGE(faults(with(good)) == "", good);
  const Cluster none = with("compute,syslog,mysetupnfsv4replication\n");
  CHECK(faults(none) == "no-postscript: cn[1-4]");
  CHECK(lines(none) == "chdef -t group -o compute -p postscripts=setupnfsv4replication");
  CHECK(remedy(none, "no-postscript") == lines(none));
  CHECK(lines(with("cn1,setupnfsv4replication,\n")).find("chdef -t node -o cn[2-4] -p") == 0);
}

TEST_CASE("the postscript does not go to nodes of other kinds that have the same row") {
  Dumps dumps = valid_tables();
  dumps["postscripts"] = "#node,postscripts,postbootscripts\nall,syslog,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(remedy(cluster, "no-postscript") == "chdef -t group -o compute -p postbootscripts=setupnfsv4replication");
  CHECK(cluster.table_changes.size() == 1);
  dumps["postscripts"] = "#node,postscripts,postbootscripts\nall,syslog,otherpkgs\n";
  const Cluster by_hand = cluster_of(dumps);
  CHECK(remedy(by_hand, "no-postscript").find("the row all of postscripts is for 3 other nodes too: ") == 0);
  CHECK(by_hand.table_changes.empty());
}

TEST_CASE("cures are words of a shell") {
  Dumps dumps = valid_tables();
  dumps["prescripts"] = "#node,begin,end\ncompute,,\"diskless:a|standalone:b\"\n";
  dumps["statelite"] = "#node,image,statemnt,mntopts\ncompute,,10.1.1.1:/nfs,\"soft;reboot\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(remedy(cluster, "no-prescript") == "chtab node=compute 'prescripts.end=diskless:a,hanfs_export|standalone:b'");
  CHECK(remedy(cluster, "statelite-v3").find("chtab node=compute 'statelite.mntopts=soft;reboot,vers=4', then") == 0);
}

TEST_CASE("a blank in a group's name") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] = "#node,groups\nasn01,service\nasn02,service\ncn1,\"rack, compute\"\ncn2,\"rack,compute\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(says(cluster, "group-blank",
             "nodelist.groups names \" compute\" with a blank, which is another group than \"compute\""));
  CHECK(remedy(cluster, "group-blank") == "chdef -t node -o NODE groups=rack,compute");
  CHECK(finding(cluster, "group-blank")->range == "cn1");
}

TEST_CASE("site.hierarchicalattrs: lists of all groups count") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] = "#node,groups\nasn01,service\nasn02,service\ncn1,\"rack,compute\"\ncn2,\"rack,compute\"\n";
  dumps["postscripts"] = "#node,postscripts,postbootscripts\nrack,syslog,\ncompute,setupnfsv4replication,\n";
  CHECK(faults(cluster_of(dumps)) == "no-postscript: cn1,cn2");  // only the first group's list counts
  for (const char* name : {"postscripts", "postscripts.postscripts"}) {
    dumps["site"] = valid_tables()["site"] + "hierarchicalattrs," + name + "\n";
    Settings later;
    later.xcat_version = "2.16.5";
    CHECK_MESSAGE(faults(cluster_of(dumps, later)) == "updatenode-broken: site", name);
    CHECK_MESSAGE(faults(cluster_of(dumps)) == "no-postscript: cn1,cn2", name);  // the AIX line does not know it
  }
}

TEST_CASE("the postscript of an image, in the table osimage") {
  Dumps dumps = valid_tables();
  dumps["postscripts"] = "#node,postscripts,postbootscripts\n";
  dumps["osimage"] = "#imagename,postscripts,postbootscripts\n71B,,setupnfsv4replication\n";
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("the prescript: for all actions or for diskless") {
  for (const char* good : {"compute,,hanfs_export\n", "compute,,\"standalone:x|diskless:a,hanfs_export\"\n"}) {
    Dumps dumps = valid_tables();
    dumps["prescripts"] = std::string("#node,begin,end\n") + good;
    CHECK_MESSAGE(finding(cluster_of(dumps), "no-prescript") == nullptr, good);
  }
  Dumps dumps = valid_tables();
  dumps["prescripts"] = "#node,begin,end\ncompute,,\"standalone:hanfs_export|diskless:a\"\n";
  CHECK(lines(cluster_of(dumps)) ==
        "chtab node=compute prescripts.end=standalone:hanfs_export|diskless:a,hanfs_export");
}

TEST_CASE("tables that are not there are told, and what is lost without them") {
  for (const char* table : {"site", "servicenode", "networks", "nodetype", "nimimage", "postscripts", "statelite"}) {
    Dumps dumps = valid_tables();
    dumps.erase(table);
    const Cluster cluster = cluster_of(dumps);
    const Finding* missing = finding(cluster, "table-missing");
    REQUIRE_MESSAGE(missing != nullptr, table);
    CHECK(missing->range == table);
    CHECK(missing->remedy == std::string("tabdump ") + table);
  }
}

TEST_CASE("trees of statelite nodes that are mounted by NFSv3") {
  Dumps dumps = valid_tables();
  dumps["litetree"] =
      "#priority,image,directory,mntopts\n1,,filer:/a,\"soft,vers=4\"\n2,,filer:/b,soft\n3,,,\n4,,filer:/d,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "litetree-v3: litetree");
  CHECK(says(cluster, "litetree-v3", "mntopts without vers=4 in litetree row 2 (line 3), litetree row 4 (line 5)"));
  dumps["litetree"] = "#priority,image,directory,mntopts\n7,,filer:/b,soft\n";
  CHECK(says(cluster_of(dumps), "litetree-v3", "mntopts without vers=4 in litetree row 7 (line 2)"));
  dumps["litetree"] = "#priority,image,directory\n2,,filer:/b\n";  // an xCAT without that column
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("what a statelite row writes: on the servers' own disks, on a shared file system, elsewhere") {
  Dumps dumps = valid_tables();
  dumps["statelite"] = "#node,image,statemnt,mntopts\ncn1,71B,filer:/persistent,soft\n";
  const Cluster by_hand = cluster_of(dumps);
  CHECK(remedy(by_hand, "statelite-v3") == "tabedit statelite: mntopts soft,vers=4, then mkdsklsnode cn1");
  CHECK(lines(by_hand) == "");
  dumps["statelite"] = "#node,image,statemnt,mntopts\ncn1,,filer:/persistent,\n";
  CHECK(says(cluster_of(dumps), "statelite-v3", "mntopts is not set in statelite row cn1 (line 2)"));
  CHECK(lines(cluster_of(dumps)) == "chtab node=cn1 statelite.mntopts=vers=4");
  dumps["statelite"] = "#node,image,statemnt,mntopts\ncn1,71B,filer:/persistent,vers=4\n";
  CHECK(remedy(cluster_of(dumps), "statelite-times") ==
        "tabedit statelite: mntopts vers=4,timeo=1,retrans=3, then mkdsklsnode cn1");
  dumps["statelite"] =
      "#node,image,statemnt,mntopts\ncn1,,$noderes.xcatmaster:/install/x,\"vers=4,timeo=1,retrans=3\"\n";
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nsharedinstall,sns\n";
  CHECK(faults(cluster_of(dumps, rw())) == "");
  dumps["statelite"] = "#node,image,statemnt,mntopts\ncn1,,x,\"vers=4,timeo=1,retrans=3\"\ncn2,,,\n";  // names no place
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("who is no service node of xCAT's is named, and who has NFS switched off") {
  Dumps dumps = valid_tables();
  dumps["servicenode"] = "#node,nfsserver,ipforward\nasn01,1,1\n";
  CHECK(faults(cluster_of(dumps)) == "not-service-node: asn02");
  CHECK(remedy(cluster_of(dumps), "not-service-node") ==
        "chtab node=asn02 servicenode.nfsserver=1 servicenode.nimserver=1");
  for (const auto& [value, is_off] :
       {std::pair{"0", true}, {"no", true}, {"N", true}, {"NO", true}, {"", false}, {"1", false}, {"yes", false}}) {
    dumps["servicenode"] = std::string("#node,nfsserver,ipforward\nasn01,1,1\nasn02,") + value + ",1\n";
    CHECK(faults(cluster_of(dumps)) == (is_off ? "no-nfs-server: asn02" : ""));
  }
  dumps["servicenode"] = "#node,nfsserver,ipforward\nasn01,1,1\nasn02,no,1\n";
  CHECK(remedy(cluster_of(dumps), "no-nfs-server") == "chtab node=asn02 servicenode.nfsserver=1");
  // A row of a group is one for its members.
  dumps["servicenode"] = "#node,nfsserver,ipforward\nservice,1,1\n";
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("site.installdir that is not what gets replicas") {
  Dumps dumps = valid_tables();
  dumps["site"] += "installdir,/export\n";
  CHECK(faults(cluster_of(dumps)) == "installdir: site");
  CHECK(says(cluster_of(dumps), "installdir", "site.installdir is /export, but /install is what gets replicas"));
  dumps["site"] = valid_tables()["site"] + "installdir,/install\n";
  CHECK(faults(cluster_of(dumps)) == "");
}

TEST_CASE("a domain of the site that is none is no NFSv4 domain") {
  Dumps dumps = valid_tables();
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c example\n";
  CHECK(says(cluster_of(dumps), "no-nfs-domain", "site.domain \"c example\" is no domain"));
  CHECK(cluster_of(dumps).domains.at(0).nfs_domain.empty());
  CHECK(cluster_of(valid_tables()).domains.at(0).nfs_domain == "cluster.example.com");
}

TEST_CASE("which row gets a missing script: groups that are these nodes and no others, else the nodes") {
  Dumps dumps = valid_tables();
  dumps["postscripts"] = "#node,postscripts,postbootscripts\n";
  CHECK(lines(cluster_of(dumps)) == "chdef -t group -o compute -p postscripts=setupnfsv4replication");
  // Of two groups with the same nodes the one that is used for settings already: nodetype has a row of compute.
  dumps["nodelist"] =
      "#node,groups\nasn01,\"service,all\"\nasn02,\"service,all\"\ncn1,\"aaa,compute,all\"\ncn2,\"aaa,compute,all\"\n"
      "cn3,\"aaa,compute,all\"\ncn4,\"aaa,compute,all\"\n";
  CHECK(lines(cluster_of(dumps)) == "chdef -t group -o compute -p postscripts=setupnfsv4replication");
  // The largest first, and none that adds nothing.
  dumps["nodelist"] =
      "#node,groups\nasn01,\"service,all\"\nasn02,\"service,all\"\ncn1,\"compute,zz,all\"\ncn2,\"compute,zz,all\"\n"
      "cn3,\"compute,zz,rack,all\"\ncn4,\"compute,all\"\n";
  CHECK(lines(cluster_of(dumps)) == "chdef -t group -o compute -p postscripts=setupnfsv4replication");
  // A value in rows of their own is kept, and added to.
  dumps = valid_tables();
  dumps["postscripts"] =
      "#node,postscripts,postbootscripts\ncn1,syslog,\ncn2,syslog,\ncompute,,setupnfsv4replication\n";
  CHECK(faults(cluster_of(dumps)) == "");  // as a postbootscript
  dumps["postscripts"] = "#node,postscripts,postbootscripts\ncn1,syslog,other\ncompute,setupnfsv4replication,\n";
  CHECK(lines(cluster_of(dumps)) == "chdef -t node -o cn1 -p postscripts=setupnfsv4replication");
  dumps["prescripts"] = "#node,begin,end\ncn1,,a\ncn2,,\"standalone:b\"\ncompute,,hanfs_export\n";
  dumps["postscripts"] = valid_tables()["postscripts"];
  CHECK(lines(cluster_of(dumps)) ==
        "nodech cn1 prescripts.end=a,hanfs_export; nodech cn2 prescripts.end=standalone:b|diskless:hanfs_export");
  dumps["prescripts"] = "#node,begin,end\n";
  CHECK(lines(cluster_of(dumps)) == "chtab node=compute prescripts.end=diskless:hanfs_export");
  dumps["prescripts"] = "#node,begin,end\nxcatdefaults,,hanfs_export\n";
  CHECK(lines(cluster_of(dumps)) == "");
}

TEST_CASE("nodes that get the script later, as their row is for others too, and have no group of their own") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] =
      "#node,groups\nasn01,\"service,all\"\nasn02,\"service,all\"\ncn1,all\ncn2,all\ncn3,all\ncn4,all\n";
  dumps["postscripts"] = "#node,postscripts,postbootscripts\nall,syslog,\n";
  dumps["nodetype"] =
      "#node,os,provmethod,nodetype\ncn1,AIX,71B,osi\ncn2,AIX,71B,osi\ncn3,AIX,71B,osi\ncn4,AIX,71B,osi\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(remedy(cluster, "no-postscript") == "chdef -t node -o 'cn[1-4]' -p postbootscripts=setupnfsv4replication");
}

}  // namespace hanfs::cluster
