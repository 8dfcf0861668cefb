// SPDX-License-Identifier: Apache-2.0
#include "commands/command.hpp"

#include <unistd.h>

#include <csignal>

namespace aixsim {

void hang(bool ignore_term, long seconds) {
  if (ignore_term) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  }
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(static_cast<unsigned>(seconds));  // nobody may leave processes behind for ever
  for (;;) ::pause();
}

}  // namespace aixsim
