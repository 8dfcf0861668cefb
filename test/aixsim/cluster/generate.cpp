// SPDX-License-Identifier: Apache-2.0
// Prints the file of a large cluster. The same arguments and seed give the same bytes on every machine.
#include <algorithm>

#include "cluster/cluster.hpp"
#include "core/format.hpp"

namespace aixsim {
namespace {

struct Wanted {
  long domains = 3, servers = 2, nodes = 20, seed = 1;
  std::string rows = "mixed", gateway = "router", exports = "plain";
  bool hanfsdomid = false;
};

// splitmix64: small, and the same everywhere.
std::uint64_t scattered(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

int bad(const std::string& text) {
  say(2, "aixsim: cluster generate: " + text + "\n");
  return 2;
}

bool one_of(const std::string& value, const Strings& all) {
  return std::find(all.begin(), all.end(), value) != all.end();
}

// The prefix of a domain's node-facing network: room for its machines and a router.
int prefix_for(long machines) {
  int prefix = 24;
  while (prefix > 8 && (1L << (32 - prefix)) < machines + 16) --prefix;
  return prefix;
}

std::string server_name(const Wanted& wanted, long domain, long i) {
  return "sn" + std::to_string((domain - 1) * wanted.servers + i + 1);
}

// Servers in the order of the node's list: rotated, so that each server is the primary of its share.
Strings rotated(const Wanted& wanted, long domain, long first) {
  Strings all;
  for (long i = 0; i < wanted.servers; ++i) all.push_back(server_name(wanted, domain, (first + i) % wanted.servers));
  return all;
}

std::string res_words(const Strings& list) {
  const std::string facing = list[0] + "-ml0";
  return "servicenode=" + join(list, ",") + " tftpserver=" + facing + " nfsserver=" + facing + " monserver=" + list[0] +
         " xcatmaster=" + facing;
}

std::string domain_text(const Wanted& wanted, long domain, int prefix) {
  const std::string tag = strf("%04ld", domain);
  const auto net = static_cast<unsigned>(0x0a000000u + (static_cast<unsigned>(domain) << (32 - prefix)));
  const std::string slash = "/" + std::to_string(prefix);
  std::string text;
  text += "network net" + tag + " net=" + ipv4(net) + " mask=" + ipv4(mask_of(prefix)) +
          " mgtifname=en1 gateway=" + (wanted.gateway == "router" ? ipv4(net + 1) : "\"<xcatmaster>\"") + "\n";
  for (long i = 0; i < wanted.servers; ++i) {
    const auto number = static_cast<unsigned>((domain - 1) * wanted.servers + i);
    const std::string name = server_name(wanted, domain, i);
    text += "server " + name + " address=" + ipv4(0xac100100u + number) + "/12 node-name=" + name +
            "-ml0 node-address=" + ipv4(net + 2 + static_cast<unsigned>(i)) + slash + " domain=d" + tag +
            " groups=service gateway=172.16.0.1\n";
  }
  text += "device hmc" + tag + " address=" + ipv4(0xac1f0000u + static_cast<unsigned>(domain)) +
          " groups=hmc servicenode=" + server_name(wanted, domain, 0) + "\n";
  const std::uint64_t dice = scattered(static_cast<std::uint64_t>(wanted.seed) * 1000003u + tag.size() + hash64(tag));
  std::string style = wanted.rows;
  if (style == "mixed") style = dice % 3 == 0 ? "group" : dice % 3 == 1 ? "node" : "regex";
  if (style == "regex" && wanted.servers != 2) style = "group";
  for (long i = 0; i < wanted.nodes; ++i) {
    const long number = (domain - 1) * wanted.nodes + i + 1, first = (number - 1) % wanted.servers;
    const Strings list = rotated(wanted, domain, first);
    text += strf("node n%06ld address=", number) + ipv4(net + 16 + static_cast<unsigned>(i)) + slash + " groups=rack" +
            tag + static_cast<char>('a' + first) + ",dom" + tag + ",compute";
    if (style == "node") {
      text += " primary=" + list[0];
      if (list.size() > 1) text += " backup=" + join(list, ",", 1);
    }
    text += "\n";
  }
  if (style == "group") {
    for (long first = 0; first < std::min(wanted.servers, wanted.nodes); ++first) {
      text += "row noderes node=rack" + tag + static_cast<char>('a' + first) + " " +
              res_words(rotated(wanted, domain, first)) + "\n";
    }
  } else if (style == "regex") {
    const std::string base = "(($1-1)/" + std::to_string(wanted.nodes) + ")*2+", odd = "($1-1)%2";
    const std::string head = "\"|\\\\D+(\\\\d+)|", one = "sn(" + base + "1+" + odd + ")",
                      two = "sn(" + base + "2-" + odd + ")";
    text += "row noderes node=dom" + tag + " servicenode=" + head + one + "," + two + "|\"";
    for (const char* const column : {"tftpserver", "nfsserver", "xcatmaster"}) {
      text += " " + std::string(column) + "=" + head + one + "-ml0|\"";
    }
    text += " monserver=" + head + one + "|\"\n";
  }
  text += "row nodehm node=dom" + tag + " conserver=" + server_name(wanted, domain, 0);
  // Comments with quotes, commas and line ends, which a reader of CSV must understand.
  if (dice % 5 == 0) text += " comments=\"moved, see \\\"ticket " + tag + "\\\"\\nsecond line\"";
  return text + "\nrow ppc node=dom" + tag + " hcp=hmc" + tag + "\n";
}

}  // namespace

int cluster_generate(const Strings& args) {
  Wanted wanted;
  const std::map<std::string, long*> numbers = {{"--domains", &wanted.domains},
                                                {"--servers-per-domain", &wanted.servers},
                                                {"--nodes-per-domain", &wanted.nodes},
                                                {"--seed", &wanted.seed}};
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& word = args[i];
    if (word == "--hanfsdomid") {
      wanted.hanfsdomid = true;
      continue;
    }
    if (i + 1 >= args.size()) return bad(word + ": unknown, or its value is missing");
    const std::string& value = args[++i];
    const auto number = numbers.find(word);
    if (number != numbers.end()) {
      if (!parse_number(value, number->second)) return bad(word + " " + value + ": not a number");
    } else if (word == "--rows") {
      wanted.rows = value;
    } else if (word == "--gateway") {
      wanted.gateway = value;
    } else if (word == "--exports") {
      wanted.exports = value;
    } else {
      return bad(word + ": unknown");
    }
  }
  if (wanted.domains < 1 || wanted.domains > 9999) return bad("--domains 1 to 9999");
  if (wanted.servers < 1 || wanted.servers > 8) return bad("--servers-per-domain 1 to 8");
  if (wanted.nodes < 1 || wanted.nodes > 999999 || wanted.domains * wanted.nodes > 999999) {
    return bad("--nodes-per-domain 1 or more, together at most 999999 nodes");
  }
  if (!one_of(wanted.rows, {"mixed", "group", "node", "regex"})) return bad("--rows mixed|group|node|regex");
  if (!one_of(wanted.gateway, {"router", "xcatmaster"})) return bad("--gateway router|xcatmaster");
  const int prefix = prefix_for(wanted.nodes);
  if (((wanted.domains + 1) << (32 - prefix)) > (1L << 24)) return bad("10.0.0.0/8 has no room for so many nodes");
  std::string text = strf(
      "# aixsim cluster generate --domains %ld --servers-per-domain %ld --nodes-per-domain %ld --seed %ld --rows %s\n",
      wanted.domains, wanted.servers, wanted.nodes, wanted.seed, wanted.rows.c_str());
  text += "option mn=xcatmn mn-address=172.16.0.2/12 exports=" + wanted.exports +
          (wanted.hanfsdomid ? " hanfsdomid=yes" : "") + "\n";
  text +=
      "site master=172.16.0.2 domain=cluster.example.com useNFSv4onAIX=yes sharedinstall=no installdir=/install "
      "tftpdir=/tftpboot nameservers=172.16.0.2\n"
      "network mgtnet net=172.16.0.0 mask=255.240.0.0 mgtifname=en0 gateway=172.16.0.1\n"
      "row postscripts node=xcatdefaults postscripts=syslog,aixremoteshell,syncfiles\n"
      "row postscripts node=service postscripts=servicenode\n"
      "row postscripts node=compute postbootscripts=setupnfsv4replication\n"
      "row prescripts node=compute end=diskless:hanfs_export\n"
      "row nodetype node=service os=AIX arch=ppc64 profile=71Bsn provmethod=71Bsn nodetype=osi\n"
      "row nodetype node=compute os=AIX arch=ppc64 profile=71Bdskl provmethod=71Bdskl nodetype=osi\n"
      "row nodehm node=compute power=hmc mgt=hmc cons=hmc\n"
      "row nimimage imagename=71Bdskl nimtype=diskless lpp_source=71B_lpp spot=71Bdskl shared_root=71BShared_root\n";
  for (long domain = 1; domain <= wanted.domains; ++domain) {
    text += domain_text(wanted, domain, prefix);
    if (text.size() > 1000000) {
      say(1, text);
      text.clear();
    }
  }
  say(1, text);
  return 0;
}

}  // namespace aixsim
