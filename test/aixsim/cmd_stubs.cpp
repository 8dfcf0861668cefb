#include "command.hpp"
namespace aixsim {
int cmd_tabdump(Call&) { return 127; }
int cmd_nodels(Call&) { return 127; }
int cmd_lsdef(Call&) { return 127; }
int cmd_chdef(Call&) { return 127; }
int cmd_chtab(Call&) { return 127; }
int cmd_nodech(Call&) { return 127; }
int cmd_xdsh(Call&) { return 127; }
int cmd_xdcp(Call&) { return 127; }
int cmd_prsync(Call&) { return 127; }
int cmd_updatenode(Call&) { return 127; }
int cmd_snmove(Call&) { return 127; }
int cmd_makeconservercf(Call&) { return 127; }
int cmd_mkhwconn(Call&) { return 127; }
int cmd_rmhwconn(Call&) { return 127; }
int cmd_rnetboot(Call&) { return 127; }
int cmd_rpower(Call&) { return 127; }
int cmd_ssh(Call&) { return 127; }
int cmd_pdsh(Call&) { return 127; }
int cmd_clush(Call&) { return 127; }
}  // namespace aixsim
