// SPDX-License-Identifier: Apache-2.0
#include "programs.hpp"

#include <cstdlib>

#include "cluster/cluster.hpp"
#include "cluster/commands.hpp"
#include "cluster/hosts.hpp"
#include "control/calls.hpp"
#include "control/control.hpp"
#include "control/simulated_call.hpp"

namespace aixsim {
namespace {

const Known kKnown[] = {
    {"mount", "usr/sbin", cmd_mount},
    {"nfs4cl", "usr/sbin", cmd_nfs4cl},
    {"nfso", "usr/sbin", cmd_nfso},
    {"no", "usr/sbin", cmd_no},
    {"route", "usr/sbin", cmd_route},
    {"netstat", "usr/bin", cmd_netstat},
    {"lsattr", "usr/sbin", cmd_lsattr},
    {"chdev", "usr/sbin", cmd_chdev},
    {"odmget", "usr/bin", cmd_odmget},
    {"ifconfig", "usr/sbin", cmd_ifconfig, On::kAll},
    {"logger", "usr/bin", cmd_logger, On::kAll},
    {"hostname", "usr/bin", cmd_hostname, On::kAll},
    {"uname", "usr/bin", cmd_uname, On::kAll},
    {"lsps", "usr/sbin", cmd_lsps},
    {"oslevel", "usr/bin", cmd_oslevel},
    {"sysdumpdev", "usr/bin", cmd_sysdumpdev},
    {"shutdown", "usr/sbin", cmd_shutdown},
    {"exportfs", "usr/sbin", cmd_exportfs, On::kServer},
    {"lsnfsexp", "usr/sbin", cmd_lsnfsexp, On::kServer},
    {"mknfsexp", "usr/sbin", cmd_mknfsexp, On::kServer},
    {"chnfsexp", "usr/sbin", cmd_chnfsexp, On::kServer},
    {"rmnfsexp", "usr/sbin", cmd_rmnfsexp, On::kServer},
    {"chnfs", "usr/sbin", cmd_chnfs, On::kServer},
    {"chnfsdom", "usr/sbin", cmd_chnfsdom, On::kServer},
    {"nfsd", "usr/sbin", cmd_nfsd, On::kServer},
    {"showmount", "usr/sbin", cmd_showmount, On::kServer},
    {"rpcinfo", "usr/bin", cmd_rpcinfo, On::kServer},
    {"lsfs", "usr/sbin", cmd_lsfs, On::kServer},
    {"lssrc", "usr/bin", cmd_lssrc, On::kServer},
    {"startsrc", "usr/bin", cmd_startsrc, On::kServer},
    {"stopsrc", "usr/bin", cmd_stopsrc, On::kServer},
    {"df", "usr/bin", cmd_df, On::kServer},
    {"tabdump", "opt/xcat/sbin", cmd_tabdump, On::kManager},
    {"lsxcatd", "opt/xcat/bin", cmd_lsxcatd, On::kManager},
    {"nodels", "opt/xcat/bin", cmd_nodels, On::kManager},
    {"lsdef", "opt/xcat/bin", cmd_lsdef, On::kManager},
    {"mkdef", "opt/xcat/bin", cmd_mkdef, On::kManager},
    {"chdef", "opt/xcat/bin", cmd_chdef, On::kManager},
    {"rmdef", "opt/xcat/bin", cmd_rmdef, On::kManager},
    {"chtab", "opt/xcat/sbin", cmd_chtab, On::kManager},
    {"nodech", "opt/xcat/sbin", cmd_nodech, On::kManager},
    {"noderm", "opt/xcat/sbin", cmd_noderm, On::kManager},
    {"xdsh", "opt/xcat/bin", cmd_xdsh, On::kManager},
    {"xdcp", "opt/xcat/bin", cmd_xdcp, On::kManager},
    {"prsync", "opt/xcat/bin", cmd_prsync, On::kXcat},
    {"rsync", "usr/bin", cmd_rsync, On::kXcat},
    {"updatenode", "opt/xcat/bin", cmd_updatenode, On::kManager},
    {"snmove", "opt/xcat/bin", cmd_snmove, On::kManager},
    {"makeconservercf", "opt/xcat/sbin", cmd_makeconservercf, On::kManager},
    {"mkhwconn", "opt/xcat/bin", cmd_mkhwconn, On::kManager},
    {"rmhwconn", "opt/xcat/bin", cmd_rmhwconn, On::kXcat},
    {"rnetboot", "opt/xcat/bin", cmd_rnetboot, On::kManager},
    {"rpower", "opt/xcat/bin", cmd_rpower, On::kManager},
    {"moncfg", "opt/xcat/bin", cmd_moncfg, On::kManager},
    {"monstart", "opt/xcat/bin", cmd_monstart, On::kManager},
    {"ping", "usr/sbin", cmd_ping, On::kAll},
    {"ssh", "usr/bin", cmd_ssh, On::kManager},
    {"pdsh", "opt/freeware/bin", cmd_pdsh, On::kManager},
    {"clush", "opt/freeware/bin", cmd_clush, On::kManager},
};

// The node is the folder above usr/sbin, usr/bin, etc or bin; by bare name AIXSIM_STATE names it.
std::string find_node(const std::string& program, const std::string& name) {
  if (program.find('/') != std::string::npos) {
    const std::string path = absolute(program);
    for (const char* const folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/etc/", "/bin/", "/opt/xcat/bin/",
                                     "/opt/xcat/sbin/", "/opt/freeware/bin/"}) {
      if (!ends_with(path, folder + name)) continue;
      std::string root = path.substr(0, path.size() - std::string(folder + name).size());
      if (Node(root).booted()) return root;
    }
  }
  const char* const state = std::getenv("AIXSIM_STATE");
  return state ? absolute(state) : "";
}

int run_simulated(const Known& known, const std::string& program, const Strings& args) {
  const Node node(find_node(program, known.name));
  if (node.root().empty() || !node.booted()) {
    say(2, std::string("aixsim: ") + known.name + ": no simulated node: AIXSIM_STATE is not set or was never booted\n");
    return 127;
  }
  SimulatedCall call(node, known, program, args);
  wait_ms(call.wait());
  return call.finish();
}

int usage() {
  say(2,
      "aixsim boot NODE [--mounts N] [--share K] [--replicas K] [--standalone] [--name HOST] [--option K=V]... "
      "[--variant N=V]...\n"
      "aixsim boot NODE --server [--exports STATE] [--address IP]... [--partner IP]... [--export LINE]... (see "
      "README)\n"
      "aixsim link NODE SERVER... | -C NODE use [--json|--quiet]\n"
      "aixsim [-C SERVER] down [--json|--quiet] | up | client add|remove|list ... | interruptions [--json|--clear] "
      "[DIR]...\n"
      "aixsim [-C NODE] add-mount --over PATH [--vfs nfs4] [--server S] [--remote DIR] [--replica S]... [--fsid F]\n"
      "                           [--option K=V]... [--mount-options TEXT]\n"
      "aixsim [-C NODE] umount PATH\n"
      "aixsim [-C NODE] fail ADDRESS [--json|--quiet] | heal ADDRESS | stall [--json] [PATH]\n"
      "aixsim [-C NODE] open PATH ID | opened\n"
      "aixsim [-C NODE] clock [+SECONDS] | delay MS | variant [NAME[=VALUE]]... | show | syslog\n"
      "aixsim [-C NODE] calls [--json|--count|--clear] [GLOB]\n"
      "aixsim [-C NODE] harm [--json] | harm begin | allow KIND... | directory DIR | no-router ADDRESS...\n"
      "aixsim [-C NODE] fault add GLOB KIND [KEY=VALUE]... | list | clear [ID]\n"
      "aixsim cluster create|dumps|generate|defects|show|boot|down|up|install|exec|harm ... (see README)\n"
      "aixsim render NAME WORDS...\n"
      "NODE without -C: environment AIXSIM_STATE. See test/aixsim/README.md.\n");
  return 2;
}

}  // namespace

const Known* find_command(const std::string& name) {
  for (const auto& known : kKnown) {
    if (name == known.name) return &known;
  }
  return nullptr;
}

int control(Strings args) {
  std::string root;
  const bool named = args.size() > 1 && args[0] == "-C";
  if (named) {
    root = args[1];
    args.erase(args.begin(), args.begin() + 2);
  } else if (const char* const state = std::getenv("AIXSIM_STATE")) {
    root = state;
  }
  if (args.empty()) return usage();
  const std::string verb = args[0];
  args.erase(args.begin());
  if (verb == "render") return control_render(args);
  if (verb == "cluster") {
    return control_cluster(args, own_path());
  }
  if (verb == "boot") {
    if (!root.empty() && (args.empty() || starts_with(args[0], "--"))) args.insert(args.begin(), root);
    if (args.empty() || starts_with(args[0], "-")) return usage();  // an option is no folder
    args[0] = absolute(args[0]);
    return control_boot(args, memory() ? "" : own_path());
  }
  if (verb == "link") {
    if (!named && !args.empty()) {
      root = args[0];
      args.erase(args.begin());
    }
    for (auto& arg : args) arg = absolute(arg);
  }
  Node node(absolute(root));
  static const struct {
    const char* verb;
    int (*run)(Node&, const Strings&);
  } kVerbs[] = {
      {"add-mount", control_add_mount}, {"umount", control_umount}, {"fail", control_fail},
      {"heal", control_heal},           {"stall", control_stall},   {"open", control_open},
      {"opened", control_opened},       {"clock", control_clock},   {"variant", control_variant},
      {"delay", control_delay},         {"show", control_show},     {"syslog", control_syslog},
      {"calls", control_calls},         {"fault", control_fault},   {"use", control_use},
      {"link", control_link},           {"client", control_client}, {"interruptions", control_interruptions},
      {"down", control_down},           {"up", control_up},         {"harm", control_harm},
  };
  for (const auto& known : kVerbs) {
    if (verb != known.verb) continue;
    if (root.empty() || !node.booted()) {
      say(2, "aixsim: " + (root.empty() ? "no node: use -C NODE or AIXSIM_STATE" : root + ": never booted") + "\n");
      return 2;
    }
    return known.run(node, args);
  }
  return usage();
}

const Known* known_commands(size_t* count) {
  *count = sizeof kKnown / sizeof kKnown[0];
  return kKnown;
}

int start(int argc, char** argv) {
  if (argc < 1 || !argv[0]) return 127;
  const std::string program = argv[0];
  const std::string name = program.substr(program.rfind('/') + 1);
  const Strings args(argv + 1, argv + argc);
  if (const Known* known = find_command(name)) return run_simulated(*known, program, args);
  return control(args);
}

}  // namespace aixsim
