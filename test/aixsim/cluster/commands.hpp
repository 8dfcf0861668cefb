// SPDX-License-Identifier: Apache-2.0
// The commands of the management node.
#pragma once
#include "commands/command.hpp"

namespace aixsim {

int cmd_lsxcatd(Call& call);
int cmd_tabdump(Call& call);
int cmd_nodels(Call& call);
int cmd_lsdef(Call& call);
int cmd_mkdef(Call& call);
int cmd_chdef(Call& call);
int cmd_rmdef(Call& call);
int cmd_chtab(Call& call);
int cmd_nodech(Call& call);
int cmd_noderm(Call& call);
int cmd_xdsh(Call& call);
int cmd_xdcp(Call& call);
int cmd_prsync(Call& call);
int cmd_rsync(Call& call);
int cmd_updatenode(Call& call);
int cmd_snmove(Call& call);
int cmd_makeconservercf(Call& call);
int cmd_mkhwconn(Call& call);
int cmd_rmhwconn(Call& call);
int cmd_rnetboot(Call& call);
int cmd_rpower(Call& call);
int cmd_ping(Call& call);
int cmd_moncfg(Call& call);
int cmd_monstart(Call& call);
int cmd_ssh(Call& call);
int cmd_pdsh(Call& call);
int cmd_clush(Call& call);

}  // namespace aixsim
