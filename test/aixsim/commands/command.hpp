// SPDX-License-Identifier: Apache-2.0
// One simulated command: gets words, fills out and err, returns its exit status. main.cpp applies faults around it.
#pragma once
#include "core/node.hpp"
#include "core/outside.hpp"

namespace aixsim {

struct Call {
  Node& node;
  Strings args;  // without argv[0]
  std::string out, err;
  bool frozen = false;
  bool direct = true;  // false: a fault will spoil the output, so it must all be in out and err

  int fail(const std::string& text, int status = 1) {
    err += text;
    return status;
  }
};

using Command = int (*)(Call&);

int cmd_mount(Call& call);
int cmd_nfs4cl(Call& call);
int cmd_no(Call& call);
int cmd_nfso(Call& call);
int cmd_route(Call& call);
int cmd_netstat(Call& call);
int cmd_lsattr(Call& call);
int cmd_chdev(Call& call);
int cmd_odmget(Call& call);
int cmd_ifconfig(Call& call);
int cmd_logger(Call& call);
int cmd_hostname(Call& call);
int cmd_uname(Call& call);
int cmd_lsps(Call& call);
int cmd_oslevel(Call& call);
int cmd_sysdumpdev(Call& call);
int cmd_shutdown(Call& call);
int cmd_exportfs(Call& call);
int cmd_lsnfsexp(Call& call);
int cmd_mknfsexp(Call& call);
int cmd_chnfsexp(Call& call);
int cmd_rmnfsexp(Call& call);
int cmd_chnfs(Call& call);
int cmd_chnfsdom(Call& call);
int cmd_nfsd(Call& call);
int cmd_showmount(Call& call);
int cmd_rpcinfo(Call& call);
int cmd_lssrc(Call& call);
int cmd_startsrc(Call& call);
int cmd_stopsrc(Call& call);
int cmd_df(Call& call);
int cmd_lsfs(Call& call);
int cmd_node_ping(Call& call);

enum class On { kNodes, kServer, kManager, kXcat, kAll };  // kNodes: compute nodes and servers; kXcat: where xCAT is

struct Known {
  const char* name;
  const char* folder;  // where AIX has it, routes 7; xCAT: opt/xcat/bin or sbin (xcat 7.1)
  Command run;
  On on = On::kNodes;
};
// The commands of all rooms. main.cpp holds this list, as it alone may include every room.
const Known* known_commands(size_t* count);

// Runs the command route. chdev and boot change the routes of the kernel by it (routes 3.1, 3.4).
int run_route(Call& call, const Strings& args);

}  // namespace aixsim
