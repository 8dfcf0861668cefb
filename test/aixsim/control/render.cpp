// SPDX-License-Identifier: Apache-2.0
// render: rows from given words, so that a test compares with a transcript byte for byte, without a node.
#include "control/control.hpp"
#include "core/format.hpp"
#include "core/server_format.hpp"
#include "state/routes.hpp"

namespace aixsim {

int control_render(const Strings& args) {
  const std::string name = args.empty() ? "" : args[0];
  const auto at = [&](size_t i) { return i < args.size() ? args[i] : std::string(); };
  const auto number = [&](size_t i) {
    long value = 0;
    if (at(i).size() > 1 && at(i)[0] == '-') {
      parse_number(at(i).substr(1), &value);
      return -value;
    }
    parse_number(at(i), &value);
    return value;
  };
  std::string text;
  if (name == "mount-header") {
    text = mount_header();
  } else if (name == "mount" && args.size() == 7) {
    text = mount_row(args[1], args[2], args[3], args[4], args[5], args[6]);
  } else if (name == "showfs-header") {
    text = showfs_header();
  } else if (name == "showfs" && args.size() == 5) {
    text = showfs_row(args[1], args[2], args[3], args[4]);
  } else if (name == "showfs-details" && args.size() == 5) {  // CURRENT REPLICAS(,) REMOTE OPTIONS
    text = showfs_details(args[1], args[2].empty() ? Strings() : split(args[2], ','), args[3], args[4]);
  } else if (name == "netstat-header") {
    text = netstat_header();
  } else if (name == "netstat-banner" && args.size() == 3) {  // inet|inet6 Tree|tree
    text = netstat_banner(args[1] == "inet6", args[2]);
  } else if (name == "netstat" && args.size() >= 7) {  // DEST GW FLAGS REFS USE IF [=>]
    text = netstat_row(args[1], args[2], args[3], number(4), number(5), args[6], at(7), true);
  } else if (name == "netstat-costs" && args.size() >= 9) {  // DEST GW FLAGS WT POLICY IF COST CONFIG [=>]
    text = netstat_cost_row(args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8], at(9));
  } else if (name == "route-get" && args.size() >= 10) {  // TO DEST MASK GW IF LOCAL FLAGS COST EXPIRE
    RouteAnswer answer{args[1], args[2], args[3], args[4], args[5], args[6], args[7], number(8), number(9)};
    text = route_get(answer);
  } else if (name == "tunables") {  // NAME=VALUE...
    std::vector<std::pair<std::string, std::string>> values;
    for (size_t i = 1; i < args.size(); ++i) {
      const size_t equals = args[i].find('=');
      if (equals == std::string::npos) return 2;
      values.emplace_back(args[i].substr(0, equals), args[i].substr(equals + 1));
    }
    text = tunables_list(values);
  } else if ((name == "lsattr" || name == "lsattr-H") &&
             args.size() % 4 == 1) {  // (NAME VALUE DESCRIPTION SETTABLE)...
    std::vector<Strings> rows;
    for (size_t i = 1; i < args.size(); i += 4) rows.push_back({args[i], args[i + 1], args[i + 2], args[i + 3]});
    text = lsattr_table(rows, name == "lsattr-H");
  } else if (name == "odmget" && args.size() == 8) {  // NAME ATTRIBUTE VALUE TYPE GENERIC REP NLS
    text = odm_stanza({args[1], args[2], args[3], args[4], args[5], args[6], number(7)});
  } else if (name == "ifconfig" && args.size() >= 4) {  // NAME FLAGS TAIL (inet=A/M/B | inet6=A)...
    Interface one;
    one.name = args[1];
    one.flags = args[2];
    one.tail = args[3];
    for (size_t i = 4; i < args.size(); ++i) {
      if (starts_with(args[i], "inet6=")) {
        one.inet6.push_back(args[i].substr(6));
      } else if (starts_with(args[i], "inet=")) {
        one.inet.push_back(split(args[i].substr(5), '/'));
      }
    }
    text = ifconfig_entry(one);
  } else if (name == "lssrc-header") {
    text = lssrc_header(at(1) == "blank");
  } else if (name == "lssrc" && args.size() >= 5) {  // NAME GROUP PID STATUS [blank]
    text = lssrc_row(args[1], args[2], args[3], args[4], at(5) == "blank");
  } else if (name == "df-header" && args.size() == 2) {  // 512|1024|MB|GB
    text = df_header(args[1]);
  } else if (name == "df" && args.size() == 8) {  // DEVICE BLOCKS FREE USED% IUSED IUSED% OVER, '-' for nothing
    Strings words = args;
    for (auto& word : words) word = word == "-" ? "" : word;
    text = df_row(words[1], words[2], words[3], words[4], words[5], words[6], words[7]);
  } else if (name == "lsfs-header") {
    text = lsfs_header(at(1) == "-c");
  } else if ((name == "lsfs" || name == "lsfs-c") &&
             args.size() == 10) {  // DEVICE NODE OVER VFS TYPE SIZE OPTIONS AUTO ACCT
    const Stanza stanza{args[3], args[1], args[4], args[2], args[5], args[6], args[7], args[8], args[9]};
    text = name == "lsfs" ? lsfs_row(stanza) : lsfs_colon_row(stanza);
  } else if (name == "lsfs-q" && args.size() == 2) {  // SIZE
    text = lsfs_query(args[1], true);
  } else {
    say(2,
        "aixsim: render mount-header | mount NODE MOUNTED OVER VFS DATE OPTIONS | showfs-header | showfs SERVER REMOTE "
        "FSID LOCAL |\n"
        "  showfs-details CURRENT REPLICA,... REMOTE OPTIONS | netstat-header | netstat-banner inet|inet6 Tree|tree |\n"
        "  netstat DEST GW FLAGS REFS USE IF [=>] | netstat-costs DEST GW FLAGS WT POLICY IF COST CONFIG [=>] |\n"
        "  route-get TO DEST MASK GW IF LOCAL FLAGS COST EXPIRE | tunables NAME=VALUE... | lsattr[-H] (NAME VALUE TEXT "
        "SETTABLE)... |\n"
        "  odmget NAME ATTRIBUTE VALUE TYPE GENERIC REP NLS | ifconfig NAME FLAGS TAIL (inet=A/M/B | inet6=A)... |\n"
        "  lssrc-header [blank] | lssrc NAME GROUP PID STATUS [blank] | df-header 512|1024|MB|GB |\n"
        "  df DEVICE BLOCKS FREE USED IUSED PERCENT OVER | lsfs-header [-c] | lsfs-q SIZE |\n"
        "  lsfs[-c] DEVICE NODE OVER VFS TYPE SIZE OPTIONS AUTO ACCOUNTING\n");
    return 2;
  }
  say(1, text);
  return 0;
}

}  // namespace aixsim
