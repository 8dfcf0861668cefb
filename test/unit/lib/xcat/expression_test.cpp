// SPDX-License-Identifier: Apache-2.0
#include "xcat/expression.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace hanfs::xcat {
namespace {

// The value for this node, "error: WHAT" or "(not set)".
std::string value(const std::string& expression, const std::string& node) {
  auto parsed = Expression::parse(expression);
  if (!parsed) return "error: " + parsed.error().what;
  const auto result = parsed->evaluate(node);
  if (!result) return "error: " + result.error().what;
  return result->empty() ? "(not set)" : *result;
}

TEST_CASE("xcat expression: what is one") {
  for (const char* text : {"|a|b|", "|a|", "||", "|||", "/a/b/", "///", "/install/nim/", "|a|b|c|"}) {
    CAPTURE(text);
    CHECK(Expression::is_one(text));
  }
  for (const char* text : {"", "|", "/", "//", "a", "a|b", "|a", "a|", "/install", "/tftpboot/", "/a/b", "/a/b/c/",
                           "asn01,asn02", "<xcatmaster>"}) {
    CAPTURE(text);
    CHECK_FALSE(Expression::is_one(text));
  }
}

TEST_CASE("xcat expression: values") {
  struct Case {
    const char* expression;
    const char* node;
    const char* expected;
  };
  const Case cases[] = {
      // /re/subst/: only what matches is replaced
      {"/cn/bmc/", "cn001", "bmc001"},
      {"/^cn(\\d+)$/sn$1-ml0/", "cn001", "sn$1-ml0"},
      {"/$/-ml0/", "cn001", "cn001-ml0"},
      {"/^.*$//", "cn001", "(not set)"},
      {"/\\d+/(1+1)/", "cn001", "cn(1+1)"},
      {"/(a|b)(\\d)/$2$1/", "b7", "$2$1"},
      {"/n/m/", "nnn", "mnn"},
      {"/CN/x/", "cn001",
       "error: the regular expression 'CN' does not match; cure: correct it, or give the node a row of its own "
       "(chdef -t node)"},
      {"/(?i)CN/x/", "cn001", "x001"},
      // |re|subst|
      {"|\\D+(\\d+)|m($1)|", "rack12", "m12"},
      {"|\\D+(\\d+)|m($1+0)|", "cn007", "m7"},
      {"|\\D+(\\d+)|m($1)|", "cn007", "m007"},
      {"|\\D+(\\d+)|m$1|", "cn007", "m$1"},  // outside of parentheses it is text
      {"|\\D+(\\d+)|m(($1))|", "rack01", "m01"},
      {"|\\D+(\\d+)|m(sprintf(\"%03d\",($1-1)/4+1))x|", "cn012", "m003x"},
      {"|\\D+(\\d+)|m(sprintf(\"%s\",$1))|", "cn012", "m012"},
      {"|\\D+(\\d+)|m(sprintf(\"%3d\",5))|", "cn012", "m  5"},
      {"|\\D+(\\d+)|m(sprintf(\"%03d\",0-5))|", "cn012", "m-05"},
      {"|^(.*)$|($1)-ib|", "cn012", "cn012-ib"},
      {"|\\D+(\\d+)|10.0.(($1-1)/250).(($1-1)%250+1)|", "cn251", "10.0.1.1"},
      {"|^cn(\\d+)$|asn($1/2*2),asn($1-$1/2*2)|", "cn5", "asn4,asn1"},
      {"|a(\\d)(\\d)|a(${1}0$2)|", "a12",
       "error: '0' in parentheses, where only integers, $1 to $9, sprintf and + - * / % are evaluated; cure: correct "
       "the expression, or set plain values (chdef -t node)"},
      {"|r(\\d+)n(\\d+)|(($1-1)*16+$2)|", "r02n03", "19"},
      {"|(x)?(\\d+)|a($1)b($2)|", "7", "ab7"},
      {"|(x)?(\\d+)|a($1+1)b($2)|", "7", "a1b7"},
      {"|\\d+|x|", "cn1-ml0", "cnx-ml0"},
      {"|cn|(1)|", "cn", "1"},
      // |subst|: [\D0]*(\d+) for each number in the name
      {"|asn($1)|", "cn0012", "asn12"},
      {"|asn$1|", "cn0012", "asn$1"},
      {"|asn(($1-1)/2+1)-ml($1)|", "cn5-ml0", "asn3-ml5"},
      {"|r($1)|", "cn100", "r100"},
      {"|r($1)|", "cn000", "r0"},
      {"|($1).($2).($3)|", "r01c2b030", "1.2.30"},
      {"|x($1)|", "cn3-a", "x3"},
      {"||", "cn3", "(not set)"},
      {"|asn$1|", "login",
       "error: the name has 0 numbers, too few for this expression; cure: write it with a regular expression, "
       "|re|subst|"},
      {"|asn($2)|", "cn1",
       "error: the name has 1 numbers, too few for this expression; cure: write it with a regular expression, "
       "|re|subst|"},
      // arithmetic
      {"|x|(1+2*3)|", "x", "7"},
      {"|\\D+(\\d+)|10.40.0.(11+$1-01)|", "sn01", "10.40.0.11"},  // as xcatsetup writes it; octal is the same
      {"|x|(007+000)|", "x", "7"},
      // hosts.ip of public sites: xcat-core issue 6670, and rows of xcatsetup.
      {"|maestro-(\\d+)$|192.168.(150+$1/250-$1/250/2).($1%250+2)|", "maestro-1000", "192.168.152.2"},
      {"|maestro-(\\d+)$|192.168.(150+$1/250-$1/250/2).($1%250+2)|", "maestro-1251", "192.168.153.3"},
      {"|\\D+(\\d+).*$|172.29.(101+(($1-1)/72)).(($1-1)%72+1)|", "node73-xcc", "172.29.102.1"},
      {"|\\S+?(\\d+)$|10.40.0.(1+$1-1)|", "f2c03p17", "10.40.0.17"},
      {"|clstrf(\\d+)c(\\d+)p(\\d+)|10.($1+0).($2+0).($3+0)|", "clstrf01c02p03", "10.1.2.3"},
      {"|x|((1+2)*3)|", "x", "9"},
      {"|x|(10-4-3)|", "x", "3"},
      {"|x|(100/7/2)|", "x", "7"},
      {"|x|(17%5*2)|", "x", "4"},
      {"|x|(2--3)|", "x", "5"},
      {"|x|(-3)|", "x", "-3"},
      {"|\\D+(\\d+)|m(-$1)|", "cn007", "m-7"},
      {"|\\D+(\\d+)|m(10-(2-$1))|", "cn007", "m15"},
      {"|x|(-(2+1)*-2)|", "x", "6"},
      {"|x|( 1 + ( 2 ) )|", "x", "3"},
      {"|x|(+1)|", "x", "1"},
      {"|x|(0)|", "x", "0"},
      {"|x|(3000000000)|", "x", "3000000000"},
      {"|x|(1)(2)|", "x", "12"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.expression);
    CAPTURE(c.node);
    CHECK(value(c.expression, c.node) == c.expected);
  }
}

// An expression that was asked for other nodes before gives the same as one that was made for this node alone.
TEST_CASE("xcat expression: one for many nodes") {
  const char* const texts[] = {"|\\D+(\\d+)|sn((($1-1)/10)*2+1+($1-1)%2),sn((($1-1)/10)*2+2-($1-1)%2)|",
                               "|\\D+(\\d+)|sn((($1-1)/10)*2+1+($1-1)%2)-ml0|",
                               "|\\D+(\\d+)|a($1)b($1%3)|",
                               "|\\D+(\\d+)|(100/(20-$1))|",
                               "|sn(($1-1)/4)|",
                               "|sn(($1-1)/4)-($2)|",
                               "/\\D+(\\d+)/x$1/",
                               "|n|(1)|"};
  std::vector<Expression> together;
  for (const char* text : texts) {
    auto parsed = Expression::parse(text);
    REQUIRE(parsed);
    together.push_back(std::move(*parsed));
  }
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    for (const std::string& node : {"n" + number, "n0" + number, "n" + number + "-ml1", "n" + number, number}) {
      for (std::size_t at = 0; at < together.size(); ++at) {
        CAPTURE(texts[at]);
        CAPTURE(node);
        const auto result = together[at].evaluate(node);
        const std::string seen = !result ? "error: " + result.error().what : result->empty() ? "(not set)" : *result;
        CHECK(seen == value(texts[at], node));
      }
    }
  }
}

TEST_CASE("xcat expression: refused loudly") {
  struct Case {
    const char* expression;
    const char* node;
    const char* expected;  // begins so
  };
  const Case cases[] = {
      {"|\\D+(\\d+)|asn(a2idx($1))|", "cn1",
       "xCAT's helper function a2idx() is not understood here; cure: set the attribute of "},
      {"|(\\D)|a2zidx($1)|", "cn1", "xCAT's helper function a2zidx() is"},
      {"|x|(1+dim2idx (1,2))|", "x", "xCAT's helper function dim2idx() is"},
      {"|x|(skip($1,2))|", "x", "xCAT's helper function skip() is"},
      {"/x/ipadd($1,1)/", "x", "xCAT's helper function ipadd() is"},
      {"|x|(foo(1))|", "x",
       "'foo' in parentheses, where only integers, $1 to $9, sprintf and + - * / % are evaluated; cure: "},
      {"|x|(1.5)|", "x", "'.' in parentheses"},
      {"|x|(2**3)|", "x", "'*' in parentheses"},
      {"|x|(1 2)|", "x", "'2' in parentheses"},
      {"|x|()|", "x", "')' in parentheses"},
      {"|x|(1+)|", "x", "')' in parentheses"},
      {"|x|(1", "x", "'|x|(1' is no expression"},
      {"|x|(1|", "x", "a '(' is not closed; cure: close it"},
      {"|x|1)|", "x", "a ')' without its '('"},
      {"|x|(08)|", "x", "the number '08' begins with 0, which Perl takes as octal; cure: write it without 0"},
      {"|x|(010+1)|", "x", "the number '010' begins with 0, which Perl takes as octal; cure: write it without 0"},
      {"|x|(3000000001)|", "x", "the number '3000000001' is larger than 3000000000"},
      {"|x|(99999999999999999999999999999)|", "x", "the number '99999999999999999999999999999' is larger"},
      {"|x|(3000000000*3000000000)|", "x", "the result 9000000000000000000 is beyond 3000000000"},
      {"|x|(0-3000000000-1)|", "x", "the result -3000000001 is beyond"},
      {"|x|(1/0)|", "x", "division by zero (1 / 0); cure: correct the expression"},
      {"|x|(1%(1-1))|", "x", "division by zero (1 % 0)"},
      {"|x|(--3)|", "x", "'-' in parentheses"},
      {"|(\\d+)|m($1+1)|", "rack01",
       "the regular expression '(\\d+)' does not match the whole name, and then xCAT leaves out what is in "
       "parentheses; cure: let it match from the first character to the last"},
      {"|x|(sprintf(\"%x\",3))|", "x", "'sprintf(\"%x\",3))': only sprintf(\"%02d\", ...) and its like"},
      {"|x|(sprintf('%d',3))|", "x", "'sprintf('%d',3))': only"},
      {"|sn($1)|", "0", "a node named 0 is none to xCAT here"},
      {"|(\\D+)|($1+1)|", "cn", "$1 in parentheses is 'cn', no number up to 3000000000; cure: let the regular"},
      {"|x(\\d+)|($1+1)|", "x3000000001", "$1 in parentheses is '3000000001', no number"},
      {"|x|($1)|", "x", "$1 is used, but the regular expression 'x' has 0 groups in parentheses"},
      {"|(x)|($2+1)|", "x", "$2 is used, but the regular expression '(x)' has 1 groups"},
      {"|(x)|($0)|", "x", "'$0' is none of $1 to $9"},
      {"|(x)|($10)|", "x", "'$10' is none of $1 to $9; cure: write $1 to $9, or ${1} where a digit follows"},
      {"|(x)|($&)|", "x", "'$' is none of"},
      {"|(x)|($node)|", "x", "'$' is none of"},
      {"|(x)|(${1)|", "x", "'${1' is none of"},
      {"|(x)|(${12})|", "x", "'${12}' is none of"},
      {"|(x)|\\1|", "x", "a '\\' in the replacement; cure: write ($1) instead of \\1"},
      {"|(x|$1|", "x", "regular expression '(x': missing closing parenthesis, at character 3; cure: correct it"},
      {"|a|b|c|", "x", "'|a|b|c|' has 4 bars, so where its regular expression ends cannot be told"},
      {"||x|", "x", "the regular expression is empty"},
      {"//x/", "x", "the regular expression is empty"},
      {"|(?{ system })|x|", "x", "regular expression '(?{ system })': "},
      {"plain", "x", "'plain' is no expression"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.expression);
    CAPTURE(c.node);
    const std::string got = value(c.expression, c.node);
    CAPTURE(got);
    CHECK(got.compare(0, 7, "error: ") == 0);
    CHECK(got.substr(7, std::string(c.expected).size()) == c.expected);
    CHECK(got.find("; cure: ") != std::string::npos);
  }
}

TEST_CASE("xcat expression: a word that ends like a helper function is none") {
  CHECK(value("|x|noskip(1)|", "x") == "noskip1");
  CHECK(value("|x|skip|", "x") == "skip");
}

// Without the bounds some of these take longer than the test program may.
TEST_CASE("xcat expression: effort is bounded") {
  const std::string long_name = std::string(200, 'a') + '!';
  CHECK(value("|^(a+)+$|x|", long_name).find("takes too long; cure: ") != std::string::npos);
  CHECK(value("|^(a|aa)+$|x|", long_name).find("error: ") == 0);
  CHECK(value("|.*.*.*.*.*.*.*.*=|x|", long_name).find("error: ") == 0);
  CHECK(value('|' + std::string(2000, 'a') + "|x|", "x").find("longer than 1000 bytes") != std::string::npos);
  CHECK(value("|x|" + std::string(100000, '(') + '|', "x").find("nest deeper than 50") != std::string::npos);
  std::string signs;
  for (int i = 0; i < 50000; ++i) signs += "-+";
  CHECK(value("|x|(" + signs + "1)|", "x").find("nest deeper than 50") != std::string::npos);
  CHECK(value("|((a{1,500}){1,500}){1,500}|x|", "a").find("error: ") == 0);
  CHECK(value("|x($1)|", std::string(500, '1') + "a2").find("x111") == 0);
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a1";
  CHECK(value("|x$1|", many).find("300 numbers, too many") != std::string::npos);
  CHECK(value("|x$1|", std::string(1001, '1')).find("longer than 1000 bytes") != std::string::npos);
}

}  // namespace
}  // namespace hanfs::xcat
