// SPDX-License-Identifier: Apache-2.0
// Every node and server is in a sound domain, or named with the reason and the command.
#include "makehanfs/build_cluster.hpp"

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

std::string domain_names(const Cluster& cluster) {
  std::string text;
  for (const Domain& domain : cluster.domains)
    text +=
        (text.empty() ? "" : " ") + domain.name + (domain.valid ? "" : "!") + ":" + std::to_string(domain.nodes.size());
  return text;
}

std::string addresses(const Cluster& cluster) {
  std::string text;
  for (const Server& server : cluster.servers) text += (text.empty() ? "" : " ") + server.address;
  return text;
}

// `count` servers sn1, sn2, ... with addresses, and nodes that name all of them.
Dumps with_servers(std::size_t count) {
  Dumps dumps = valid_tables();
  std::string all;
  dumps["nodelist"] = "#node,groups\ncn1,compute\ncn2,compute\n";
  dumps["servicenode"] = "#node,nfsserver,ipforward\n";
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\n";
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string name = "sn" + std::to_string(i);
    all += (all.empty() ? "" : ",") + name;
    dumps["nodelist"] += name + ",service\n";
    dumps["servicenode"] += name + ",1,1\n";
    dumps["hosts"] += name + ",10.40.0." + std::to_string(10 + i) + ",,\n";
  }
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"" + all + "\",sn1,\n";
  return dumps;
}

Settings with_section(const std::string& name, const std::vector<std::string>& servers) {
  Settings settings;
  config::Domain section;
  section.name = name;
  section.servers = servers;
  settings.domains.push_back(section);
  return settings;
}

}  // namespace

TEST_CASE("a sound balanced pair: one domain, addresses as the nodes reach them, nothing to say") {
  const Cluster cluster = cluster_of(valid_tables());
  CHECK(faults(cluster) == "");
  CHECK(domain_names(cluster) == "asn01+asn02:4");
  CHECK(addresses(cluster) == "10.40.0.11 10.40.0.12");
  CHECK(cluster.nodes[1].servers == std::vector<std::size_t>{1, 0});
  CHECK(cluster.domains[0].nfs_domain == "cluster.example.com");
  CHECK(cluster.table_changes.empty());
}

TEST_CASE("hardware control points, frames, switches and the management node are no compute nodes") {
  Dumps dumps = valid_tables();
  CHECK(cluster_of(dumps).nodes.size() == 4);  // ppc.hcp names hmc1
  dumps.erase("ppc");
  CHECK(cluster_of(dumps).nodes.size() == 5);  // nothing tells it from a node with a service node
  CHECK(finding(cluster_of(dumps), "image-unknown") != nullptr);
  dumps["ppc"] = "#node,hcp,nodetype\nhmc1,,hmc\n";
  CHECK(cluster_of(dumps).nodes.size() == 4);
  dumps["ppc"] = "#node,hcp,nodetype\nhmc1,,lpar\n";
  CHECK(cluster_of(dumps).nodes.size() == 5);
  dumps["ppc"] = "#node,hcp,parent\ncompute,,hmc1\n";
  CHECK(cluster_of(dumps).nodes.size() == 4);
  dumps.erase("ppc");
  dumps["switch"] = "#node,switch,port\ncompute,hmc1,1\n";
  CHECK(cluster_of(dumps).nodes.size() == 4);
  dumps.erase("switch");
  dumps["site"] += "master,10.20.0.101\n";  // hosts.ip of hmc1
  CHECK(cluster_of(dumps).nodes.size() == 4);
  for (const char* type : {"hmc", "fsp", "cec", "bpa", "frame", "switch", "mn", "ppc"}) {
    Dumps typed = valid_tables();
    typed.erase("ppc");
    typed["nodetype"] += std::string("hmc1,,,") + type + "\n";
    CHECK_MESSAGE(cluster_of(typed).nodes.size() == 4, type);
  }
}

TEST_CASE("a diskless image is a stronger fact than a name in ppc.hcp") {
  Dumps dumps = valid_tables();
  dumps["ppc"] = "#node,hcp\ncompute,cn1\n";  // a slip of the pen must not lose a node
  CHECK(cluster_of(dumps).domains[0].nodes.size() == 4);
}

TEST_CASE("an HMC in the noderange is said to be no compute node") {
  const Cluster cluster = cluster_of(valid_tables(), {}, {"hmc1", "cn1"});
  CHECK(cluster.nodes.size() == 1);
  CHECK(finding(cluster, "not-diskless")->range == "hmc1");
}

TEST_CASE("nobody's primary: the address in the network of its partner") {
  Dumps dumps = valid_tables();
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"asn01,asn02\",asn01-ml0,\n";
  SUBCASE("a row of its own in hosts") {}
  SUBCASE("hosts.otherinterfaces") {
    dumps["hosts"] =
        "#node,ip,hostnames,otherinterfaces\nasn01,10.20.0.11,,-ml0:10.40.0.11\nasn02,10.20.0.12,,-ml0:10.40.0.12\n";
  }
  SUBCASE("two there: the one with the partner's suffix") { dumps["hosts"] += "asn02-adm,10.40.0.99,,\n"; }
  SUBCASE("no networks: the suffix alone") { dumps["networks"] = "#netname,net,mask,gateway,nameservers\n"; }
  const Cluster cluster = cluster_of(dumps);
  CHECK(addresses(cluster) == "10.40.0.11 10.40.0.12");
  CHECK(cluster.servers[1].node_facing_name == "asn02-ml0");
  CHECK(domain_names(cluster) == "asn01+asn02:4");
}

TEST_CASE("hosts.otherinterfaces is read as makehosts reads it") {
  Dumps dumps = valid_tables();
  const auto addresses_by = [&](const std::string& first, const std::string& second) {
    dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn01,10.20.0.11,,\"" + first + "\"\nasn02,10.20.0.12,,\"" +
                     second + "\"\n";
    return addresses(cluster_of(dumps));
  };
  CHECK(addresses_by("-adm:10.20.0.1,-ml0:10.40.0.11", "asn02-ml0:10.40.0.12") == "10.40.0.11 10.40.0.12");
  CHECK(addresses_by("-adm!10.20.0.1,-ml0!10.40.0.11", "-ml0:10.40.0.12:1") == "10.40.0.11 10.40.0.12");
  // What makehosts takes for one address, or for a name with a blank, it drops.
  CHECK(addresses_by("-adm:10.20.0.1;-ml0:10.40.0.11", "-adm:10.20.0.2, -ml0:10.40.0.12") == "");
}

TEST_CASE("an expression of the table hosts that cannot be evaluated is named, and is no missing address") {
  Dumps dumps = valid_tables();
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"asn01,asn02\",asn01,\n";
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nservice,|asn(\\d+)|10.40.0.(010+$1)|,,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(finding(cluster, "unresolved") == nullptr);
  REQUIRE(finding(cluster, "expression") != nullptr);
  CHECK(finding(cluster, "expression")->level == Finding::Level::error);
  CHECK(says(cluster, "expression", "the number '010' begins with 0, which Perl takes as octal"));
  CHECK(remedy(cluster, "expression") == "write it without 0");
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nservice,|asn(\\d+)|10.40.0.(10+$1-01+1)|,|asn|(1|,\n";
  const Cluster other = cluster_of(dumps);
  CHECK(addresses(other) == "10.40.0.11 10.40.0.12");
  REQUIRE(finding(other, "expression") != nullptr);
  CHECK(finding(other, "expression")->level == Finding::Level::warning);
}

TEST_CASE("nobody's primary: /etc/hosts of the management node") {
  Dumps dumps = valid_tables();
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"asn01,asn02\",asn01-ml0,\n";
  dumps.erase("hosts");
  const auto hosts = aix::parse_hosts("10.40.0.11 asn01-ml0\n10.20.0.12 asn02\n10.40.0.12 asn02-ml0.example.com\n");
  REQUIRE(hosts);
  CHECK(addresses(cluster_of(dumps, {}, {}, *hosts)) == "10.40.0.11 10.40.0.12");
}

TEST_CASE("nobody's primary, and no address in its partner's network") {
  Dumps dumps = valid_tables();
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"asn01,asn02\",asn01-ml0,\n";
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn01-ml0,10.40.0.11,,\nasn02,10.20.0.12,,\n";
  SUBCASE("none at all") {}
  SUBCASE("a node of that name is another host") {
    dumps["nodelist"] += "asn02-ml0,other\n";
    dumps["hosts"] += "asn02-ml0,10.40.0.12,,\n";
  }
  const Cluster cluster = cluster_of(dumps);
  CHECK(domain_names(cluster) == "asn01+asn02!:4");
  CHECK(faults(cluster) == "unresolved: asn02");
  CHECK(remedy(cluster, "unresolved") ==
        "chtab node=asn02 hosts.otherinterfaces=-ml0:ADDRESS (beside what is there), then makehosts asn02");
}

TEST_CASE("a network that is none is named") {
  Dumps dumps = valid_tables();
  dumps["networks"] += "odd,10.50.0.0,255.0.255.0,,\nsix,fd00::,/64,,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "bad-network: odd");
  CHECK(remedy(cluster, "bad-network") == "chtab net=10.50.0.0 networks.mask=MASK");
}

TEST_CASE("one server only") {
  Dumps dumps = valid_tables();
  dumps["noderes"] += "cn5,asn01,asn01-ml0,\n";
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(domain_names(cluster) == "asn01+asn02:4");
  CHECK(faults(cluster) == "one-server: cn5");
  CHECK(says(cluster, "one-server", "noderes row cn5 (line 7)"));
  CHECK(remedy(cluster, "one-server") == "nodech cn5 noderes.servicenode=asn01,asn02, then mkdsklsnode -b cn5");
}

TEST_CASE("no server, and no xcatmaster") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "cn5,\"compute,all\"\ncn6,\"compute,all\"\n";
  dumps["noderes"] += "cn5,\"asn01,asn02\",,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "no-server: cn6; no-xcatmaster: cn5");
  CHECK(remedy(cluster, "no-xcatmaster") == "nodech cn5 noderes.xcatmaster=asn01-ml0");
  // Nobody knows where it would boot, so it is not shut down.
  CHECK(cluster.domains[0].closed_by.empty());
  CHECK(cluster.domains[0].kept_up_by == std::vector<std::string>{"no-xcatmaster"});
  CHECK(says(cluster, "no-server", "no backup for the server that they boot from, the management node"));
  dumps["noderes"] += "cn6,,asn01-ml0,\n";
  CHECK(says(cluster_of(dumps), "no-server",
             "no backup for the server that they boot from, \"asn01-ml0\" (noderes.xcatmaster)"));
}

TEST_CASE("a name that does not resolve, and a server that nobody knows") {
  Dumps dumps = valid_tables();
  SUBCASE("node-facing name") {
    dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn01,10.20.0.11,,\nasn02-ml0,10.40.0.12,,\n";
    const Cluster cluster = cluster_of(dumps);
    CHECK(domain_names(cluster) == "asn01+asn02!:4");
    CHECK(says(cluster, "unresolved", "\"asn01-ml0\" (noderes row cn1 (line 3)"));
    CHECK(remedy(cluster, "unresolved") ==
          "chtab node=asn01 hosts.otherinterfaces=-ml0:ADDRESS (beside what is there), then makehosts asn01");
  }
  SUBCASE("server") {
    dumps["noderes"] += "cn5,\"asn01,asn99\",asn01-ml0,\n";
    dumps["nodelist"] += "cn5,\"compute,all\"\n";
    const Cluster cluster = cluster_of(dumps);
    CHECK(faults(cluster) == "outside-domain: cn5; unknown-server: asn99");
    CHECK(remedy(cluster, "outside-domain") ==
          "nodech cn5 noderes.servicenode=asn01,asn02; or put the others into the domain");
  }
}

TEST_CASE("a pair on two networks") {
  Dumps dumps = valid_tables();
  dumps["networks"] += "far,192.168.7.0,255.255.255.0,,\n";
  dumps["noderes"] =
      "#node,servicenode,xcatmaster,nameservers\ncn1,\"asn01,asn02\",asn01-ml0,\ncn2,\"asn02,asn01\",asn02-far,\n"
      "cn3,\"asn01,asn02\",asn01-ml0,\ncn4,\"asn02,asn01\",asn02-far,\n";
  dumps["hosts"] += "asn02-far,192.168.7.12,,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(domain_names(cluster) == "asn01+asn02!:4");
  CHECK(says(cluster, "two-networks", "asn02 192.168.7.12 in network far"));
  CHECK(remedy(cluster, "two-networks") == "nodech cn2,cn4 noderes.xcatmaster=asn02-ml0");
}

TEST_CASE("a server with a name in each of two networks: who is in the other one") {
  Dumps dumps = valid_tables();
  dumps["networks"] += "ml1,10.50.0.0,255.255.0.0,,\n";
  dumps["hosts"] += "asn01-ml1,10.50.0.11,,\n";
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  dumps["noderes"] += "cn5,\"asn01,asn02\",asn01-ml1,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "two-networks: cn5");
  CHECK(cluster.servers[0].other_addresses == std::vector<std::string>{"10.50.0.11"});
  CHECK(cluster.nodes.back().other_network);
  CHECK_FALSE(cluster.nodes.front().other_network);
  CHECK(remedy(cluster, "two-networks") == "nodech cn5 noderes.xcatmaster=asn01-ml0");
  dumps["hosts"] += "cn5,10.50.1.5,,\n";  // it lives there: that cure would cost it its server
  CHECK(
      remedy(cluster_of(dumps), "two-networks") ==
      "nodech cn5 noderes.servicenode=PRIMARY,BACKUP: two servers that all their nodes reach in the network ml1, then "
      "mkdsklsnode cn5");
}

TEST_CASE("pairs that are not symmetric") {
  Dumps dumps = with_servers(4);
  dumps["nodelist"] += "cn3,compute\ncn4,compute\n";
  SUBCASE("a chain is an error with the command for one domain of all") {
    dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncn1,\"sn1,sn2\",sn1,\ncn2,\"sn2,sn3\",sn2,\n";
    dumps["nodelist"] = "#node,groups\ncn1,compute\ncn2,compute\nsn1,service\nsn2,service\nsn3,service\n";
    dumps["servicenode"] = "#node,nfsserver,ipforward\nsn1,1,1\nsn2,1,1\nsn3,1,1\n";
    const Cluster cluster = cluster_of(dumps);
    CHECK(domain_names(cluster) == "sn1+sn2+sn3!:2");
    CHECK(says(cluster, "not-symmetric", "sn1,sn2 (1 node), sn2,sn3 (1 node)"));
    CHECK(remedy(cluster, "not-symmetric")
              .find("get the same content, nodech cn1 noderes.servicenode=sn1,sn2,sn3; "
                    "nodech cn2 noderes.servicenode=sn2,sn1,sn3") != std::string::npos);
  }
  SUBCASE("one list across two domains") {
    dumps["nodelist"] = "#node,groups\n";
    dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\n";
    for (int i = 1; i <= 20; ++i) {
      const std::string name = "cn" + std::to_string(i);
      dumps["nodelist"] += name + ",compute\n";
      dumps["noderes"] += name + (i <= 10 ? ",\"sn1,sn2\",sn1,\n" : ",\"sn3,sn4\",sn3,\n");
    }
    dumps["nodelist"] += "cn21,compute\nsn1,s\nsn2,s\nsn3,s\nsn4,s\n";
    dumps["noderes"] += "cn21,\"sn1,sn3\",sn1,\n";
    const Cluster cluster = cluster_of(dumps);
    CHECK(domain_names(cluster) == "sn1+sn2:10 sn3+sn4:10");
    CHECK(faults(cluster) == "two-domains: cn21");
    CHECK(remedy(cluster, "two-domains") == "nodech cn21 noderes.servicenode=sn1,sn2");
  }
}

TEST_CASE("lists are trimmed (W3), and rows of groups, expressions and disabled rows count as in xCAT") {
  Dumps dumps = valid_tables();
  SUBCASE("blanks") {
    dumps["noderes"] =
        "#node,servicenode,xcatmaster,nameservers\ncn1,\"asn01, asn02\",asn01-ml0,\n"
        "cn2,\" asn02 ,asn01,\",\" asn02-ml0\",\ncn3,\"asn01,asn02\",asn01-ml0,\ncn4,\"asn02,asn01\",asn02-ml0,\n";
  }
  SUBCASE("a regular expression") {
    dumps["noderes"] =
        "#node,servicenode,xcatmaster,nameservers\n"
        "compute,\"|\\D+(\\d+)|asn0(2-$1%2),asn0($1%2+1)|\",\"|cn(\\d+)|asn0(2-$1%2)-ml0|\",\n";
  }
  SUBCASE("a plain substitution, and a node's own row before it") {
    dumps["noderes"] =
        "#node,servicenode,xcatmaster,nameservers\ncompute,\"/cn\\d+/asn01,asn02/\",/cn.*/asn01-ml0/,\n"
        "cn2,\"asn02,asn01\",asn02-ml0,\ncn4,\"asn02,asn01\",asn02-ml0,\n";
  }
  SUBCASE("disabled") {
    dumps["noderes"] =
        "#node,servicenode,xcatmaster,disable\ncn1,\"old1,old2\",old1,1\ncn2,\"asn02,asn01\",asn02-ml0,\n"
        "cn4,\"asn02,asn01\",asn02-ml0,\ncompute,\"asn01,asn02\",asn01-ml0,\n";
  }
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "");
  CHECK(domain_names(cluster) == "asn01+asn02:4");
  CHECK(cluster.nodes[0].servers == std::vector<std::size_t>{0, 1});
  CHECK(cluster.nodes[1].servers == std::vector<std::size_t>{1, 0});
}

TEST_CASE("an expression that cannot be evaluated costs its nodes and says where it stands") {
  Dumps dumps = valid_tables();
  dumps["noderes"] += "cn5,\"|\\D+(\\d+)|asn(a2idx($1)),asn02|\",,\n";
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "expression: cn5");
  CHECK(says(cluster, "expression", "noderes.csv:7: noderes.servicenode of row 'cn5': xCAT's helper function a2idx()"));
  CHECK(remedy(cluster, "expression").find("chdef -t node") != std::string::npos);
}

TEST_CASE("three to eight servers are a domain, nine are not") {
  for (const std::size_t count : {3U, 8U}) {
    const Cluster cluster = cluster_of(with_servers(count));
    CHECK(faults(cluster) == "");
    REQUIRE(cluster.domains.size() == 1);
    CHECK(cluster.domains[0].valid);
    CHECK(cluster.domains[0].servers.size() == count);
  }
  const Cluster nine = cluster_of(with_servers(9));
  CHECK_FALSE(nine.domains[0].valid);
  CHECK(says(nine, "too-many-servers", "9 servers"));
}

TEST_CASE("servicenode.hanfsdomid and [domain NAME] say it before the lists do") {
  Dumps dumps = with_servers(4);
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncn1,\"sn1,sn2\",sn1,\ncn2,\"sn3,sn4\",sn3,\n";
  CHECK(domain_names(cluster_of(dumps)) == "sn1+sn2:1 sn3+sn4:1");
  CHECK(domain_names(cluster_of(dumps, with_section("north", {"sn3", "sn4"}))) == "north:1 sn1+sn2:1");
  dumps["servicenode"] = "#node,nfsserver,ipforward,hanfsdomid\nsn1,1,1,A\nsn2,1,1,A\nsn3,1,1,B\nsn4,1,1,B\n";
  const Cluster cluster = cluster_of(dumps, with_section("north", {"sn3", "sn4"}));
  CHECK(domain_names(cluster) == "A:1 B:1");
  CHECK(cluster.domains[0].source == Domain::Source::hanfsdomid);
  CHECK(faults(cluster) == "domain-conflict: sn3; domain-conflict: sn4; empty-domain: north");
  dumps["servicenode"] = "#node,nfsserver,ipforward,hanfsdomid\nsn1,1,1,A\nsn2,1,1,A\nsn3,1,1,B\nsn4,1,1,\n";
  CHECK(remedy(cluster_of(dumps), "one-server") == "chtab node=BACKUP servicenode.hanfsdomid=B");
}

TEST_CASE("a server outside of a domain that has no second one: the cure takes no server away") {
  Dumps dumps = with_servers(2);
  const auto said = [&](const Settings& settings) { return remedy(cluster_of(dumps, settings), "outside-domain"); };
  CHECK(said(with_section("north", {"sn1"})) == "servers = of [domain north] in hanfs.conf: name sn2 too");
  const Cluster slip = cluster_of(dumps, with_section("north", {"sn1", "sn9"}));
  CHECK(remedy(slip, "outside-domain") == "servers = of [domain north] in hanfs.conf: name sn2 too");
  CHECK(remedy(slip, "unknown-server") ==
        "correct the name in [domain north] of hanfs.conf, or mkdef -t node -o sn9 groups=service");
  dumps["servicenode"] = "#node,nfsserver,ipforward,hanfsdomid\nsn1,1,1,A\nsn2,1,1,\n";
  CHECK(said({}) == "chtab node=sn2 servicenode.hanfsdomid=A");
}

TEST_CASE("a list of servers that cannot be read is not called empty") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "cn5,\"compute,all\"\ncn6,\"compute,all\"\n";
  dumps["noderes"] += "cn5,asn01;asn02,asn01-ml0,\ncn6,\"asn01,asn02 asn03\",asn01-ml0,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "bad-name: cn5; bad-name: cn6");
  CHECK(says(cluster, "bad-name", "(noderes row cn5 (line 7))"));
  CHECK(says(cluster, "bad-name", "asn01;asn02"));
  CHECK(remedy(cluster, "bad-name") == "nodech cn5 noderes.servicenode=PRIMARY,BACKUP");
}

TEST_CASE("many pairs in one run") {
  Dumps dumps = with_servers(60);
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\n";
  for (int i = 1; i <= 30; ++i) {
    const std::string node = "cn" + std::to_string(i + 2);
    const std::string one = "sn" + std::to_string(2 * i - 1);
    const std::string two = "sn" + std::to_string(2 * i);
    dumps["nodelist"] += node + ",compute\n";
    dumps["noderes"] +=
        node + ",\"" + (i % 2 == 0 ? one + "," + two : two + "," + one) + "\"," + (i % 2 == 0 ? one : two) + ",\n";
  }
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "no-server: cn1,cn2");
  CHECK(cluster.domains.size() == 30);
  for (const Domain& domain : cluster.domains) CHECK(domain.valid);
}

TEST_CASE("a range: only its domains, and findings about them") {
  Dumps dumps = with_servers(4);
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncn1,\"sn1,sn2\",sn1,\ncn2,\"sn3,sn4\",sn3,\n";
  const Cluster cluster = cluster_of(dumps, {}, {"cn2"});
  CHECK(domain_names(cluster) == "sn3+sn4:1");
  // The others are known, as its nodes may say that they run from them.
  CHECK(addresses(cluster) == "10.40.0.11 10.40.0.12 10.40.0.13 10.40.0.14");
  for (std::size_t i = 0; i < cluster.servers.size(); ++i) CHECK(cluster.servers[i].asked_for == (i > 1));
  CHECK(nodes_outside(cluster, 0) == std::vector<std::string>{"cn1"});
  CHECK(nodes_outside(cluster_of(dumps), 0) == std::vector<std::string>{"cn2"});
}

TEST_CASE("servicenode.hanfsdomid that is no plain word, or cannot be evaluated, is named with its row") {
  Dumps dumps = with_servers(2);
  dumps["servicenode"] = "#node,nfsserver,ipforward,hanfsdomid\nsn1,1,1,\"a b\"\nsn2,1,1,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "bad-domain: sn1");
  CHECK(says(cluster, "bad-domain", "servicenode.hanfsdomid \"a b\" is not one plain word"));
  CHECK(remedy(cluster, "bad-domain") == "chtab node=sn1 servicenode.hanfsdomid=NAME");
  CHECK(domain_names(cluster) == "sn1+sn2:2");  // by the lists then
  dumps["servicenode"] = "#node,nfsserver,ipforward,hanfsdomid\nservice,1,1,\"|\\D+(\\d+)|A(a2idx($1))|\"\n";
  CHECK(faults(cluster_of(dumps)) == "expression: sn1,sn2");
  dumps["servicenode"] = "#node,nfsserver,ipforward,hanfsdomid\nservice,1,1,A\n";
  CHECK(domain_names(cluster_of(dumps)) == "A:2");  // a row of a group is one of each member
}

TEST_CASE("servers that a domain has beside those of a list are named, but not where all share one file system") {
  Dumps dumps = with_servers(3);
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"sn1,sn2\",sn1,\n";
  const Settings north = with_section("north", {"sn1", "sn2", "sn3"});
  CHECK(faults(cluster_of(dumps, north)) == "partial-list: cn1,cn2");
  CHECK(says(cluster_of(dumps, north), "partial-list", "they may fail over to sn3, which noderes.servicenode"));
  CHECK(remedy(cluster_of(dumps, north), "partial-list") ==
        "nodech cn1,cn2 noderes.servicenode=sn1,sn2,sn3, then mkdsklsnode -b cn1,cn2");
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nsharedinstall,all\n";
  CHECK(faults(cluster_of(dumps, north)) == "");
}

TEST_CASE("a node whose name no command can hold is named and left out") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "\"cn;5\",\"compute,all\"\n";
  dumps["noderes"] += "\"cn;5\",\"asn01,asn02\",asn01-ml0,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "bad-name: cn;5");
  REQUIRE(cluster.nodes.size() == 5);  // it counts
  CHECK(cluster.nodes.back().name == "cn;5");
  CHECK(cluster.nodes.back().domain == no_index);
  // It may run from the servers of that domain, and nobody can ask it: also where others were asked for.
  CHECK(cluster.domains[0].closed_by == std::vector<std::string>{"bad-name"});
  CHECK(cluster.domains[0].other_users.empty());
  CHECK(nodes_outside(cluster, 0).empty());
  CHECK(cluster_of(dumps, {}, {"cn1"}).domains[0].closed_by == std::vector<std::string>{"bad-name"});
  dumps = valid_tables();
  dumps["nodelist"] += "\"cn;5\",\"compute,all\"\n";  // no row names a server of it
  CHECK(cluster_of(dumps).domains[0].closed_by.empty());
  CHECK(faults(cluster_of(dumps, {}, {"cn1"})) == "");
}

TEST_CASE("one rule says what a host may be called: a + makes a noderange of it, and its domain is closed") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "cn+5,\"compute,all\"\n";
  dumps["noderes"] += "cn+5,\"asn01,asn02\",asn01-ml0,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "bad-name: cn+5");
  CHECK(cluster.domains[0].nodes.size() == 4);
  dumps = valid_tables();
  dumps["nodelist"] += "asn+3,\"service,all\"\n";
  dumps["servicenode"] += "asn+3,1,1\n";
  Settings settings;
  config::Domain section;
  section.name = "north";
  section.servers = {"asn01", "asn02", "asn+3"};
  settings.domains.push_back(section);
  const Cluster served = cluster_of(dumps, settings);
  REQUIRE(finding(served, "bad-name") != nullptr);
  CHECK(finding(served, "bad-name")->subjects == std::vector<std::string>{"asn+3"});
  CHECK_FALSE(served.domains[0].valid);
}

TEST_CASE("an error about a node closes every domain whose server it may run from, by any of its attributes") {
  // noderes of cn5: servicenode, xcatmaster, nfsserver.
  struct Row {
    const char* values;
    const char* code;
    bool closes;
  };
  for (const Row& row :
       {Row{"asn01,asn01-ml0,", "one-server", true}, Row{"asn01 asn02,,", "bad-name", true},
        Row{",asn01-ml0,", "no-server", true}, Row{",asn02-ml0.cluster.example.com,", "no-server", true},
        Row{",10.40.0.11,", "no-server", true}, Row{",10.20.0.12,", "no-server", true}, Row{",,", "no-server", false},
        Row{",,asn01", "no-server", true}, Row{",hmc1,", "no-server", false},
        Row{"|\\D+(\\d+)|asn(a2idx($1))|,asn01-ml0,", "expression", true},
        Row{"|\\D+(\\d+)|asn(a2idx($1))|,,", "expression", true}}) {
    INFO(row.values);
    Dumps dumps = valid_tables();
    dumps["nodelist"] += "cn5,\"compute,all\"\n";
    dumps["noderes"] =
        "#node,servicenode,xcatmaster,nfsserver\ncn1,\"asn01,asn02\",asn01-ml0,\ncn2,\"asn02,asn01\",asn02-ml0,\n"
        "cn3,\"asn01,asn02\",asn01-ml0,\ncn4,\"asn02,asn01\",asn02-ml0,\ncn5," +
        std::string(row.values) + "\n";
    const Cluster cluster = cluster_of(dumps);
    REQUIRE(finding(cluster, row.code) != nullptr);
    CHECK(finding(cluster, row.code)->subjects == std::vector<std::string>{"cn5"});
    REQUIRE(cluster.domains.size() == 1);
    const std::vector<std::string> closed_by =
        row.closes ? std::vector<std::string>{row.code} : std::vector<std::string>{};
    const std::vector<std::string> users = row.closes ? std::vector<std::string>{"cn5"} : std::vector<std::string>{};
    CHECK(cluster.domains[0].closed_by == closed_by);
    CHECK(cluster.domains[0].other_users == users);
    CHECK(cluster.nodes.size() == 5);
    // Outside of a noderange it has no finding, and may run from there all the same.
    CHECK(cluster_of(dumps, {}, {"cn1"}).domains[0].other_users == users);
  }
}

TEST_CASE("an error closes the domains that it concerns, and those of the site all") {
  // A line in place of that of cn1, or more lines of another table.
  struct Row {
    const char* table;
    const char* lines;
    const char* code;
    const char* closed;
  };
  for (const Row& row :
       {Row{"noderes", "cn1,\"asn01,asn02,asn99\",asn01-ml0,\n", "unknown-server", "asn01+asn02"},
        Row{"noderes", "cn1,\"ASN01,asn02\",asn01-ml0,\n", "unknown-server", "asn01+asn02"},
        Row{"noderes", "cn1,\"asn01,asn02,service\",asn01-ml0,\n", "unknown-server", "asn01+asn02"},
        Row{"noderes", "cn1,\"asn99,asn98\",,\n", "unknown-server", "asn98+asn99"},
        Row{"noderes", "cn1,asn99,asn03,\n", "unknown-server", "asn03+asn04"},
        Row{"noderes", "cn1,asn99,,\n", "unknown-server", ""}, Row{"noderes", "cn1,asn05,,\n", "no-domain", ""},
        Row{"noderes", "cn1,,asn01-ml0,\n", "no-server", "asn01+asn02"},
        Row{"noderes", "cn1,\"asn01,asn02\",asn01-gone,\n", "unresolved", "asn01+asn02"},
        Row{"site", "x,it's\n", "site-apostrophe", "asn01+asn02 asn03+asn04"},
        Row{"site", "cleanupxcatpost,1\n", "xcatpost-emptied", "asn01+asn02 asn03+asn04"},
        Row{"routes", "#routename,net\nr,default\n", "default-in-routes", "asn01+asn02 asn03+asn04"},
        Row{"nimimage", "71B,diskless,,r,\n", "root-needs-rw", "asn01+asn02 asn03+asn04"},
        Row{"nimimage", "71B,diskless,s,,\n72B,diskless,,r,\n", "root-needs-rw", "asn03+asn04"}}) {
    INFO(std::string(row.code) << ' ' << std::string(row.lines));
    Dumps dumps = valid_tables();
    const bool is_of_cn1 = row.table == std::string("noderes");
    dumps["nodelist"] +=
        "asn03,\"service,all\"\nasn04,\"service,all\"\nasn05,\"service,all\"\n"
        "cn5,\"compute,all\"\ncn6,\"compute,all\"\n";
    dumps["servicenode"] += "asn03,1,1\nasn04,1,1\nasn05,1,1\n";
    dumps["hosts"] += "asn03,10.40.0.13,,\nasn04,10.40.0.14,,\nasn05,10.40.0.15,,\n";
    dumps["noderes"] =
        "#node,servicenode,xcatmaster,nameservers\ncn2,\"asn02,asn01\",asn02-ml0,\n"
        "cn3,\"asn01,asn02\",asn01-ml0,\ncn4,\"asn02,asn01\",asn02-ml0,\n"
        "cn5,\"asn03,asn04\",asn03,\ncn6,\"asn04,asn03\",asn04,\n";
    if (!is_of_cn1) dumps["noderes"] += "cn1,\"asn01,asn02\",asn01-ml0,\n";
    if (row.table == std::string("nimimage")) dumps["nimimage"] = "#imagename,nimtype,shared_root,root,paging\n";
    if (std::string(row.lines).find("72B") != std::string::npos) dumps["nodetype"] += "cn6,AIX,72B,osi\n";
    dumps[row.table] += row.lines;
    const Cluster cluster = cluster_of(dumps);
    REQUIRE(finding(cluster, row.code) != nullptr);
    CHECK(finding(cluster, row.code)->level == Finding::Level::error);
    std::string closed;
    for (const Domain& domain : cluster.domains)
      if (std::count(domain.closed_by.begin(), domain.closed_by.end(), row.code) != 0)
        closed += (closed.empty() ? "" : " ") + domain.name;
    CHECK(closed == row.closed);
  }
}

TEST_CASE("nodes and servers of site.excludenodes are named") {
  Dumps dumps = valid_tables();
  CHECK(cluster_of(dumps).left_out.empty());
  dumps["site"] += "excludenodes,\"cn[2-3],asn02,hmc1\"\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "excluded-nodes: asn02,cn2,cn3");
  CHECK(finding(cluster, "excluded-nodes")->level == Finding::Level::warning);
  CHECK(cluster.left_out == std::vector<std::string>{"cn2", "cn3", "asn02", "hmc1"});
  CHECK(cluster.domains[0].nodes.size() == 4);
  CHECK(cluster.domains[0].closed_by.empty());
  CHECK(faults(cluster_of(dumps, {}, {"cn1"})) == "excluded-nodes: asn02");
  dumps["site"] = valid_tables()["site"] + "excludenodes,nobody\n";
  CHECK(faults(cluster_of(dumps)) == "excluded-nodes: site");
  CHECK(says(cluster_of(dumps), "excluded-nodes", "site.excludenodes: "));
  CHECK(cluster_of(dumps).domains[0].closed_by.empty());
}

TEST_CASE("a server that some nodes know by another address of the same network") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  dumps["hosts"] += "asn01-alt,10.40.0.111,,\n";
  dumps["noderes"] += "cn5,\"asn01,asn02\",asn01-alt,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "two-addresses: cn5");
  CHECK(says(cluster, "two-addresses",
             "is 10.40.0.111, but most nodes reach asn01 at 10.40.0.11, which is what the list of replicas has"));
  CHECK(remedy(cluster, "two-addresses") == "nodech cn5 noderes.xcatmaster=asn01-ml0");
  CHECK(cluster.servers[0].other_addresses == std::vector<std::string>{"10.40.0.111"});
  CHECK(domain_names(cluster) == "asn01+asn02:5");
  CHECK_FALSE(cluster.nodes.back().other_network);

  dumps["noderes"] = valid_tables()["noderes"] + "cn5,\"asn01,asn02\",asn01-gone,\n";
  const Cluster gone = cluster_of(dumps);
  CHECK(faults(gone) == "unresolved: cn5");
  CHECK(says(gone, "unresolved", "\"asn01-gone\" (noderes row cn5 (line 7)) has no IPv4 address in the table hosts"));
  CHECK(says(gone, "unresolved", "other nodes call their primary asn01 asn01-ml0"));
  CHECK(gone.servers[0].other_addresses.empty());

  dumps["noderes"] = valid_tables()["noderes"] + "cn5,\"asn01,asn02\",asn02-ml0,\n";
  const Cluster other = cluster_of(dumps);
  CHECK(faults(other) == "xcatmaster-mismatch: cn5");
  CHECK(remedy(other, "xcatmaster-mismatch") ==
        "nodech cn5 noderes.xcatmaster=asn01-ml0, or nodech cn5 noderes.servicenode=asn02,asn01");
}

TEST_CASE("another host is no address of a server, however many nodes have it as their xcatmaster") {
  Dumps dumps = valid_tables();
  dumps["nodelist"] += "nas01,all\n";
  dumps["hosts"] += "nas01,10.40.0.200,,\ncn2,10.40.1.2,,\n";
  // A node of this cluster, on one of two rows and the first of them.
  dumps["noderes"].replace(dumps["noderes"].find("asn01-ml0"), 9, "cn2");
  const Cluster one = cluster_of(dumps);
  CHECK(faults(one) == "xcatmaster-mismatch: cn1");
  CHECK(finding(one, "xcatmaster-mismatch")->level == Finding::Level::error);
  CHECK(says(one, "xcatmaster-mismatch", "\"cn2\" (noderes row cn1 (line 3)) is cn2, which is no server"));
  CHECK(remedy(one, "xcatmaster-mismatch") == "nodech cn1 noderes.xcatmaster=asn01-ml0");
  CHECK(one.servers[0].address == "10.40.0.11");
  // All of them.
  dumps["noderes"] = valid_tables()["noderes"];
  for (std::size_t at = 0; (at = dumps["noderes"].find("asn01-ml0")) != std::string::npos;)
    dumps["noderes"].replace(at, 9, "nas01");
  const Cluster all = cluster_of(dumps);
  CHECK(faults(all) == "xcatmaster-mismatch: cn1,cn3");
  CHECK(all.servers[0].address == "10.40.0.11");
  CHECK(all.domains[0].closed_by == std::vector<std::string>{"xcatmaster-mismatch"});
}

TEST_CASE("two servers with one address are one host, or the tables are wrong: no sound domain") {
  Dumps dumps = valid_tables();
  dumps["hosts"] =
      "#node,ip,hostnames,otherinterfaces\nasn01,10.20.0.11,,-ml0:10.40.0.11\nasn02,10.20.0.12,,-ml0:10.40.0.11\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "same-address: asn[01-02]");
  CHECK(says(cluster, "same-address", "two servers have the address 10.40.0.11 (asn01-ml0, asn02-ml0)"));
  CHECK(domain_names(cluster) == "asn01+asn02!:4");
}

TEST_CASE("names of hosts.hostnames count as names of that host") {
  Dumps dumps = valid_tables();
  dumps["hosts"] =
      "#node,ip,hostnames,otherinterfaces\nasn01,10.40.0.11,\"asn01-ml0 one\",\nasn02,10.40.0.12,\"two,asn02-ml0\",\n";
  CHECK(faults(cluster_of(dumps)) == "");
  CHECK(addresses(cluster_of(dumps)) == "10.40.0.11 10.40.0.12");
  // Also those of a host that is no node of the tables.
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nx,10.40.0.11,asn01-ml0,\ny,10.40.0.12,asn02-ml0.example.com,\n";
  CHECK(addresses(cluster_of(dumps)) == "10.40.0.11 ");
}

TEST_CASE("names of hosts are the same in any case, those of nodes are not") {
  Dumps dumps = valid_tables();
  dumps["noderes"] =
      "#node,servicenode,xcatmaster,nameservers\ncn1,\"asn01,asn02\",ASN01-ML0,\n"
      "cn2,\"asn02,asn01\",Asn02-ml0.Example.Com,\ncn3,\"asn01,asn02\",asn01-ml0,\ncn4,\"asn01,asn02\",asn01-ml0,\n";
  CHECK(faults(cluster_of(dumps)) == "");
  CHECK(addresses(cluster_of(dumps)) == "10.40.0.11 10.40.0.12");
  for (const char* alias : {"asn01,10.20.0.11,,-ML0:10.40.0.11", "asn01,10.40.0.11,ASN01-ml0,"}) {
    dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn02-ML0,10.40.0.12,,\n" + std::string(alias) + "\n";
    CHECK(faults(cluster_of(dumps)) == "");
  }
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\n";
  const aix::Hosts file = *aix::parse_hosts("10.40.0.11 asn01-Ml0\n10.40.0.12 ASN02-ML0\n");
  CHECK(faults(cluster_of(dumps, {}, {}, file)) == "");
  dumps = valid_tables();
  dumps["noderes"] += "cn5,\"ASN01,asn02\",asn01-ml0,\n";
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  // That is all that is wrong: it takes no address from asn01, and none is missed.
  CHECK(faults(cluster_of(dumps)) == "outside-domain: cn5; unknown-server: ASN01");
  dumps["noderes"] =
      "#node,servicenode,xcatmaster,nameservers\ncn1,\"ASN01,asn02\",asn02-ml0,\ncn2,\"asn02,asn01\",asn02-ml0,\n"
      "cn3,\"asn02,asn01\",asn02-ml0,\ncn4,\"asn02,asn01\",asn02-ml0,\n";
  const aix::Hosts both = *aix::parse_hosts("10.20.0.11 asn01\n10.40.0.11 asn01-ml0\n");
  const std::string wrong = faults(cluster_of(dumps, {}, {}, both));
  CHECK(wrong.find("unknown-server: ASN01") != std::string::npos);
  CHECK(wrong.find("unresolved") == std::string::npos);
}

TEST_CASE("nobody's primary: without any address, and with several that could be meant") {
  Dumps dumps = valid_tables();
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"asn01,asn02\",asn01-ml0,\n";
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn01-ml0,10.40.0.11,,\n";
  const Cluster none = cluster_of(dumps);
  CHECK(says(none, "unresolved", "no IPv4 address in the table hosts nor in /etc/hosts"));
  CHECK(remedy(none, "unresolved") == "chtab node=asn02 hosts.ip=ADDRESS, then makehosts asn02");
  CHECK(domain_names(none) == "asn01+asn02!:4");
  dumps["hosts"] += "asn02-x,10.40.0.12,,\nasn02-y,10.40.0.13,,\n";
  const Cluster several = cluster_of(dumps);
  CHECK(says(several, "unresolved", "several of its addresses could be meant: 10.40.0.12, 10.40.0.13"));
  CHECK(remedy(several, "unresolved") == "nodech NODES noderes.xcatmaster=NAME, for nodes whose primary it is");
}

TEST_CASE("without a network of the tables that holds the servers nothing is wrong, but that is said") {
  Dumps dumps = valid_tables();
  dumps["networks"] = "#netname,net,mask,gateway,nameservers\nfar,192.168.7.0,255.255.255.0,,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "");
  CHECK(says(cluster, "no-network", "no row of the table networks holds asn01 10.40.0.11, asn02 10.40.0.12"));
}

TEST_CASE("nodes whose own addresses are in another network than their server") {
  Dumps dumps = valid_tables();
  dumps["hosts"] += "cn1,10.40.255.254,,\ncn3,10.41.0.1,,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(faults(cluster) == "other-network: cn3");
  CHECK(says(cluster, "other-network", "where asn01 (10.40.0.11) is"));
}

TEST_CASE("a pair on two networks where a server has no name in that of most") {
  Dumps dumps = with_servers(3);
  dumps["networks"] += "far,192.168.7.0,255.255.255.0,,\n";
  dumps["nodelist"] += "cn3,compute\n";
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nsn1,10.40.0.11,,\nsn2,10.40.0.12,,\nsn3,192.168.7.13,,\n";
  dumps["noderes"] =
      "#node,servicenode,xcatmaster,nameservers\ncn1,\"sn1,sn2,sn3\",sn1,\ncn2,\"sn2,sn1,sn3\",sn2,\n"
      "cn3,\"sn3,sn2,sn1\",sn3,\n";
  const Cluster cluster = cluster_of(dumps);
  CHECK(domain_names(cluster) == "sn1+sn2+sn3!:3");
  CHECK(remedy(cluster, "two-networks") ==
        "chtab node=sn3 hosts.otherinterfaces=-NAME:ADDRESS in the network ml0 (beside what is there), then makehosts "
        "sn3, then nodech cn3 "
        "noderes.xcatmaster=sn3-NAME");
}

}  // namespace hanfs::cluster
