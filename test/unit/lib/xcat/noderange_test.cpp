// SPDX-License-Identifier: Apache-2.0
#include "xcat/noderange.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lib/xcat/valid_tables.hpp"

namespace hanfs::xcat {
namespace {

Tables cluster() {
  std::string nodelist = "#node,groups\n";
  for (int i = 1; i <= 12; ++i) {
    const std::string number = std::string(i < 10 ? "00" : "0") + std::to_string(i);
    nodelist += "cn" + number + ",\"rack0" + std::to_string((i + 3) / 4) + ",compute\"\n";
  }
  for (int rack = 1; rack <= 2; ++rack) {
    for (int node = 1; node <= 3; ++node)
      nodelist += 'r' + std::to_string(rack) + 'n' + std::to_string(node) + "-ml0,old\n";
  }
  return tables_of({{"nodelist", nodelist + "a9,\na10,\na11,\nx-1,\nx-2-3,\nx-1-x-2,\nboth,old\nsn-a,both\nrack-1,\n"},
                    {"nodegroup",
                     "#groupname,grouptype,members,wherevals\ndyn,dynamic,,\nwhere,static,,\"nodetype.os=AIX\"\nstill,"
                     "static,x,\n"}});
}

std::string expanded(const std::string& range, const Tables& tables) {
  const auto names = expand(range, tables);
  return names ? joined(*names) : "error: " + names.error().what;
}

TEST_CASE("noderange: forms") {
  const Tables tables = cluster();
  struct Case {
    const char* range;
    const char* expected;
  };
  const Case cases[] = {
      {"cn001", "cn001"},
      {" cn002 , cn001,,", "cn002,cn001"},
      {"cn001,cn001,cn[001-002]", "cn001,cn002"},
      {"rack01", "cn001,cn002,cn003,cn004"},
      {"cn003,rack01", "cn003,cn001,cn002,cn004"},
      {"cn[001-003]", "cn001,cn002,cn003"},
      {"cn[001,003,005-007]", "cn001,cn003,cn005,cn006,cn007"},
      {"cn[ 001 , 003 - 004 ]", "cn001,cn003,cn004"},
      {"cn[001:002]", "cn001,cn002"},
      {"cn0[09-11]", "cn009,cn010,cn011"},
      {"cn[009-010]", "cn009,cn010"},
      {"a[9-11]", "a9,a10,a11"},
      {"r[1-2]n[1,3]-ml0", "r1n1-ml0,r1n3-ml0,r2n1-ml0,r2n3-ml0"},
      {"cn001-cn003", "cn001,cn002,cn003"},
      {"cn001:cn002", "cn001,cn002"},
      {"a9-a11", "a9,a10,a11"},
      {"cn011 - cn012", "cn011,cn012"},
      {"r1n1-ml0-r1n3-ml0", "r1n1-ml0,r1n2-ml0,r1n3-ml0"},
      {"r1n2-ml0-r2n2-ml0", "r1n2-ml0,r2n2-ml0"},
      {"x-1", "x-1"},
      {"x-1-x-2", "x-1-x-2"},  // a node of this name, no range
      {"rack-1", "rack-1"},
      {"both", "both"},  // a node and a group: the node
      {"rack01,-cn002", "cn001,cn003,cn004"},
      {"-cn002,rack01", "cn001,cn003,cn004"},
      {"rack01,-cn[001-003]", "cn004"},
      {"rack01,-rack01", ""},
      {"rack01, - /.*[24]", "cn001,cn003"},
      {"compute@rack03", "cn009,cn010,cn011,cn012"},
      {"compute @ rack03 @ /.*1", "cn011"},
      {"rack01@rack02", ""},
      {"compute,-compute@rack01,-rack02", "cn009,cn010,cn011,cn012"},
      {"cn[001-006]@rack02", "cn005,cn006"},
      {"/^cn00[1-2]", "cn001,cn002"},
      {"/cn00",
       "error: noderange '/cn00': no node matches the regular expression 'cn00' from its first character to its last; "
       "cure: correct it, for example /cn.* for all that begin with cn"},
      {"rack01-rack02", "cn001,cn002,cn003,cn004,cn005,cn006,cn007,cn008"},
      {"rack[01,03]", "cn001,cn002,cn003,cn004,cn009,cn010,cn011,cn012"},
      {"cn001+2", "cn001,cn002,cn003"},
      {"cn00[1-2],-cn001+1", ""},
      {"compute,-rack01,@rack02", "cn005,cn006,cn007,cn008"},
      {"rack01@-rack01", "cn001,cn002,cn003,cn004"},
      {"cn0[0-1]1", "cn001,cn002,cn003,cn004,cn005,cn006,cn007,cn008,cn009,cn010,cn011"},
      {"nodelist.groups=~rack02,cn001", "cn005,cn006,cn007,cn008,cn001"},
      {"groups!~rack@compute", ""},
      {"rack01,-", "cn001,cn002,cn003,cn004"},
      {"rack01,-,cn002", "cn001,cn003,cn004"},
      {"'rack01'", "cn001,cn002,cn003,cn004"},
      {"/.*n1-ml0", "r1n1-ml0,r2n1-ml0"},
      {"/^a(9|11),cn001", "a9,a11,cn001"},
      {"/^cn01[0,2]", "cn010,cn012"},
      {"old", "r1n1-ml0,r1n2-ml0,r1n3-ml0,r2n1-ml0,r2n2-ml0,r2n3-ml0,both"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.range);
    CHECK(expanded(c.range, tables) == c.expected);
  }
  CHECK_FALSE(expand("all", tables));  // a group like any other
}

// xcat-core issue 4000: nodels of the group 1738 looks for the node node1738.
TEST_CASE("noderange: a group whose name reads as a number or as a criterion") {
  const Tables tables =
      tables_of({{"nodelist", "#node,groups\ncn1,\"1738,groups=x,10\"\nnode1738,\nnode10,x\nnode11,\n"},
                 {"nodegroup", "#groupname,grouptype,members,wherevals\n"}});
  CHECK(expanded("1738", tables) == "node1738");
  CHECK(expanded("10-11", tables) == "node10,node11");
  CHECK(expanded("groups=x", tables) ==
        "error: noderange 'groups=x': 'groups=x' is a form that is not understood here; "
        "cure: name nodes or groups, or use /regex (what nodels prints can be used as "
        "it is)");
}

TEST_CASE("noderange: refused with one line") {
  const Tables tables = cluster();
  struct Case {
    const char* range;
    const char* expected;  // behind "noderange 'R': "
  };
  const Case cases[] = {
      {"", "it is empty; cure: name nodes or groups, or all"},
      {" ", "it is empty; cure: "},
      {",,", "it names no nodes, only what to leave out; cure: "},
      {"-cn001", "it names no nodes, only what to leave out; cure: put a range before it: all,-cn001"},
      {"cn013",
       "'cn013' is no node and no group; cure: see nodelist.node and nodelist.groups (nodels, lsdef -t group)"},
      {"cn001,nobody,cn002", "'nobody' is no node and no group; cure: "},
      {"rack01,-nobody", "'nobody' is no node and no group; cure: "},
      {"no-body", "'no-body' is no node and no group; cure: "},
      {"still", "'still' is no node and no group; cure: "},
      {"cn[010-014]",
       "'cn[010-014]' names 'cn013', which is no node; cure: correct the range, or define the node (mkdef -t node)"},
      {"cn010-cn013", "'cn010-cn013' names 'cn013', which is no node; cure: "},
      {"cn[1-2]", "'cn[1-2]' names 'cn1', which is no node; cure: "},
      {"dyn",
       "the group 'dyn' is dynamic, and which nodes it has only xCAT can tell; cure: name the nodes: nodels dyn"},
      {"where", "the group 'where' is dynamic"},
      {"^/tmp/nodes", "'^/tmp/nodes' is a list in a file, which is not read here; cure: name the nodes themselves"},
      {"cn*", "'cn*' is a form that is not understood here; cure: "},
      {"nodetype.os==AIX", "'nodetype.os' is no column of the tables that were read"},
      {"cn[003-001]", "'cn[003-001]' counts down, from 003 to 001; cure: write the smaller number first"},
      {"cn[1-010]", "'cn[1-010]' names 'cn1', which is no node"},
      {"cn[010-12]", "'cn[010-12]' has numbers of different width"},
      {"cn[]", "empty brackets in 'cn[]'; cure: "},
      {"cn[,]", "empty brackets in"},
      {"cn[1-]", "'1-' in the brackets of 'cn[1-]' is no number and no range"},
      {"cn[1-2-3]", "'1-2-3' in the brackets of"},
      {"cn[a-c]", "'a-c' in the brackets of"},
      {"cn[1", "brackets without a partner in 'cn[1'"},
      {"cn1]", "brackets without a partner in 'cn1]'"},
      {"cn[[1]]", "'[1' in the brackets of"},
      {"cn[0-1000000]", "'cn[0-1000000]' names more than 1000000 nodes; cure: name fewer at a time"},
      {"cn[1-999999999999999999]", "'cn[1-999999999999999999]' names more than"},
      {"cn[1-99999999999999999999]", "'1-99999999999999999999' in the brackets"},
      {"cn[1-1000]n[1-1001]", "'cn1n[1-1001]' names 'cn1n1', which is no node"},
      {"cn1-cn1000001", "'cn1-cn1000001' names more than"},
      {"[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]", "it names more than"},
      {"r1n1-ml0-r2n2-ml0", "'r1n1-ml0-r2n2-ml0' is no node and no group"},
      {"@rack01", "it names no nodes, only what to leave out; cure: "},
      {"rack01@", "nothing before or behind '@' or '-' in 'rack01@'"},
      {"/", "a '/' without a regular expression; cure: write /regex, or all"},
      {"/(", "regular expression '(': missing closing parenthesis, at character 2; cure: correct it"},
      {"/zzz", "no node matches the regular expression 'zzz' from its first"},
      {"a\nb", "'a\\x0ab' is no node and no group"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.range);
    const std::string got = expanded(c.range, tables);
    CAPTURE(got);
    const std::size_t begin = got.find("': ");
    REQUIRE(got.compare(0, 18, "error: noderange '") == 0);
    CHECK(got.substr(begin + 3, std::string(c.expected).size()) == c.expected);
    CHECK(got.find("; cure: ") != std::string::npos);
    CHECK(got.find('\n') == std::string::npos);
  }
}

TEST_CASE("noderange: no nodelist") {
  const Tables nothing;
  CHECK(expanded("cn001", nothing).find("is no node and no group") != std::string::npos);
  CHECK(expanded("all", nothing).find("error: ") == 0);
}

TEST_CASE("noderange: fold") {
  struct Case {
    std::vector<std::string> names;
    const char* expected;
  };
  const Case cases[] = {
      {{}, ""},
      {{"cn1"}, "cn1"},
      {{"mn"}, "mn"},
      {{"cn001", "cn002", "cn003"}, "cn[001-003]"},
      {{"cn003", "cn001", "cn002", "cn001"}, "cn[001-003]"},
      {{"cn001", "cn002", "cn004"}, "cn001,cn002,cn004"},
      {{"computenode001", "computenode002", "computenode033"}, "computenode[001-002],computenode033"},
      {{"a1", "a2"}, "a1,a2"},
      {{"a8", "a9", "a10", "a11"}, "a[8-11]"},
      {{"a08", "a09", "a10", "a11"}, "a[08-11]"},
      {{"a098", "a099", "a100"}, "a[098-100]"},
      {{"a98", "a99", "a100"}, "a[98-100]"},
      {{"a1", "a02", "a3"}, "a1,a02,a3"},
      {{"r1n1", "r1n2", "r1n3", "r2n1", "r2n2", "r2n3"}, "r[1-2]n[1-3]"},
      {{"r1n1", "r1n2", "r1n3", "r2n1", "r2n3"}, "r1n[1-3],r2n1,r2n3"},
      {{"r1-ml0", "r2-ml0", "r3-ml0"}, "r[1-3]-ml0"},
      {{"1", "2", "3", "x"}, "[1-3],x"},
      {{"b1", "a3", "a2", "a1", "b3", "b2"}, "a[1-3],b[1-3]"},
      {{"n999999999999999998", "n999999999999999999", "n1000000000000000000"},
       "n1000000000000000000,n999999999999999998,n999999999999999999"},
      {{"", "a"}, "a"},
  };
  for (const auto& c : cases) {
    CAPTURE(joined(c.names));
    CHECK(fold(c.names) == c.expected);
  }
}

TEST_CASE("noderange: what fold writes names the same nodes") {
  const Tables tables = cluster();
  // All subsets of a few nodes that lie close together, and all nodes.
  const std::vector<std::string> close = {"cn008", "cn009",    "cn010",    "cn011",    "a9", "a10",
                                          "a11",   "r1n1-ml0", "r2n1-ml0", "r1n2-ml0", "x-1"};
  for (unsigned set = 1; set < 1U << close.size(); ++set) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < close.size(); ++i) {
      if ((set >> i & 1U) != 0) names.push_back(close[i]);
    }
    auto again = expand(fold(names), tables);
    CAPTURE(fold(names));
    REQUIRE(again);
    std::sort(names.begin(), names.end());
    std::sort(again->begin(), again->end());
    CHECK(*again == names);
  }
  CHECK(expand(fold(tables.nodes()), tables)->size() == tables.nodes().size());
}

}  // namespace
}  // namespace hanfs::xcat
