// SPDX-License-Identifier: Apache-2.0
#include "aix/nfs_server.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

std::string mode(const std::string& text) { return as_text(parse_getreplicas(text)); }

TEST_CASE("what can be an NFSv4 domain") {
  for (const char* word : {"cluster.example.com", "cluster", "a-b.c_d", "1a.2b"}) CHECK(is_nfs_domain(word));
  for (const char* word : {"", ".", "a..b", ".a", "a.", "a b", "-a", "a-.b", "10.0.0.1", "none", "Unknown", "a/b"})
    CHECK_FALSE(is_nfs_domain(word));
  CHECK(is_nfs_domain(std::string(63, 'a') + ".b"));
  CHECK_FALSE(is_nfs_domain(std::string(64, 'a') + ".b"));
  const std::string label = std::string(49, 'a') + ".";
  const std::string of_250 = label + label + label + label + label;
  CHECK(is_nfs_domain(of_250 + "bbb"));
  CHECK_FALSE(is_nfs_domain(of_250 + "bbbb"));
}

TEST_CASE("rpcinfo: one version that answers is enough") {
  CHECK(
      is_ready_and_waiting("program 100003 version 3 ready and waiting\nprogram 100003 version 4 is not available\n"));
  CHECK_FALSE(is_ready_and_waiting("program 100003 version 4 is not available\n"));
  CHECK_FALSE(is_ready_and_waiting(""));
}

TEST_CASE("showmount: another server's exports, none, and what is no list") {
  using Words = std::vector<std::string>;
  CHECK(parse_showmount("export list for localhost:\n/u02/share (everyone)\n") == Words{"/u02/share"});
  CHECK(parse_showmount("export list for h:\n/a b  cn017,cn018\r\n/c\t(everyone)\n") == Words{"/a b", "/c"});
  CHECK(parse_showmount("no exported file systems for aixnim\n") == Words{});
  CHECK(parse_showmount("export list for h:\n") == Words{});
  for (const char* text : {"", "\n", "showmount: RPC: 1832-019 Program not registered\n", "/a (everyone)\n"})
    CHECK_FALSE(parse_showmount(text).has_value());
}

TEST_CASE("getreplicas: on") {
  for (const char* text : {"on",
                           "on\n",
                           "ON\r\n",
                           "\n  on  \n",
                           "enabled",
                           "yes",
                           "1",
                           "'on'",
                           "NFS version 4 replication is enabled.\n",
                           "Replication is turned on",
                           "replication on",
                           "replication=ON\nroot_replicas=\n",
                           "replication = on",
                           "Replication mode: enabled",
                           "mode=on",
                           "replicas enabled: yes",
                           "#replication:replicas\non:\n",
                           "#replication:replicas\non:/@h1+h2\n",
                           "#replicas:replication\n/@h:on\n",
                           "on:/@h",
                           "NFS version 4 replication is enabled.\nRoot replicas: none\n",
                           "replication: on\nreplicas: 0\n",
                           "/@h",
                           "/@10.0.0.1+10.0.0.2",
                           "/install@sn01:/install@sn02",
                           "Root replicas: /@h",
                           "Replicas:\n  10.0.0.1\n  2001:db8::1\n",
                           "10.0.0.1 10.0.0.2",
                           "10.0.0.1, 10.0.0.2",
                           "10.0.0.1:/ 10.0.0.2:/",
                           "sn01+sn02",
                           "replicas=sn01.x+sn02.x",
                           "# nfsd -getreplicas\non\n#",
                           "\xEF\xBB\xBFon"}) {
    CAPTURE(text);
    CHECK(mode(text) == "on\n");
  }
}

TEST_CASE("getreplicas: off") {
  for (const char* text :
       {"off", "off\n", "OFF\r\n", "disabled.", "no", "0", "none", "NFS version 4 replication is disabled.\n",
        "Replication is not enabled.", "replication off", "replication=OFF\nroot_replicas=\n", "replication: none",
        "Root replicas: none", "replicas enabled: no", "#replication:replicas\noff:\n", "off:", "Replication: off.",
        "# nfsd -getreplicas\noff\n#"}) {
    CAPTURE(text);
    CHECK(mode(text) == "off\n");
  }
}

TEST_CASE("getreplicas: nobody can know") {
  for (const std::string& text :
       {std::string(),
        std::string("\n\n"),
        std::string("# on\n"),
        std::string("on\noff\n"),
        std::string("off\n/@h\n"),
        std::string("Replication can be on or off"),
        std::string("replication must be on"),
        std::string("chnfs: cannot change while replication is enabled"),
        std::string("replication is not disabled"),
        std::string("no replication is enabled"),
        std::string("replication disabled: yes"),
        std::string("off: yes"),
        std::string("nfsd: Not a recognized flag: getreplicas"),
        std::string("Usage: nfsd [-a | -p 1 | -u 1] nservers\n       nfsd [-getnodes | -getreplicas]\n"),
        std::string("exit status: 1"),
        std::string("status: 0"),
        std::string("nfsd: 1"),
        std::string("sn01"),
        std::string("grace period is on"),
        std::string("public node: /"),
        std::string("root_replicas="),
        std::string(":"),
        std::string("="),
        std::string("@h"),
        std::string("/a@"),
        std::string("a+"),
        std::string("+"),
        std::string("2"),
        std::string("oon"),
        std::string("-1"),
        std::string("o\0n", 3),
        std::string("on\0", 3),
        std::string("host 10.0.0.1 cannot be reached"),
        std::string("#replication:replicas\n"),
        std::string("#replication:replicas\n:\n"),
        std::string("\x01\xFF\xC2")}) {
    CAPTURE(text);
    CHECK(mode(text) == "unknown\n");
  }
}

TEST_CASE("domain") {
  struct Case {
    std::string text;
    const char* expected;  // nullptr: not set
  };
  const Case cases[] = {
      {"cluster.example.com\n", "cluster.example.com"},
      {"cluster.example.com", "cluster.example.com"},
      {"  Cluster.Example.COM \r\n", "Cluster.Example.COM"},
      {"linbit\n", "linbit"},
      {"a-b_c.x1\n", "a-b_c.x1"},
      {"3com.com\n", "3com.com"},
      {"\"example.com\".\n", "example.com"},
      {"Current local domain: example.com\n", "example.com"},
      {"Current local domain: linbit\n", "linbit"},
      {"local_domain=example.com\n", "example.com"},
      {"domain = example.com\n", "example.com"},
      {"The NFS local domain is example.com.\n", "example.com"},
      {"NFS domain example.com is in use\n", "example.com"},
      {"NFS domain has been set to example.com\n", "example.com"},
      {"# chnfsdom\nexample.com\n#", "example.com"},
      {"example.com\nEXAMPLE.com\n", "example.com"},
      {"\xEF\xBB\xBF"
       "example.com",
       "example.com"},
      {"", nullptr},
      {"\n", nullptr},
      {"N/A\n", nullptr},
      {"Current local domain: N/A\n", nullptr},
      {"local domain n/a, host example.com\n", nullptr},
      {"none", nullptr},
      {"Current local domain:\n", nullptr},
      {"Current local domain: none\n", nullptr},
      {"The local domain is not set.\n", nullptr},
      {"No domain is set.\n", nullptr},
      {"The domain is missing.\n", nullptr},
      {"domain is unset", nullptr},
      {"chnfsdom: 1831-500 failed\n", nullptr},
      {"Usage: chnfsdom [Domain]\n", nullptr},
      {"error=foo.com", nullptr},
      {"error: foo.com", nullptr},
      {"The domain in /etc/nfs/local_domain is broken\n", nullptr},
      {"The domain must be example.com\n", nullptr},
      {"a.com\nb.com\n", nullptr},
      {"1831-011\n", nullptr},
      {"10.0.0.1\n", nullptr},
      {"a..b\n", nullptr},
      {".\n", nullptr},
      {"-a.b\n", nullptr},
      {"a/b\n", nullptr},
      {"\xC3\xA4.de\n", nullptr},
      {std::string("a\0b.com\n", 8), nullptr},
      {std::string(64, 'a'), nullptr},
      {std::string(63, 'a') + ".b", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto domain = parse_nfs_domain(c.text);
    if (c.expected == nullptr) {
      CHECK_FALSE(domain);
    } else {
      REQUIRE(domain);
      CHECK(*domain == (*c.expected == '\0' ? c.text : std::string(c.expected)));
    }
  }
}

TEST_CASE("server answers: long input") {
  for (const std::string piece :
       {"a", " ", "on ", "on\n", ":", "a.", "a:", "/@h ", "/@h\n", "+a", "#:repl\n", "10.0.0.1\n"}) {
    std::string all;
    while (all.size() < 10000) all += piece;
    CAPTURE(piece);
    const bool on = piece == "on\n" || piece == "/@h\n" || piece == "10.0.0.1\n";
    CHECK(mode(all) == (on ? "on\n" : "unknown\n"));
    CHECK(parse_nfs_domain(all) == (piece == "on\n" ? std::optional<std::string>("on") : std::nullopt));
    CHECK(mode("#repl:" + all) == (on && piece != "on\n" ? "on\n" : mode("#repl:" + all)));
  }
  std::string columns = "#repl";
  for (int i = 0; i < 1000; ++i) columns += ":repl";
  columns += '\n';
  while (columns.size() < 10000) columns += "a:\n";
  CHECK(mode(columns) == "unknown\n");
}

}  // namespace
}  // namespace hanfs::aix
