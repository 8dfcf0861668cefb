// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/node/judge.hpp"

#include <doctest/doctest.h>

#include "checkhanfs/node/openmetrics.hpp"

using hanfs::check::judge;
using hanfs::check::NodeSystem;
using hanfs::check::NodeVerdict;
using hanfs::node::GatewayState;
using hanfs::node::MountState;
using hanfs::node::Report;
using hanfs::report::PluginState;

namespace {

MountState mount(const std::string& path) {
  MountState state;
  state.path = path;
  state.vfs = "nfs4";
  state.server = "sn1";
  state.current = "10.0.0.1";
  state.replicas = {"10.0.0.2"};
  state.failover = 0.3;
  state.state = "ok";
  return state;
}

GatewayState gateway(const std::string& address, const std::string& state) {
  GatewayState one;
  one.address = address;
  one.live = state != "missing";
  one.state = state;
  return one;
}

Report healthy() {
  Report report;
  report.mounts.mounts = {mount("/"), mount("/usr"), mount("/home")};
  report.mounts.mounts[2].server = "nas";
  report.routes.gateways = {gateway("10.0.0.1", "ok"), gateway("10.0.0.2", "ok")};
  report.resolver.state = "ok";
  report.verdict.failover = "0.3s";
  return report;
}

std::string codes(const NodeVerdict& verdict) {
  std::string text;
  for (const auto& finding : verdict.findings) text += (text.empty() ? "" : " ") + finding.code;
  return text;
}

}  // namespace

TEST_CASE("a healthy node is OK") {
  const NodeVerdict verdict = judge(healthy(), {});
  CHECK(verdict.plugin.state == PluginState::ok);
  CHECK(verdict.plugin.summary == "3 NFSv4 file systems, failover 0.3s");
  CHECK(verdict.findings.empty());
}

TEST_CASE("no replica: fatal for what the node runs from, a warning elsewhere, nothing where it is excluded") {
  Report report = healthy();
  report.mounts.mounts[2].never = true;
  CHECK(judge(report, {}).plugin.state == PluginState::warning);
  report.mounts.mounts[1].never = true;
  const NodeVerdict verdict = judge(report, {});
  CHECK(verdict.plugin.state == PluginState::critical);
  CHECK(codes(verdict) == "no-replica no-replica");
  CHECK(verdict.findings[0].text.rfind("/usr has no replica", 0) == 0);
  report.mounts.mounts[1].state = report.mounts.mounts[2].state = "excluded";
  CHECK(judge(report, {}).plugin.state == PluginState::ok);
  // What a node runs from is known by its root, wherever that stands among the mounts.
  report = healthy();
  report.mounts.mounts[2].never = true;
  report.mounts.mounts[0].server = "nas";
  CHECK(judge(report, {}).plugin.state == PluginState::critical);
}

TEST_CASE("the worst comes first, and the rest is counted") {
  Report report = healthy();
  report.mounts.mounts[0].state = "unknown";
  report.mounts.mounts[1].state = "drift";
  report.mounts.mounts[2].is_away = true;
  const NodeVerdict verdict = judge(report, {});
  CHECK(codes(verdict) == "silent untuned away");
  CHECK(verdict.plugin.summary.find("(and 2 more)") != std::string::npos);
  CHECK(verdict.plugin.state == PluginState::critical);
}

TEST_CASE("gateways: one dead is a warning, all dead is critical, none at all is no finding") {
  Report report = healthy();
  report.routes.gateways[0].state = "down";
  CHECK(codes(judge(report, {})) == "gateway-dead");
  report.routes.gateways[1].state = "down";
  CHECK(codes(judge(report, {})) == "no-gateway");
  CHECK(judge(report, {}).plugin.state == PluginState::critical);
  report.routes.gateways = {gateway("10.0.0.1", "ok"), gateway("10.0.0.2", "missing")};
  CHECK(codes(judge(report, {})) == "gateway-differs");
  report.routes.gateways = {gateway("10.0.0.1", "missing"), gateway("10.0.0.2", "missing")};
  report.routes.gateways[0].live = report.routes.gateways[1].live = false;
  CHECK(codes(judge(report, {})) == "no-gateway gateway-differs");
  report.routes_left_alone = "the node has no default gateway";  // so setupnfsv4replication would not set them
  CHECK(codes(judge(report, {})) == "no-gateway");
  report.routes.gateways.clear();
  CHECK(judge(report, {}).plugin.state == PluginState::ok);
}

TEST_CASE("settings that cannot be met are a finding each, and what --status does not call well is never OK") {
  Report report = healthy();
  report.unmet = {"gateway 10.9.9.9 is no host of a network of this node", "persist: / comes from a server"};
  NodeVerdict verdict = judge(report, {});
  CHECK(verdict.plugin.state == PluginState::warning);
  CHECK(codes(verdict) == "settings settings");
  CHECK(verdict.findings[0].text == report.unmet[0]);

  report = healthy();
  report.errors = {"something that no finding is about"};
  verdict = judge(report, {});
  CHECK(codes(verdict) == "differs");
  CHECK(verdict.findings[0].text.find("status=fail: something that no finding is about") != std::string::npos);
}

TEST_CASE("the length of a failover is the same in the headline and in the performance data") {
  Report report = healthy();
  report.mounts.mounts[2].never = true;
  report.mounts.mounts[2].failover.reset();
  CHECK(judge(report, {}).plugin.values[0].value == "U");
  report = healthy();
  report.mounts.mounts[0].state = "excluded";
  report.mounts.mounts[0].failover = 50;
  report.verdict.failover = text_of(worst_failover(report.mounts));
  const NodeVerdict verdict = judge(report, {});
  CHECK(verdict.plugin.summary == "2 NFSv4 file systems (and 1 excluded), failover 50s");
  CHECK(verdict.plugin.values[0].value == "50");
}

TEST_CASE("the dump device counts on a diskless node only") {
  NodeSystem system;
  system.dump_devices.emplace().primary = "/dev/sysdumpnull";
  CHECK(codes(judge(healthy(), system)) == "no-dump-device");
  Report standalone = healthy();
  standalone.mounts.mounts.erase(standalone.mounts.mounts.begin());
  CHECK(judge(standalone, system).plugin.state == PluginState::ok);
}

TEST_CASE("AIX 7.1 TL1 needs fixes, which is a note; an older one is a warning") {
  NodeSystem system;
  system.level = hanfs::aix::Level{7100, 1, 4};
  CHECK(judge(healthy(), system).plugin.state == PluginState::ok);
  CHECK(judge(healthy(), system).notes.at(0).find("IV16758") != std::string::npos);
  system.level = hanfs::aix::Level{7100, 1, 2};
  CHECK(codes(judge(healthy(), system)) == "aix-level");
  system.level = hanfs::aix::Level{7200, 5, 3};
  CHECK(judge(healthy(), system).notes.empty());
}

TEST_CASE("what was not observed is UNKNOWN, unless something is worse") {
  Report report = healthy();
  hanfs::app::Unobserved item;
  item.command = "netstat";
  item.what = "netstat -rn: no answer";
  report.observed.unobserved.push_back(item);
  CHECK(judge(report, {}).plugin.state == PluginState::unknown);
  report.mounts.mounts[0].is_away = true;
  CHECK(judge(report, {}).plugin.state == PluginState::warning);
}

TEST_CASE("each command that failed is named, in a finding or in a note") {
  const auto failed = [](const std::string& words) {
    hanfs::app::Unobserved item;
    item.command = words.substr(0, words.find(' '));
    item.words = words;
    item.what = words + ": exit status 7: boom";
    return item;
  };
  Report report = healthy();
  report.observed.unobserved = {failed("nfs4cl showfs"), failed("nfs4cl showfs /usr"), failed("nfs4cl showfs /home"),
                                failed("mount")};
  report.mounts.mounts[1].state = report.mounts.mounts[2].state = "unknown";
  const NodeVerdict verdict = judge(report, {});
  CHECK(codes(verdict) == "silent unobserved");
  CHECK(verdict.findings[0].text.find("/usr, /home: nfs4cl gave no answer about it (nfs4cl showfs /usr: exit status 7: "
                                      "boom); cure: ") == 0);
  CHECK(verdict.findings[1].text == "what is mounted could not be seen: mount: exit status 7: boom");
  CHECK(verdict.notes ==
        std::vector<std::string>{"nfs4cl showfs: exit status 7: boom", "nfs4cl showfs /home: exit status 7: boom"});
  report.observed.mounts.emplace_back();
  CHECK(judge(report, {}).findings[1].text == "not all that is mounted could be seen: mount: exit status 7: boom");
}

TEST_CASE("metrics say the same") {
  Report report = healthy();
  report.mounts.mounts[1].path = "/a\"b\\c\n\xff";
  report.mounts.mounts[2].failover.reset();
  report.routes.gateways[1].state = "down";
  const std::string text = openmetrics_text(report, judge(report, {}));
  CHECK(text.find("hanfs_check_state 1\n") != std::string::npos);
  CHECK(text.find("hanfs_mount_tuned{path=\"/a\\\"b\\\\c\\\\x0a\\\\xff\"} 1\n") != std::string::npos);
  CHECK(text.find("hanfs_mount_failover_seconds{path=\"/home\"}") == std::string::npos);
  CHECK(text.find("hanfs_gateway_live{address=\"10.0.0.2\"} 0\n") != std::string::npos);
  CHECK(text.back() == '\n');
}
