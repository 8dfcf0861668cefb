// SPDX-License-Identifier: Apache-2.0
#include "xcat/attribute.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "lib/xcat/valid_tables.hpp"

namespace hanfs::xcat {
namespace {

const char* const nodelist =
    "#node,groups,comments,disable\n"
    "\"cn001\",\"rack01,compute,aix,all\",,\n"
    "\"cn002\",\"rack02 ,compute,,\",,\n"
    "\"cn003\",,,\n"
    "\"old\",\"rack01\",,\"1\"\n"
    "\"cn004\",\"rack01,compute,aix,all\",,\n";

const char* const noderes =
    "#node,servicenode,xcatmaster,monserver,nameservers,disable\n"
    "\"rack01\",\"asn01,asn02\",,,\"10.0.0.1\",\n"
    "\"compute\",\"wrong\",\"|\\D+(\\d+)|asn($1+0)-ml0|\",,\"\",\n"
    "\"cn003\",\"asn03,asn04\",\"/(cn003)?/$1/\",\"/^.*$//\",,\n"
    "\"cn004\",,\"own\",,,\n"
    "\"all\",,,\"mon\",\"10.0.0.2\",\n"
    "\"aix\",,,,,\"yes\"\n";

// "VALUE from ROW:LINE" or "error: WHAT".
std::string get(const Attributes& attributes, const std::string& node, const std::string& column,
                const std::string& table = "noderes") {
  const auto found = attributes.get(node, table, column);
  if (!found) return "error: " + found.error().what;
  if (found->value.empty()) {
    CHECK(*found == Attribute{});
    return "";
  }
  return found->value + " from " + found->row + ':' + std::to_string(found->line);
}

TEST_CASE("xcat attributes: own row, then groups in their order") {
  const Tables tables = tables_of({{"nodelist", nodelist}, {"noderes", noderes}});
  const Attributes attributes(tables);
  CHECK(get(attributes, "cn001", "servicenode") == "asn01,asn02 from rack01:2");
  CHECK(get(attributes, "cn001", "xcatmaster") == "asn1-ml0 from compute:3");
  CHECK(get(attributes, "cn001", "monserver") == "mon from all:6");
  CHECK(get(attributes, "cn004", "xcatmaster") == "own from cn004:5");
  CHECK(get(attributes, "cn004", "servicenode") == "asn01,asn02 from rack01:2");
  CHECK(get(attributes, "cn002", "servicenode") == "wrong from compute:3");
  CHECK(get(attributes, "cn002", "nameservers").empty());  // "" is not set; cn002 is not in "all"
  CHECK(get(attributes, "cn003", "servicenode") == "asn03,asn04 from cn003:4");
  CHECK(get(attributes, "cn003", "xcatmaster") == "$1 from cn003:4");
  CHECK(get(attributes, "cn003", "monserver").empty());  // an expression with an empty result
  CHECK(get(attributes, "old", "servicenode").empty());
  CHECK(get(attributes, "nobody", "servicenode").empty());
  CHECK(get(attributes, "", "servicenode").empty());
  CHECK(get(attributes, "rack01", "servicenode") == "asn01,asn02 from rack01:2");
  CHECK(get(attributes, "cn001", "no such column").empty());
  CHECK(get(attributes, "cn001", "os", "nodetype").empty());
  // In any order, asked again.
  CHECK(get(attributes, "cn004", "xcatmaster") == "own from cn004:5");
  CHECK(get(attributes, "cn001", "servicenode") == "asn01,asn02 from rack01:2");
  CHECK(get(attributes, "cn001", "xcatmaster") == "asn1-ml0 from compute:3");
}

TEST_CASE("xcat attributes: no nodelist, a table without nodes") {
  const Tables tables = tables_of({{"noderes", noderes}, {"site", "#key,value\nmaster,mn\n"}});
  const Attributes attributes(tables);
  CHECK(get(attributes, "cn003", "servicenode") == "asn03,asn04 from cn003:4");
  CHECK(get(attributes, "cn001", "servicenode").empty());
  CHECK(get(attributes, "master", "value", "site").empty());
  const Tables nothing;
  CHECK(get(Attributes(nothing), "cn001", "servicenode").empty());
}

TEST_CASE("xcat attributes: an expression that cannot be evaluated names table, row, line and cure") {
  const Tables tables = tables_of({{"nodelist", nodelist},
                                   {"noderes",
                                    "#node,servicenode,xcatmaster\n"
                                    "\"compute\",\"|(a2idx($1))|\",\"/^x/asn/\"\n"}});
  const Attributes attributes(tables);
  const std::string helper =
      "error: noderes.csv:2: noderes.servicenode of row 'compute': xCAT's helper function a2idx() is not understood "
      "here; cure: "
      "set the attribute of these nodes as plain values (chdef -t node), or write the expression with + - * / %";
  CHECK(get(attributes, "cn001", "servicenode") == helper);
  CHECK(get(attributes, "cn002", "servicenode") == helper);  // the same line for each node
  CHECK(get(attributes, "cn002", "xcatmaster") ==
        "error: noderes.csv:2: noderes.xcatmaster of row 'compute' for node 'cn002': the regular expression '^x' does "
        "not match; "
        "cure: correct it, or give the node a row of its own (chdef -t node)");
  CHECK(get(attributes, "cn003", "xcatmaster").empty());
}

TEST_CASE("xcat attributes: site.hierarchicalattrs are joined") {
  const std::string postscripts =
      "#node,postscripts,postbootscripts\n\"compute\",\"b,c\",\"x\"\n\"cn001\",\"a\",\n\"all\",\"/^c/d/"
      "\",\"y\"\n\"rack02\",\"/^.*$//\",\n";
  for (const char* attribute : {"postscripts", "postscripts.postscripts", "other , postscripts"}) {
    Tables tables = tables_of({{"nodelist", nodelist},
                               {"postscripts", postscripts},
                               {"site", "#key,value\nhierarchicalattrs,\"" + std::string(attribute) + "\"\n"}});
    {
      const Attributes aix(tables);  // its xCAT does not know them
      CHECK(get(aix, "cn001", "postscripts", "postscripts") == "a from cn001:3");
    }
    tables.set_version("2.16.5");
    const Attributes attributes(tables);
    CHECK(get(attributes, "cn001", "postscripts", "postscripts") == "a,b,c,/^c/d/ from cn001:3");
    CHECK(get(attributes, "cn003", "postscripts", "postscripts").empty());
    CHECK(get(attributes, "cn001", "postbootscripts", "postscripts") == "x from compute:2");
  }
}

TEST_CASE("xcat attributes: +=NEXTRECORD goes on with the next one") {
  const Tables tables = tables_of({{"nodelist", "#node,groups\ncn001,\"all,compute\"\n"},
                                   {"noderes",
                                    "#node,servicenode\ncn001,o1+=NEXTRECORD\nall,\",a1+=NEXTRECORD\"\n"
                                    "compute,\",g1\"\n"}});
  CHECK(get(Attributes(tables), "cn001", "servicenode") == "o1,a1,g1 from cn001:2");
}

TEST_CASE("xcat attributes: two tables in turn, and moved") {
  const Tables tables = tables_of(
      {{"nodelist", nodelist}, {"noderes", noderes}, {"nodetype", "#node,os,arch\ncompute,AIX,\ncn004,AIX7,ppc64\n"}});
  Attributes first(tables);
  CHECK(get(first, "cn001", "os", "nodetype") == "AIX from compute:2");
  const Attributes attributes(std::move(first));
  for (int i = 0; i < 3; ++i) {
    CHECK(get(attributes, "cn004", "os", "nodetype") == "AIX7 from cn004:3");
    CHECK(get(attributes, "cn004", "servicenode") == "asn01,asn02 from rack01:2");
    CHECK(get(attributes, "cn004", "arch", "nodetype") == "ppc64 from cn004:3");
    CHECK(get(attributes, "cn001", "arch", "nodetype").empty());
    CHECK(get(attributes, "cn001", "os", "nodetype") == "AIX from compute:2");
  }
}

TEST_CASE("xcat tables: nodes, groups, site") {
  Tables tables =
      tables_of({{"nodelist", nodelist}, {"site", "#key,value,disable\n\"a\",\"1\",\n\"b\",\"2\",\"1\"\n"}});
  CHECK(joined(tables.nodes()) == "cn001,cn002,cn003,cn004");
  CHECK(joined(tables.groups_of("cn001")) == "rack01,compute,aix,all");
  CHECK(joined(tables.groups_of("cn002")) == "rack02 ,compute");  // the blank is a part of the name
  CHECK(tables.members_of("rack02") == nullptr);
  CHECK(tables.groups_of("cn003").empty());
  CHECK(tables.groups_of("old").empty());
  CHECK(tables.groups_of("nobody").empty());
  REQUIRE(tables.members_of("compute") != nullptr);
  CHECK(*tables.members_of("compute") == std::vector<std::uint32_t>{0, 1, 3});
  CHECK(tables.members_of("all")->size() == 2);
  CHECK(tables.members_of("nobody") == nullptr);
  CHECK(tables.index_of("cn004") == 3);
  CHECK_FALSE(tables.has_node("old"));
  for (const char* on : {"1", "yes", "Y", "0x1"}) CHECK(is_true(on));
  for (const char* off : {"", "0", "no", "true"}) CHECK_FALSE(is_true(off));
  CHECK(tables.site("a") == "1");
  CHECK(tables.site("b").empty());
  CHECK(tables.find("noderes") == nullptr);
  REQUIRE(tables.find("site") != nullptr);
  CHECK(tables.find("site")->origin() == "site.csv");

  const Tables moved = std::move(tables);
  CHECK(moved.index_of("cn004") == 3);
  CHECK(joined(moved.groups_of("cn001")) == "rack01,compute,aix,all");

  Tables again = tables_of({{"nodelist", nodelist}, {"nodelist", "#node,groups\nx,\"g,g\"\n"}});
  CHECK(joined(again.nodes()) == "x");
  CHECK(*again.members_of("g") == std::vector<std::uint32_t>{0});
  CHECK(again.members_of("compute") == nullptr);
}

}  // namespace
}  // namespace hanfs::xcat
