// SPDX-License-Identifier: Apache-2.0
#include "aix/routes.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

const char* const plain =
    "Routing tables\n"
    "Destination        Gateway           Flags   Refs     Use  If   Exp  Groups\n"
    "\n"
    "Route Tree for Protocol Family 2 (Internet):\n";
const char* const costs =
    "Routing tables\n"
    "Destination        Gateway           Flags   Wt  Policy  If   Cost  Config_Cost\n"
    "\n"
    "Route Tree for Protocol Family 2 (Internet):\n";

std::string table(const char* head, const std::string& rows) { return as_text(parse_routes(head + rows)); }

TEST_CASE("routes: no header is an error") {
  for (const std::string text :
       {"", "\n", "netstat: illegal option -- h\n", "# netstat -rn\n", "Routing tables\n", "\xFF\x00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_routes(text));
  }
  CHECK(table(plain, "").empty());
  CHECK_FALSE(parse_routes(plain)->costs_known);
  CHECK(parse_routes(costs)->costs_known);
}

TEST_CASE("routes: -rn") {
  struct Case {
    const char* name;
    const char* rows;
    const char* expected;
  };
  const Case cases[] = {
      {"two defaults",
       "default            10.0.0.254        UG        3    446237 en0      -      -   =>\n"
       "default            10.0.0.250        UG        7    596156 en0      -      -   \n",
       "default|10.0.0.254|UG|en0\ndefault|10.0.0.250|UG|en0\n"},
      {"active DGD", "default            10.0.0.254        UGSA      3    446237 en0      -      -\n",
       "default|10.0.0.254|UGSA|en0\n"},
      {"blank gateway, link gateway, no groups, interface down",
       "10.1/16                              U         0         1 en0      -      -\n"
       "10.2/16            link#4            UL        0         1 en0\n"
       "10.3/16            10.1.1.1          UG        0         1 en1*     -\n",
       "10.1/16||U|en0\n10.2/16|link#4|UL|en0\n10.3/16|10.1.1.1|UG|en1*\n"},
      {"numbers that push", "default            10.0.0.254        UG   12345678901 18446744073 en10 - - =>\n",
       "default|10.0.0.254|UG|en10\n"},
      {"names", "nodeqemu           loopback          UGHS      0         2 lo0      -      -\n",
       "nodeqemu|loopback|UGHS|lo0\n"},
      {"mark on a line of its own, a complaint",
       "default 10.0.0.254 UG 3 4 en0 - -\n   =>\n"
       "Only the root user can specify the Z flag\n#\n",
       "default|10.0.0.254|UG|en0\n"},
      {"IPv6",
       "\nRoute Tree for Protocol Family 24 (Internet v6):\n"
       "default            fe80::1           UG        0         0 en0      -      -\n"
       "::1%1              ::1%1             UH        2       798 lo0      -      -",
       "default|fe80::1|UG|en0|inet6\n::1%1|::1%1|UH|lo0|inet6\n"},
      {"rubbish", "...\ndefault 10.0.0.254 UG\ndefault 10.0.0.254 UG 3 4\nnetstat: cannot read\n",
       "! 5 ...\n! 6 default 10.0.0.254 UG\n! 7 default 10.0.0.254 UG 3 4\n! 8 netstat: cannot read\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(table(plain, c.rows) == c.expected);
  }
}

TEST_CASE("routes: partial and translated heads") {
  const std::string row = "default 10.0.0.1 UG 3 4 en0 120 2 =>\r\n";
  const std::string read = "default|10.0.0.1|UG|en0\n";
  const char* const heads[] = {
      "Destination Gateway Flags Refs Use If Exp Groups\n",
      "Destination Gateway Flags Refs Use If Exp Groups\nOnly the root user can specify the Z flag\n",
      "# netstat -rn\nTables de routage\nDestination Passerelle Indics R\xC3\xA9"
      "f. Utilis. If Exp Groupes\n\n"
      "Route tree for Protocol Family 2 (Internet):\n",
      "Route tree for Protocol Family 2 (Internet):\n", "Routing tables\n\n  DESTINATION GATEWAY FLAGS REFS USE IF\n"};
  for (const std::string head : heads) {
    CAPTURE(head);
    CHECK(as_text(parse_routes(head + row)) == read);
  }
  // As an ordinary user there is no banner: the addresses tell the family.
  CHECK(as_text(parse_routes("Destination Gateway Flags Refs Use If\ndefault fe80::1 UG 0 0 en0\n")) ==
        "default|fe80::1|UG|en0|inet6\n");
  CHECK(as_text(parse_routes("Destination Gateway Flags Refs Use If\n10.0.0.9 5a:b7:9e:c1:8f:7 UHLW 0 0 en0\n"
                             "default fe80::1%2 UG 0 0 en0\n")) ==
        "10.0.0.9|5a:b7:9e:c1:8f:7|UHLW|en0\ndefault|fe80::1%2|UG|en0|inet6\n");
  // Or its end alone is left, behind a complaint.
  CHECK(as_text(parse_routes("Destination Gateway Flags Refs Use If\nOnly the root user can specify the Z flag\n"
                             " (Internet):\ndefault 10.0.0.1 UG 0 0 en0\n"
                             "Only the root user can specify the Z flag\n (Internet v6):\n"
                             "loopback loopback UH 0 0 lo0\n")) ==
        "default|10.0.0.1|UG|en0\nloopback|loopback|UH|lo0|inet6\n");
  CHECK(as_text(parse_routes("noise\nRouting tables\nDestination Gateway Flags Refs Use If\n")) == "! 1 noise\n");
  CHECK(as_text(parse_routes("noise\ntitre\nDestination Gateway Flags Refs Use If\n")) == "! 1 noise\n");
}

TEST_CASE("routes: -rnC") {
  struct Case {
    const char* name;
    const char* head;
    const char* rows;
    const char* expected;
  };
  const Case cases[] = {
      {"documented words", costs, "default 10.0.0.1 UGA 1 - en0 2147483647 0 =>\ndefault 10.0.0.2 UG 1 WRR en0 1 1\n",
       "default|10.0.0.1|UGA|en0|2147483647|0\ndefault|10.0.0.2|UG|en0|1|1\n"},
      {"another order", "Destination Gateway Flags Config_Cost Cost If Policy Wt\n",
       "default 10.0.0.1 UG 0 5 en0 - 1\n", "default|10.0.0.1|UG|en0|5|0\n"},
      {"two words, other case", "DESTINATION GATEWAY FLAGS WT POLICY IF Cur COST Configured COST\n",
       "default 10.0.0.1 UG 1 - en0 7 6\n", "default|10.0.0.1|UG|en0|7|6\n"},
      {"costs first", "Destination Gateway Flags Cost Config_Cost Wt Policy If\n", "default 10.0.0.1 UG 9 8 1 - en0\n",
       "default|10.0.0.1|UG|en0|9|8\n"},
      {"costs besides the plain columns", "Destination Gateway Flags Refs Use If Exp Groups Cost Config_Cost\n",
       "default 10.0.0.1 UG 1 2 en0 - - 4 3\n", "default|10.0.0.1|UG|en0|4|3\n"},
      {"a default route as a number", costs, "0 10.0.0.1 UG 1 - en0 2 1\n", "0|10.0.0.1|UG|en0|2|1\n"},
      {"blank gateway", costs, "10/8 U 1 - en0 0 0\n", "10/8||U|en0|0|0\n"},
      {"blank policy", costs, "10/8 10.0.0.1 U 1 en0 0 0\n", "10/8|10.0.0.1|U|en0|0|0\n"},
      {"link gateway, dashes for costs", costs, "10/8 link#2 U - - en0 - -\n", "10/8|link#2|U|en0|?|?\n"},
      {"quoted dash as policy", costs, "default 10.0.0.2 UG 1 -\"- en1 0 1\n", "default|10.0.0.2|UG|en1|0|1\n"},
      {"a word for the maximum", costs, "10/8 10.0.0.1 U 1 - en0 MAX 0\n", "10/8|10.0.0.1|U|en0|2147483647|0\n"},
      {"the maximum in hexadecimal", costs, "10/8 10.0.0.1 U 1 - en0 0x7fffffff 0\n",
       "10/8|10.0.0.1|U|en0|2147483647|0\n"},
      {"no number in hexadecimal", costs, "10/8 10.0.0.1 U 1 - en0 0x-7 0\n", "! 5 10/8 10.0.0.1 U 1 - en0 0x-7 0\n"},
      {"rows that do not fit", costs,
       "default 10.0.0.1 UG\ndefault 10.0.0.1 UG 1 - en0 0 0 0\n10/8 10.0.0.1 U 1 - en0 high 0\n",
       "! 5 default 10.0.0.1 UG\n! 6 default 10.0.0.1 UG 1 - en0 0 0 0\n! 7 10/8 10.0.0.1 U 1 - en0 high 0\n"},
      {"header not understood, two numbers at the end", "Destination Gateway Flags Wt Policy If Now Set\n",
       "default 10.0.0.1 UG 1 - en0 2147483647 1 =>\n10/8 U 1 - en0 0 0\n",
       "default|10.0.0.1|UG|en0|2147483647|1\n10/8||U|en0|0|0\n"},
      {"header not understood, the maximum in hexadecimal", "Destination Gateway Flags Wt Policy If Now Set\n",
       "default 10.0.0.1 UG 1 - en0 0x7fffffff 1\n", "default|10.0.0.1|UG|en0|2147483647|1\n"},
      {"header not understood, nothing at the end", "Destination Gateway Flags Wt Policy If Now Set\n",
       "default 10.0.0.1 UG 1 - en0 - -\n", "default|10.0.0.1|UG|en0\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(table(c.head, c.rows) == c.expected);
  }
}

TEST_CASE("routes: a line that begins like a default gateway is known") {
  for (const char* line : {"default 10.0.0.1 U?G", "  default", "0.0.0.0 x", "::/0 fe80::1"})
    CHECK(is_about_default({5, line, ""}));
  for (const char* line : {"", "defaults 10.0.0.1", "10/8 default UG", "6 routes"})
    CHECK_FALSE(is_about_default({5, line, ""}));
}

TEST_CASE("routes: default and DGD") {
  Route route;
  for (const char* destination : {"default", "0", "0/0", "0.0.0.0", "::/0"}) {
    route.destination = destination;
    CHECK(route.is_default());
  }
  for (const char* destination : {"", "0/8", "10/8", "127.0.0.1", "defaults"}) {
    route.destination = destination;
    CHECK_FALSE(route.is_default());
  }
  for (const char* flags : {"A", "UGA", "UGSA", "UAGS"}) {
    route.flags = flags;
    CHECK(route.active_dgd());
  }
  for (const char* flags : {"", "UG", "UGSa"}) {
    route.flags = flags;
    CHECK_FALSE(route.active_dgd());
  }
}

TEST_CASE("routes: two are the same where all is the same") {
  Route one;
  one.destination = "default";
  one.gateway = "10.0.0.1";
  one.flags = "UG";
  one.interface = "en0";
  one.current_cost = one.configured_cost = 1;
  one.weight = "1";
  one.policy = "WRR";
  CHECK(one == Route(one));
  const auto differs = [&](auto change) {
    Route other = one;
    change(other);
    return !(other == one);
  };
  CHECK(differs([](Route& r) { r.destination = "10/8"; }));
  CHECK(differs([](Route& r) { r.gateway = "10.0.0.2"; }));
  CHECK(differs([](Route& r) { r.flags = "UGA"; }));
  CHECK(differs([](Route& r) { r.interface = "en1"; }));
  CHECK(differs([](Route& r) { r.current_cost = 2; }));
  CHECK(differs([](Route& r) { r.configured_cost.reset(); }));
  CHECK(differs([](Route& r) { r.weight = "2"; }));
  CHECK(differs([](Route& r) { r.policy = ""; }));
  CHECK(differs([](Route& r) { r.inet6 = true; }));
}

TEST_CASE("routes: weight and policy are kept, a dash is none, and a header that is not understood hides none") {
  const auto row = [](const std::string& head, const std::string& text) {
    const auto read = parse_routes(head + text + "\n");
    REQUIRE(read);
    REQUIRE(read->routes.size() == 1);
    return read->routes[0];
  };
  const std::string unknown = "Destination Gateway Flags Wt Policy If Now Set\n";
  for (const std::string& head : {std::string(costs), unknown}) {
    CAPTURE(head);
    const Route both = row(head, "default 10.0.0.1 UG 3 HSH en0 5 4");
    CHECK(both.weight == "3");
    CHECK(both.policy == "HSH");
    CHECK(both.current_cost == 5);
    CHECK(both.configured_cost == 4);
    CHECK(row(head, "default 10.0.0.1 UG 3 - en0 5 4").policy.empty());
    CHECK(row(head, "default 10.0.0.1 UG 3 - en0 5 4").weight == "3");
  }
  CHECK(row(costs, "default 10.0.0.1 UG - HSH en0 5 4").weight.empty());
  CHECK(row(unknown, "default 10.0.0.1 UG 3 4 en0 6 5").weight.empty());  // two numbers: the plain columns
  CHECK_FALSE(row(unknown, "default 10.0.0.1 UG 3 x en0 6").current_cost.has_value());
  CHECK(row(unknown, "default UG 1 en0 6 5").current_cost == 6);
  CHECK(row(unknown, "default UG 1 en0 6 5").gateway.empty());
}

TEST_CASE("routes: a table without one of the columns that costs need is read without costs") {
  const std::string all[] = {"Flags", "If", "Cost", "Config_Cost"};
  CHECK(parse_routes("Destination Gateway Flags If Cost Config_Cost\n")->costs_known);
  for (const std::string& missing : all) {
    std::string head = "Destination Gateway";
    for (const std::string& column : all)
      if (column != missing) head += " " + column;
    CHECK_FALSE(parse_routes(head + "\n")->costs_known);
    CHECK_FALSE(parse_routes("Destination Gateway Flags If Cost Config_Cost " + missing + "\n")->costs_known);
  }
  CHECK_FALSE(parse_routes("Destination Flags If Cost Config_Cost\n")->costs_known);
  CHECK_FALSE(parse_routes("Destination Gateway Gateway Flags If Cost Config_Cost\n")->costs_known);
  for (const char* adjective : {"Conf", "cfg", "User", "Configured"})
    CHECK(parse_routes("Destination Gateway Flags Interface Current Cost " + std::string(adjective) + " Cost\n")
              ->costs_known);
}

TEST_CASE("routes: flags are sixteen letters and digits at most, an interface ends in a digit") {
  const auto is_row = [](const std::string& text) { return parse_routes(plain + text + "\n")->routes.size() == 1; };
  CHECK(is_row("default 10.0.0.1 " + std::string(16, 'U') + " 1 2 en0"));
  CHECK_FALSE(is_row("default 10.0.0.1 " + std::string(17, 'U') + " 1 2 en0"));
  CHECK_FALSE(is_row("default 10.0.0.1 U-G 1 2 en0"));
  CHECK_FALSE(is_row("default 10.0.0.1 1UG 1 2 en0"));
  CHECK_FALSE(is_row("default 10.0.0.1 UG 1 2 en"));
  CHECK_FALSE(is_row("default 10.0.0.1 UG 1 2 *"));
  CHECK_FALSE(is_row("default 10.0.0.1 UG 1 x en0"));
  CHECK_FALSE(is_row("default 10.0.0.1 UG x 2 en0"));
}

TEST_CASE("routes: many rows") {
  for (const char* head : {plain, costs}) {
    std::string all = head;
    for (int i = 0; i < 10000; ++i) all += "10.1.2.3 10.0.0.1 UG 1 2 en0 3 4\nrubbish with many words - - - - - -\n";
    CHECK(parse_routes(all));
  }
}

}  // namespace
}  // namespace hanfs::aix
