// SPDX-License-Identifier: Apache-2.0
// ifconfig, logger, hostname, uname, lsps, oslevel, sysdumpdev.
#include "commands/command.hpp"
#include "core/format.hpp"
#include "state/mounts.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

// [SEEN ifconfig-a_aix72_qemu]
Interface describe(const Nic& nic) {
  Interface one;
  one.name = nic.name;
  if (nic.name == "lo0") {
    one.flags = "e08084b,c0<UP,BROADCAST,LOOPBACK,RUNNING,SIMPLEX,MULTICAST,GROUPRT,64BIT,LARGESEND,CHAIN>";
    one.inet6 = {"::1%1/64"};
    one.tail = "tcp_sendspace 131072 tcp_recvspace 131072 rfc1323 1";
  } else {
    one.flags = nic.up ? "e084863,480<UP,BROADCAST,NOTRAILERS,RUNNING,SIMPLEX,MULTICAST,GROUPRT,64BIT,CHAIN>"
                       : "e084822,480<BROADCAST,NOTRAILERS,SIMPLEX,MULTICAST,GROUPRT,64BIT,CHAIN>";
    one.tail = "tcp_sendspace 262144 tcp_recvspace 262144 rfc1323 1";
  }
  for (const auto& [address, mask] : nic.inet) {
    one.inet.push_back({ipv4(address), strf("0x%08x", mask), ipv4(address | ~mask)});
  }
  return one;
}

}  // namespace

int cmd_ifconfig(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "usage: ifconfig interface\n       [ af [ address [ dest_addr ] ] [ up ] [ down ] [ netmask mask ] ]\n"
        "       ifconfig -a [ -l ] [ -d ] [ -u ]\n");
  };
  if (call.args.empty() || call.args.size() > 2) return usage();
  auto all = nics(call.node);
  if (call.args[0] == "-a" && call.args.size() == 1) {
    for (const auto& nic : all) call.out += ifconfig_entry(describe(nic));
    return 0;
  }
  if (call.args[0] == "-l" && call.args.size() == 1) {
    for (const auto& nic : all) call.out += nic.name + " ";
    call.out += "\n";
    return 0;
  }
  if (starts_with(call.args[0], "-")) return usage();
  for (auto& nic : all) {
    if (nic.name != call.args[0]) continue;
    if (call.args.size() == 1) {
      call.out = ifconfig_entry(describe(nic));
      return 0;
    }
    if (call.args[1] != "up" && call.args[1] != "down") return usage();
    nic.up = call.args[1] == "up";
    save_nics(call.node, all);
    return 0;
  }
  return call.fail("0821-555 ioctl (SIOCGIFFLAGS).: The device does not exist.\n");
}

int cmd_logger(Call& call) {
  std::string priority = "user.notice", tag = "root";
  Strings words;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (words.empty() && (arg == "-p" || arg == "-t" || arg == "-f")) {
      if (++i >= call.args.size() || arg == "-f") {
        return call.fail("Usage: logger [-f File] [-i] [-p Priority] [-t Tag] [Message]\n");
      }
      (arg == "-p" ? priority : tag) = call.args[i];
    } else if (words.empty() && arg == "-i") {
    } else if (words.empty() && starts_with(arg, "-") && arg.size() > 1) {
      return call.fail("logger: Not a recognized flag: " + arg.substr(1) +
                       "\nUsage: logger [-f File] [-i] [-p Priority] [-t Tag] [Message]\n");
    } else {
      words.push_back(arg);
    }
  }
  call.node.append("syslog", record({priority, tag, join(words, " ")}) + "\n");
  return 0;
}

int cmd_hostname(Call& call) {
  if (!call.args.empty() && call.args[0] != "-s") return call.fail("Usage: hostname [ hostname ] [ -s ]\n");
  call.out = call.node.setting("hostname") + "\n";
  return 0;
}

int cmd_uname(Call& call) {
  std::string flags = "s";
  if (!call.args.empty()) flags.clear();
  for (const auto& arg : call.args) {
    if (arg.size() < 2 || arg[0] != '-')
      return call.fail("Usage: uname [ -m ] [ -M ] [ -n ] [ -p ] [ -r ] [ -s ] [ -v ] [ -a ]\n");
    flags += arg.substr(1);
  }
  Strings words;
  const auto wants = [&](char flag) {
    return flags.find(flag) != std::string::npos || flags.find('a') != std::string::npos;
  };
  for (const char flag : flags) {
    if (std::string("asnrvmpM").find(flag) == std::string::npos) {
      return call.fail(strf(
          "uname: Not a recognized flag: %c\nUsage: uname [ -m ] [ -M ] [ -n ] [ -p ] [ -r ] [ -s ] [ -v ] [ -a ]\n",
          flag));
    }
  }
  if (wants('s')) words.push_back("AIX");
  if (wants('n')) words.push_back(call.node.setting("hostname"));
  if (wants('r')) words.push_back("1");
  if (wants('v')) words.push_back("7");
  if (wants('m')) words.push_back("00F6A3C14C00");
  if (flags.find('p') != std::string::npos) words.push_back("powerpc");
  if (flags.find('M') != std::string::npos) words.push_back("IBM,9125-F2C");
  call.out = join(words, " ") + "\n";
  return 0;
}

// nfs 3: the level that HA NFS needs is one of the variant's values; the form is [DOC] robinvenables.com's.
int cmd_oslevel(Call& call) {
  if (call.args != Strings{"-s"}) return call.fail("Usage: oslevel [-r | -s]\n");
  call.out = call.node.variant("oslevel") + "\n";
  return 0;
}

// nfs 3: after a failover a diskless node has no dump device. The rows are those of IBM's technote on dump devices.
int cmd_sysdumpdev(Call& call) {
  if (call.args != Strings{"-l"}) return call.fail("Usage: sysdumpdev -l\n");
  Mount root;
  Filesystem fs;
  const Mounts mounts(call.node);
  const bool diskless = call.node.setting("standalone") != "yes" && mounts.at("/", &root);
  const bool moved = diskless && mounts.load(root.fs, &fs) && mounts.current(fs) != fs.mounted_from;
  call.out = "primary              " +
             std::string(moved      ? "/dev/sysdumpnull"
                         : diskless ? "/dev/netdump"
                                    : "/dev/lg_dumplv") +
             "\nsecondary            /dev/sysdumpnull\ncopy directory       /var/adm/ras\n"
             "forced copy flag     FALSE\nalways allow dump    TRUE\ndump compression     ON\n"
             "type of dump         traditional\n";
  return 0;
}

// A diskless node goes down; -F: at once. What it prints is a guess.
int cmd_shutdown(Call& call) {
  if (call.args != Strings{"-F"}) return call.fail("Usage: shutdown [-F]\n");
  if (call.node.setting("server") == "yes") return call.fail("shutdown: servers are not simulated\n");
  call.node.write("down", "powered off\n");
  call.out = "\nSHUTDOWN PROGRAM\n";
  return 0;
}

// nfs 6: NIM's swapnfs0 always names the primary. Layout is a guess.
int cmd_lsps(Call& call) {
  if (call.args.size() != 1 || (call.args[0] != "-a" && call.args[0] != "-s")) {
    return call.fail("Usage: lsps {-s | [-c | -l] {-a | -t {lv|nfs|ps_helper} | PagingSpace}}\n");
  }
  if (call.args[0] == "-s") {
    call.out = "Total Paging Space   Percent Used\n      64MB               1%\n";
    return 0;
  }
  Mount root;
  const bool diskless = call.node.setting("standalone") != "yes" && Mounts(call.node).at("/", &root);
  call.out = "Page Space      Physical Volume   Volume Group    Size %Used   Active    Auto    Type   Chksum\n";
  call.out += diskless
                  ? padded("swapnfs0", 15) + " " + padded(root.node, 17) +
                        " /export/paging     64MB     1     yes     yes    nfs        0\n"
                  : "hd6             hdisk0            rootvg         512MB     1     yes     yes    lv         0\n";
  return 0;
}

}  // namespace aixsim
