// SPDX-License-Identifier: Apache-2.0
// Samples as pdsh 2.34 and clush 1.9.1 printed them here; the last cases run both, with their exec transport.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>

#include "lib/run/fake_runner.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "makehanfs/engine/host_names.hpp"
#include "makehanfs/engine/node_set.hpp"
#include "run/real_runner.hpp"

namespace hanfs::cluster {

using hanfs::run::Channel;
using hanfs::run::Outcome;
using hanfs::test::exited;
using End = HostAnswer::End;
using Kind = Engine::Kind;
using Lines = std::vector<std::string>;

namespace {

struct Read {
  std::vector<HostAnswer> hosts;
  std::map<std::string, Lines> lines;
  std::string problem;
  bool worked = false;
};

// Fed in pieces of `piece` bytes, to prove that it makes no difference how they come.
Read read(Kind kind, const std::vector<std::string>& names, const Outcome& outcome, std::size_t piece) {
  Read read;
  EngineReader reader(kind, names, [&](std::size_t host, std::string_view line, bool cut) {
    read.lines[names[host]].push_back(std::string(line) + (cut ? "[cut]" : ""));
  });
  for (const auto channel : {Channel::out, Channel::err}) {
    const std::string& all = channel == Channel::out ? outcome.out : outcome.err;
    for (std::size_t i = 0; piece != 0 && i < all.size(); i += piece)
      reader.feed(channel, std::string_view(all).substr(i, piece));
  }
  auto result = reader.finish(outcome);
  read.hosts = std::move(result.hosts);
  read.problem = std::move(result.problem);
  read.worked = result.worked;
  return read;
}

void check_host_answer(const HostAnswer& answer, End end, std::optional<int> status, bool had_stdout,
                       const std::string& last_stderr) {
  INFO(answer.host << ": " << answer.last_stderr);
  CHECK(answer.end == end);
  CHECK(answer.status == status);
  CHECK(answer.had_stdout == had_stdout);
  CHECK(answer.last_stderr == last_stderr);
}

const std::vector<std::string> eight{"cn01", "cn02", "cn03", "cn04", "cn05", "cn06", "cn07", "cn08"};

Settings settings_for(const std::string& engine) {
  Settings settings;
  settings.engine = engine;
  settings.fanout = 8;
  settings.host_deadline = 2;
  settings.engine_option = {"-R", "exec"};
  return settings;
}

Engine found(const Settings& settings) {
  const auto engine = find_engine(settings, [](const std::string& path) { return ::access(path.c_str(), X_OK) == 0; });
  REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().what));
  return *engine;
}

}  // namespace

TEST_CASE("what pdsh printed") {
  const Outcome outcome = exited(0,
                                 "cn01: hello from cn01\ncn01: line two\ncn03: whole\ncn07: colon: in: text\n"
                                 "cn07: \ncn07:    lead blank\n",
                                 "cn02: oops\n"
                                 "pdsh@vm: cn02: fake.sh exited with exit code 1\n"
                                 "pdsh@vm: cn03: fake.sh exited with exit code 3\n"
                                 "pdsh@vm: cn05: fake.sh killed by signal 9\n"
                                 "cn08: ssh: Could not resolve hostname cn08: Name or service not known\n"
                                 "pdsh@vm: cn08: ssh exited with exit code 255\n"
                                 "pdsh@vm: cn04: command timeout\n"
                                 "sending signal 15 to cn04 [fake.sh] pid 15790\n"
                                 "pdsh@vm: cn04: fake.sh killed by signal 15\n");
  for (const std::size_t piece : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    Read all = read(Kind::pdsh, eight, outcome, piece);
    CHECK(all.problem.empty());
    CHECK(all.worked);
    check_host_answer(all.hosts[0], End::exited, 0, true, "");
    check_host_answer(all.hosts[1], End::exited, 1, false, "oops");
    check_host_answer(all.hosts[2], End::exited, 3, true, "");
    check_host_answer(all.hosts[3], End::timed_out, std::nullopt, false, "");
    check_host_answer(all.hosts[4], End::exited, 137, false, "");
    check_host_answer(all.hosts[5], End::exited, 0, false, "");
    check_host_answer(all.hosts[6], End::exited, 0, true, "");
    check_host_answer(all.hosts[7], End::unreachable, std::nullopt, false,
                      "ssh: Could not resolve hostname cn08: Name or service not known");
    CHECK(all.lines["cn01"] == Lines{"hello from cn01", "line two"});
    CHECK(all.lines["cn07"] == Lines{"colon: in: text", "", "   lead blank"});
  }
}

TEST_CASE("what clush printed") {
  const Outcome outcome = exited(0, "cn01: hello from cn01\ncn07: \ncn03: no newline\n",
                                 "cn02: oops\n"
                                 "clush: cn[02,05-06]: exited with exit code 1\n"
                                 "clush: cn08: exited with exit code 255\n"
                                 "clush: cn04: command timeout\n");
  Read all = read(Kind::clush, eight, outcome, 5);
  CHECK(all.problem.empty());
  check_host_answer(all.hosts[0], End::exited, 0, true, "");
  check_host_answer(all.hosts[1], End::exited, 1, false, "oops");
  check_host_answer(all.hosts[3], End::timed_out, std::nullopt, false, "");
  check_host_answer(all.hosts[4], End::exited, 1, false, "");
  check_host_answer(all.hosts[5], End::exited, 1, false, "");
  check_host_answer(all.hosts[7], End::unreachable, std::nullopt, false, "");
  CHECK(all.lines["cn07"] == Lines{""});
}

TEST_CASE("xdsh: lines with a label, errors that name a host in whatever form, and the exit status of the whole") {
  const std::vector<std::string> names{"cn01", "cn02", "cn03"};
  Read all =
      read(Kind::xdsh, names,
           exited(1, "cn01: {\"tool\":1}\nError: cn02 remote shell had error code: 255\ncn01: Error: of its own\n",
                  "[mn]: cn03: Error: no answer\n"),
           3);
  CHECK(all.problem.empty());
  CHECK(all.lines["cn01"] == Lines{"{\"tool\":1}", "Error: of its own"});
  check_host_answer(all.hosts[0], End::unknown, std::nullopt, true, "Error: of its own");
  check_host_answer(all.hosts[1], End::unknown, std::nullopt, false, "Error: cn02 remote shell had error code: 255");
  check_host_answer(all.hosts[2], End::unknown, std::nullopt, false, "[mn]: cn03: Error: no answer");
  all = read(Kind::xdsh, names, exited(0, "cn01: fine\n"), 0);
  CHECK(all.hosts[2].status == 0);
}

TEST_CASE("xdsh: real output (test/fixtures/xcat/real), whichever stream it was on") {
  const auto output = [](const char* name) {
    std::ifstream file(std::string(HANFS_FIXTURES) + "/xcat/real/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string rc = output("xdsh_target-rc_2.12.2.out");
  const std::vector<std::string> one{"c911f03c17k24"};
  Read all = read(Kind::xdsh, one, exited(1, rc), 4);
  CHECK(all.problem.empty());
  CHECK(all.lines[one[0]] == Lines{"ls: cannot access '/abc': No such file or directory", ":DSH_TARGET_RC=2:"});
  check_host_answer(all.hosts[0], End::unknown, std::nullopt, true, "");
  all = read(Kind::xdsh, one, exited(1, "", rc), 4);
  check_host_answer(all.hosts[0], End::unknown, std::nullopt, false,
                    "ls: cannot access '/abc': No such file or directory / :DSH_TARGET_RC=2:");

  const std::string changed_key = output("xdsh_changed-host-key_2.11.out");
  const std::vector<std::string> other{"c911f04x27v06", "c911f04x27v07"};
  all = read(Kind::xdsh, other, exited(1, changed_key), 7);
  CHECK(all.problem.empty());
  Lines& said = all.lines[other[1]];
  REQUIRE(said.size() == 14);
  CHECK(said[0].empty());
  CHECK(said[1] == "Someone could be eavesdropping on you right now (man-in-the-middle attack)!");
  CHECK(said[4] == "8c:f7:65:e6:80:2f:ee:57:19:87:ee:1d:1a:45:3a:00 [MD5].");
  CHECK(said[13] == "bash: -c: line 1: syntax error: unexpected end of file");
  CHECK(all.lines[other[0]].empty());
  CHECK_FALSE(all.hosts[0].had_stdout);
  CHECK(all.hosts[1].had_stdout);
}

TEST_CASE("a call that did nothing says why; one that broke off keeps what it has") {
  Read all = read(Kind::pdsh, eight, exited(1, "", "No such rcmd module \"nosuch\"\n"), 0);
  CHECK_FALSE(all.worked);
  CHECK(all.problem.find("pdsh: exit status 1") == 0);
  CHECK(all.problem.find("No such rcmd module") != std::string::npos);
  CHECK(all.hosts[0].end == End::unknown);

  Outcome missing;
  missing.start_errno = 2;
  all = read(Kind::clush, eight, missing, 0);
  CHECK_FALSE(all.worked);
  CHECK(all.problem == "clush: could not be started: No such file or directory");

  Outcome late = exited(0, "cn01: done\ncn02: hal");
  late.end = Outcome::End::timed_out;
  all = read(Kind::clush, eight, late, 0);
  CHECK(all.worked);
  CHECK(all.problem.find("no end within its time") != std::string::npos);
  CHECK(all.hosts[0].had_stdout);
  CHECK(all.hosts[0].end == End::unknown);  // it may have been in the middle
  CHECK(all.hosts[5].end == End::unknown);
  CHECK(all.lines["cn02"] == Lines{"hal"});
}

TEST_CASE("pdsh: a line that does not end swallows no answer of the next host") {
  Read all = read(Kind::pdsh, eight, exited(0, "cn01: {\"tool\":\"hacn02: {\"tool\":\"x\"}\ncn03: /a/cn04: {x\n"), 2);
  CHECK(all.lines["cn01"] == Lines{"{\"tool\":\"ha[cut]"});
  CHECK(all.lines["cn02"] == Lines{"{\"tool\":\"x\"}"});
}

TEST_CASE("pdsh: a label inside a whole answer is only quoted; of two names the longer one is meant") {
  const std::string quoting = "{\"tool\":\"x\",\"errors\":[\"cn02: {\\\"tool\\\"\"],\"a\":{\"cn02: {\":1}}";
  Read all = read(Kind::pdsh, eight, exited(0, "cn01: " + quoting + "\n"), 0);
  CHECK(all.lines["cn01"] == Lines{quoting});
  CHECK(all.lines.count("cn02") == 0);
  all = read(Kind::pdsh, {"n1", "cn1", "a"}, exited(0, "a: {\"tocn1: {\"tool\":1}\n"), 0);
  CHECK(all.lines["cn1"] == Lines{"{\"tool\":1}"});
  CHECK(all.lines.count("n1") == 0);
  // A host that wrote a NUL byte has the same at its end (pdsh 2.34 prints up to it, without the newline). The other
  // one may have greeted before, or answered: its second answer is not the first one's.
  all = read(Kind::pdsh, eight,
             exited(0, "cn02: Welcome\ncn01: \x07 cn02: {\"tool\":\"x\"}\ncn01: cn02: {\"tool\":2}\n"), 2);
  CHECK(all.lines["cn02"] == Lines{"Welcome", "{\"tool\":\"x\"}", "{\"tool\":2}"});
  CHECK(all.lines["cn01"] == Lines{"\x07 [cut]", "[cut]"});
}

TEST_CASE("names that begin alike, carriage returns, lines of nobody") {
  for (const Kind kind : {Kind::pdsh, Kind::clush, Kind::xdsh}) {
    EngineReader reader(kind, {"cn1", "cn10", "cn1-ib"}, {});
    reader.feed(Channel::out, "cn10: a\r\ncn1-ib: b\ncn100: c\n");
    const auto result = reader.finish(exited(0));
    CHECK_FALSE(result.hosts[0].had_stdout);
    CHECK(result.hosts[1].had_stdout);
    CHECK(result.hosts[2].had_stdout);
    CHECK(result.unattributed_lines == 1);
    CHECK(result.last_unattributed == "cn100: c");
  }
  Read all = read(Kind::clush, eight, exited(0, "cn01: one\r\ncn01: t\rwo\r\r\n"), 1);
  CHECK(all.lines["cn01"] == Lines{"one", "t\rwo\r"});
}

TEST_CASE("nothing is run twice, whatever the engine says") {
  Engine engine;
  engine.kind = Kind::xdsh;
  engine.path = "/opt/xcat/bin/xdsh";
  for (const auto& outcome :
       {exited(1, "", "Error: Caught SIGINT - terminating the child processes.\n"),
        exited(1, "", "Error: Failed to dispatch command to any of the following service nodes: sn1,sn2\n"),
        exited(255, "", "not well-formed (invalid token) at line 1\n"), exited(1, "", ""),
        exited(0, "", "Unable to open socket connection to xcatd daemon on localhost:3001.\n")}) {
    hanfs::test::FakeRunner runner([&](const std::string&) { return outcome; });
    const auto results = fan_out(runner, engine, {{{"a", "b"}, {"/x"}}}, {});
    CHECK(runner.calls == Lines{"xdsh a,b -f 64 -t 60 /x"});
    CHECK_FALSE(results[0].worked);
    REQUIRE(results[0].problems.size() == 1);  // what the engine said
    const std::string said = outcome.err.empty() ? "exit status 1" : outcome.err.substr(0, outcome.err.size() - 1);
    CHECK(results[0].problems[0].find(said) != std::string::npos);
    for (const HostAnswer& host : results[0].hosts) CHECK(host.end == HostAnswer::End::unknown);
    CHECK_FALSE(results[0].untouched);
  }
  // A host that failed is no usage error.
  hanfs::test::FakeRunner failing([&](const std::string&) { return exited(1, "a: broken\n"); });
  CHECK(fan_out(failing, engine, {{{"a"}, {"/x"}}}, {})[0].worked);
  CHECK(failing.calls.size() == 1);
}

TEST_CASE("labels: an engine that puts the domain to the names of the tables") {
  const HostNames names({"cn1", "cn2", "10"});
  std::string_view line = "cn1.example.com: text";
  CHECK(names.take_label(line) == 0);
  CHECK(line == "text");
  CHECK(names.find("cn10.example.com") == HostNames::no_index);
  CHECK(names.find("10.40.1.1") == HostNames::no_index);
  CHECK(names.find("cn2.") == HostNames::no_index);
}

TEST_CASE("labels: short names of pdsh, and nobody else's lines") {
  Read all = read(Kind::pdsh, {"cn1.a.b", "cn2.a.b"}, exited(0, "cn1: one\ncn2.a.b: two\ncn3: three\nWarning: x\n"), 0);
  CHECK(all.lines.size() == 2);
  CHECK(all.lines["cn1.a.b"] == Lines{"one"});
  all = read(Kind::pdsh, {"cn1.a.b", "cn1.c.b"}, exited(0, "cn1: which?\ncn1.c.b: two\n"), 0);
  CHECK(all.lines.size() == 1);
}

TEST_CASE("a line without end is bounded") {
  std::vector<std::pair<std::size_t, bool>> on_line;
  EngineReader reader(
      Kind::clush, {"a", "b"},
      [&](std::size_t, std::string_view line, bool cut) { on_line.emplace_back(line.size(), cut); }, 100);
  reader.feed(Channel::out, "a: ");
  for (int i = 0; i < 1000; ++i) reader.feed(Channel::out, std::string(1000, 'x'));
  reader.feed(Channel::out, "\nb: short\n");
  CHECK(on_line == std::vector<std::pair<std::size_t, bool>>{{97, true}, {5, false}});
}

TEST_CASE("sets of hosts") {
  CHECK(expand_nodeset("cn[1-3,007],gpu1", 100) == Lines{"cn1", "cn2", "cn3", "cn007", "gpu1"});
  CHECK(expand_nodeset("r[1-2]n[08-10]-ib", 100) ==
        Lines{"r1n08-ib", "r1n09-ib", "r1n10-ib", "r2n08-ib", "r2n09-ib", "r2n10-ib"});
  CHECK(expand_nodeset("cn[1-4000000000]", 3).size() == 3);
  CHECK(expand_nodeset("[1-99][1-99][1-99][1-99][1-99]", 50).size() == 50);
  for (const char* broken : {"cn[1", "cn[a-b]", "cn[3-1]", "cn[-]", "cn[99999999999999999999999]", "cn[]x["}) {
    INFO(broken);
    CHECK(expand_nodeset(broken, 10).empty());
  }
}

TEST_CASE("names and words must be plain") {
  for (const char* good : {"cn01", "cn01.cluster.com", "cn_1-ib", "192.168.1.1"}) CHECK(check_host(good).empty());
  for (const char* bad : {"", "-x", "^file", "cn[1-2]", "a,b", "@all", "a b", "a;b", "user@host", "/re/", "\xc3\xa4"})
    CHECK_FALSE(check_host(bad).empty());
  for (const char* good : {"--json", "/a/b", "timeo=1", "10.0.0.1,10.0.0.2", "%h", "-oPort=22"})
    CHECK(check_word(good).empty());
  for (const char* bad : {"", "a b", "$(x)", "'x'", "a;b", "*", "~", "a\nb", "|", "`x`", "x&"})
    CHECK_FALSE(check_word(bad).empty());
}

TEST_CASE("the engine: named, or the first that is there, or a clear line") {
  Settings settings;
  const auto only = [](const std::string& there) { return [there](const std::string& path) { return path == there; }; };
  CHECK(find_engine(settings, [](const std::string&) { return true; })->kind == Kind::xdsh);
  CHECK(find_engine(settings, only("/usr/bin/clush"))->kind == Kind::clush);
  CHECK(find_engine(settings, only("")).error().what.find("/opt/xcat/bin/xdsh, /usr/bin/pdsh, /usr/bin/clush") !=
        std::string::npos);
  settings.engine = "pdsh";
  CHECK(find_engine(settings, only("/usr/bin/clush")).error().what.find("/usr/bin/pdsh is not installed") !=
        std::string::npos);
  settings.engine = "ssh";
  CHECK(find_engine(settings, only("/usr/bin/ssh")).error().what.find("is not known") != std::string::npos);
  settings.engine = "";
  settings.engine_option = {"-R", "exec; rm"};
  CHECK(find_engine(settings, only("/usr/bin/pdsh")).error().what.find("engine_option") == 0);
}

TEST_CASE("the words of a call, and what is started for them") {
  Engine engine;
  engine.path = "/usr/bin/pdsh";
  engine.fanout = 10;
  engine.host_deadline = 5;
  const std::vector<std::string> hosts(25, "cn");
  CHECK(command_line(engine, "a[1-2]", {"/x/y", "--json"}) ==
        Lines{"pdsh", "-R", "ssh", "-S", "-f", "10", "-u", "5", "-w", "a[1-2]", "/x/y", "--json"});
  CHECK(command_for(engine, {"a1", "a2", "a3"}, {"/x/y"}).argv ==
        Lines{"/usr/bin/pdsh", "-R", "ssh", "-S", "-f", "10", "-u", "5", "-w", "a[1-3]", "/x/y"});
  CHECK(command_for(engine, hosts, {"x"}).deadline == std::chrono::seconds{3 * 15 + 10});
  engine.options = {"-R", "exec"};
  CHECK(command_line(engine, "a", {"/x"}) == Lines{"pdsh", "-R", "exec", "-S", "-f", "10", "-u", "5", "-w", "a", "/x"});
  engine.kind = Kind::xdsh;
  engine.options = {};
  engine.prefix = {"sudo"};
  CHECK(command_line(engine, "a", {"/x"}) == Lines{"xdsh", "a", "-f", "10", "-t", "5", "sudo", "/x"});
  CHECK(copy_command("/install/nim", "asn[1-2]") ==
        Lines{"prsync", "-o", "rltHpEAogDz", "/install/nim", "asn[1-2]:/install"});
  CHECK(copy_command("/install", "asn1").back() == "asn1:/");
  CHECK(engine_of({}).kind == Kind::xdsh);
}

TEST_CASE("many names make several calls, one after the other, and a call that failed spoils no other") {
  std::vector<std::string> hosts;
  for (int i = 0; i < 10000; ++i) hosts.push_back("node" + std::to_string(100000 + i));
  std::size_t calls = 0;
  hanfs::test::FakeRunner runner([&](const std::string& words) {
    CHECK(words.size() < 60000);
    if (++calls == 2) return exited(1, "", "boom\n");
    return exited(0);
  });
  Engine engine;
  engine.path = "/usr/bin/pdsh";
  const auto results = fan_out(runner, engine, {{hosts, {"true"}}}, {});
  CHECK(calls == 3);
  REQUIRE(results.size() == 1);
  CHECK(results[0].worked);
  REQUIRE(results[0].problems.size() == 1);
  CHECK(results[0].problems[0].find("boom") != std::string::npos);
  CHECK(results[0].hosts.front().status == 0);
  CHECK(results[0].hosts[6000].end == End::unknown);
  CHECK(results[0].hosts.back().host == "node109999");
  CHECK(results[0].hosts.back().status == 0);
}

TEST_CASE("no time left: nothing is started, and that is said") {
  hanfs::test::FakeRunner runner([](const std::string&) { return exited(0); });
  FanoutOptions options;
  options.time_left = [] { return std::chrono::milliseconds{0}; };
  const auto results = fan_out(runner, Engine{}, {{{"a", "b"}, {"x"}}}, options);
  CHECK(runner.calls.empty());
  CHECK_FALSE(results[0].worked);
  CHECK(results[0].problems == Lines{"pdsh: 2 hosts were not asked: the time is over"});
}

TEST_CASE("a question that is not wanted yet waits for the next end of a call, and is none where it is never wanted") {
  bool wanted = false;
  hanfs::test::FakeRunner runner([&](const std::string& words) {
    wanted = wanted || words.find(" first") != std::string::npos;
    return exited(0);
  });
  FanoutOptions options;
  options.at_once = 2;
  options.is_wanted = [&](std::size_t request) { return request == 0 || wanted; };
  const std::vector<FanoutRequest> requests{{{"a"}, {"first"}}, {{"b"}, {"second"}}};
  auto results = fan_out(runner, engine_of(settings_for("pdsh")), requests, options);
  REQUIRE(runner.calls.size() == 2);
  CHECK(runner.calls[1].find("second") != std::string::npos);
  options.is_wanted = [](std::size_t request) { return request == 0; };
  results = fan_out(runner, engine_of(settings_for("pdsh")), requests, options);
  CHECK(runner.calls.size() == 3);
  CHECK(results[1].problems.empty());
  CHECK(results[1].hosts[0].end == End::not_asked);
}

// Both real engines must tell the same about the same hosts.
TEST_CASE("a host that pdsh could not reach is so, with what pdsh says of it, unless its end is known already") {
  Read all = read(Kind::pdsh, eight,
                  exited(0, "",
                         "pdsh@mn: cn01: connect: Connection refused\npdsh@mn: cn02: command timeout\n"
                         "pdsh@mn: cn02: mcmd: xpoll: timed out\npdsh@mn: cn03: ssh exited with exit code x\n"
                         "pdsh@mn: cn04: ssh killed by signal 9\npdsh@mn: nobody: gone\npdsh@mn no colon\n"),
                  0);
  check_host_answer(all.hosts[0], End::unreachable, std::nullopt, false, "connect: Connection refused");
  check_host_answer(all.hosts[1], End::timed_out, std::nullopt, false, "mcmd: xpoll: timed out");
  check_host_answer(all.hosts[2], End::unreachable, std::nullopt, false, "ssh exited with exit code x");
  check_host_answer(all.hosts[3], End::exited, 137, false, "");
  check_host_answer(all.hosts[4], End::exited, 0, false, "");
}

TEST_CASE("the status 255 of a host that answered is its own; of one that said nothing, that of ssh") {
  Read all = read(Kind::pdsh, eight,
                  exited(0, "cn01: x\n",
                         "pdsh@mn: cn01: ssh exited with exit code 255\npdsh@mn: cn02: ssh exited with exit code 255\n"
                         "pdsh@mn: cn03: ssh exited with exit code 254\n"),
                  0);
  check_host_answer(all.hosts[0], End::exited, 255, true, "");
  check_host_answer(all.hosts[1], End::unreachable, std::nullopt, false, "");
  check_host_answer(all.hosts[2], End::exited, 254, false, "");
}

TEST_CASE("clush: other words about hosts are told with them, and words about nobody are no sign of work") {
  Read all = read(Kind::clush, eight, exited(1, "", "clush: cn[01-02],cn99: something odd\nclush: cn03: exited\n"), 0);
  CHECK(all.worked);
  check_host_answer(all.hosts[0], End::exited, 0, false, "something odd");
  check_host_answer(all.hosts[1], End::exited, 0, false, "something odd");
  check_host_answer(all.hosts[2], End::exited, 0, false, "exited");
  for (const char* said : {"clush: cn99: exited with exit code 1\n", "clush: no colon here\n"}) {
    all = read(Kind::clush, eight, exited(1, "", said), 0);
    CHECK_FALSE(all.worked);
    CHECK(all.problem.find("clush: exit status 1") == 0);
    CHECK(all.problem.find(std::string(said).substr(0, std::string(said).size() - 1)) != std::string::npos);
    CHECK(all.hosts[0].end == End::unknown);
  }
}

TEST_CASE("of what a host says on stderr the last 400 bytes are kept, in whole characters") {
  const auto last_of = [](const std::string& said) {
    return read(Kind::pdsh, {"a"}, exited(0, "", "a: " + said + "\n"), 0).hosts[0].last_stderr;
  };
  CHECK(last_of(std::string(400, 'x')) == std::string(400, 'x'));
  CHECK(last_of("y" + std::string(400, 'x')) == std::string(400, 'x'));
  CHECK(last_of("\xC3\xA4" + std::string(399, 'x')) == std::string(399, 'x'));
  CHECK(last_of("\xE2\x82\xAC" + std::string(398, 'x')) == std::string(398, 'x'));
  CHECK(last_of("z\xC3\xA4" + std::string(398, 'x')) == "\xC3\xA4" + std::string(398, 'x'));
  CHECK(last_of("one\na: two") == "one / two");
}

TEST_CASE("of lines of nobody the telling one is kept: stderr before stdout, no trace behind its message") {
  const auto told = [](const std::string& out, const std::string& err) {
    EngineReader reader(Kind::pdsh, {"a"}, {});
    return reader.finish(exited(0, out, err)).last_unattributed;
  };
  CHECK(told("usage\n", "") == "usage");
  CHECK(told("usage\n", "cannot\n") == "cannot");
  CHECK(told("", "bad\nXML::Simple called at x.pm line 61.\n") == "bad");
  CHECK(told("", "bad\nworse\n") == "worse");
  CHECK(told("", "XML::Simple called at x.pm line 61.\n") == "XML::Simple called at x.pm line 61.");
  CHECK(told("out\n", "X called at x.pm line 61.\n") == "X called at x.pm line 61.");
  CHECK(told("", "bad\nthat was called at noon\n") == "that was called at noon");
  CHECK(told("", "bad\n  \n") == "bad");
}

TEST_CASE("errors of xdsh that name no host are counted, and told where it did its work all the same") {
  EngineReader reader(Kind::xdsh, {"cn01", "cn02"}, {});
  reader.feed(Channel::out, "cn01: fine\nError: one\n");
  reader.feed(Channel::err, "Error: two\nError: cn02, gone\n");
  const auto result = reader.finish(exited(1));
  CHECK(result.problem.empty());
  CHECK(result.worked);
  CHECK_FALSE(result.untouched);
  CHECK(result.unattributed_lines == 2);
  CHECK(result.last_unattributed == "Error: two");
  CHECK(result.hosts[1].last_stderr == "Error: cn02, gone");
  CHECK(result.hosts[0].end == End::unknown);
}

TEST_CASE("a program that is not on a host, and a host that nobody answers for") {
  const auto lacks = [](End end, std::optional<int> status, bool had_stdout, const char* said) {
    return lacks_program({"a", end, status, had_stdout, said}, "/opt/x");
  };
  CHECK(lacks(End::exited, 127, false, ""));
  CHECK_FALSE(lacks(End::exited, 127, true, ""));
  CHECK_FALSE(lacks(End::exited, 126, false, ""));
  CHECK_FALSE(lacks(End::exited, std::nullopt, false, ""));
  CHECK_FALSE(lacks(End::timed_out, 127, false, ""));
  CHECK(lacks(End::unknown, std::nullopt, true, "ksh: /opt/x:  not found."));
  CHECK(lacks(End::exited, 1, false, "/opt/x: No such file or directory"));
  CHECK_FALSE(lacks(End::exited, 127, false, "ksh: /opt/y:  not found."));
  CHECK_FALSE(lacks(End::exited, 127, false, "/opt/x: cannot execute"));

  const auto down = [](bool had_stdout, const char* said) {
    return is_down({"a", End::unreachable, std::nullopt, had_stdout, said});
  };
  CHECK(down(false, "ssh: connect to host a port 22: No route to host"));
  CHECK(down(false, "ssh: connect to host a port 22: Connection timed out / lost"));
  CHECK_FALSE(down(true, "ssh: connect to host a port 22: No route to host"));
  CHECK_FALSE(down(false, "ssh: connect to host a port 22: Connection refused"));
  HostAnswer refused;
  refused.last_stderr = "ssh: connect to host a port 22: Connection refused";
  CHECK(refuses_connection(refused));
  refused.had_stdout = true;
  CHECK_FALSE(refuses_connection(refused));
  refused.had_stdout = false;
  refused.last_stderr = "ssh: connect to host a port 22: Connection timed out";
  CHECK_FALSE(refuses_connection(refused));
  CHECK_FALSE(down(false, "ssh: connect to host a port 22: Network is unreachable"));
  CHECK_FALSE(down(false, "ssh: connect to host a port 22: Permission denied"));
  CHECK(down(false, "ssh: connect to host a port 22: No route to host / Permission denied"));
  CHECK_FALSE(down(false, "No route to host"));
  CHECK_FALSE(down(false, "ssh: connect to host a"));
  CHECK_FALSE(down(false, "ssh: connect to host a port 22"));
  // The last connection counts.
  CHECK_FALSE(down(false, "connect to host a port 22: No route to host / connect to host a port 22: refused"));
}

TEST_CASE("labels: a name may be 255 long, ends at a colon with a blank or nothing behind it") {
  const std::string long_name(255, 'n');
  const HostNames names({"a", long_name, "m" + long_name});
  std::string_view line = "a:";
  CHECK(names.take_label(line) == 0);
  CHECK(line.empty());
  line = "a:b";
  CHECK(names.take_label(line) == HostNames::no_index);
  CHECK(line == "a:b");
  line = "a";
  CHECK(names.take_label(line) == HostNames::no_index);
  const std::string whole = long_name + ": x";
  line = whole;
  CHECK(names.take_label(line) == 1);
  const std::string longer = "m" + whole;
  line = longer;
  CHECK(names.take_label(line) == HostNames::no_index);
  CHECK(names.ending_at("xa", 2) == std::pair<std::size_t, std::size_t>{1, 0});
  CHECK(names.ending_at("/a", 2) == std::pair<std::size_t, std::size_t>{1, 0});
  CHECK(names.ending_at("/" + long_name, 256) == std::pair<std::size_t, std::size_t>{1, 1});
  CHECK(names.ending_at("a", 0).second == HostNames::no_index);
  CHECK(names.find("a.1x") == HostNames::no_index);  // no domain begins with a digit
  CHECK(names.find("a.x1") == 0);
}

TEST_CASE("the name of each engine, and where a copy goes") {
  CHECK(std::string(name_of(Kind::xdsh)) == "xdsh");
  CHECK(std::string(name_of(Kind::pdsh)) == "pdsh");
  CHECK(std::string(name_of(Kind::clush)) == "clush");
  CHECK(copy_command("/install/nim", "sn1").back() == "sn1:/install");
  CHECK(copy_command("/install", "sn1").back() == "sn1:/");
}

TEST_CASE("a call has time for each turn of its fan, and room for what all hosts say") {
  Engine engine;
  engine.kind = Kind::pdsh;
  engine.fanout = 2;
  engine.host_deadline = 5;
  const auto seconds_for = [&](std::size_t hosts) {
    return std::chrono::duration_cast<std::chrono::seconds>(
               command_for(engine, std::vector<std::string>(hosts, "a"), {"x"}).deadline)
        .count();
  };
  CHECK(seconds_for(1) == 15 + 10);
  CHECK(seconds_for(2) == 15 + 10);
  CHECK(seconds_for(3) == 2 * 15 + 10);
  engine.fanout = 0;
  CHECK(seconds_for(3) == 3 * 15 + 10);
  CHECK(command_for(engine, {"a"}, {"x"}).max_output == std::size_t{16} << 20U);
  CHECK(command_for(engine, std::vector<std::string>(1000, "a"), {"x"}).max_output == std::size_t{1000} << 16U);
  CHECK(command_for(engine, std::vector<std::string>(9000, "a"), {"x"}).max_output == std::size_t{256} << 20U);
}

TEST_CASE("the real pdsh and the real clush") {
  for (const char* name : {"pdsh", "clush"}) {
    INFO(std::string(name));
    const std::string path = std::string("/usr/bin/") + name;
    if (::access(path.c_str(), X_OK) != 0) {
      MESSAGE("NOT TESTED: " << path << " is not installed");
      continue;
    }
    hanfs::run::RealRunner runner({});
    Settings settings = settings_for(name);
    const Engine engine = found(settings);
    std::map<std::string, Lines> on_line;
    const std::vector<std::string> hosts{"cn1", "cn2", "cn3"};
    FanoutOptions options;
    options.on_line = [&](std::size_t, std::size_t host, std::string_view line, bool) {
      on_line[hosts[host]].emplace_back(line);
    };
    auto results = fan_out(runner, engine, {{hosts, {"/bin/echo", "%h", "--status", "-w", "x"}}}, options);
    CHECK(results[0].worked);
    CHECK_MESSAGE(results[0].problems.empty(), (results[0].problems.empty() ? "" : results[0].problems[0]));
    for (const HostAnswer& host : results[0].hosts) {
      check_host_answer(host, End::exited, 0, true, "");
      CHECK(on_line[host.host] == Lines{host.host + " --status -w x"});
    }
    results = fan_out(runner, engine, {{hosts, {"/bin/false"}}}, {});
    for (const HostAnswer& host : results[0].hosts) check_host_answer(host, End::exited, 1, false, "");
    results = fan_out(runner, engine, {{hosts, {"/bin/sleep", "20"}}}, {});
    for (const HostAnswer& host : results[0].hosts) CHECK(host.end == End::timed_out);
    results = fan_out(runner, engine, {{hosts, {"/bin/ls", "/nosuch-%h"}}}, {});
    for (const HostAnswer& host : results[0].hosts) {
      CHECK(host.status == 2);
      CHECK(host.last_stderr.find("/nosuch-" + host.host) != std::string::npos);
    }
    // A line longer than pdsh keeps: its beginning is lost, and it must not look like a whole one.
    on_line.clear();
    results = fan_out(runner, engine, {{{"cn1"}, {"/usr/bin/seq", "-s,", "1", "40000"}}}, options);
    REQUIRE(on_line["cn1"].size() == 1);
    CHECK((on_line["cn1"][0].size() == 228893) == (engine.kind == Kind::clush));
    settings.engine_option = {"-R", "nosuch"};
    results = fan_out(runner, found(settings), {{hosts, {"true"}}}, {});
    CHECK_FALSE(results[0].worked);
    CHECK(results[0].problems.size() == 1);
  }
}

}  // namespace hanfs::cluster
