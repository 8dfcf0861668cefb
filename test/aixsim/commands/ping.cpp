// SPDX-License-Identifier: Apache-2.0
// ping of a node (routes 4.3). A dead host does not answer, and the variant `ping` keeps all of them silent. No time
// passes: the simulated clock moves only by command.
#include "commands/command.hpp"
#include "state/routes.hpp"

namespace aixsim {

// ping [-n] [-q] [-c COUNT] [-w SECONDS] HOST
int cmd_node_ping(Call& call) {
  const auto usage = [&] { return call.fail("Usage: ping [-nq] [-c count] [-w timeout] host\n"); };
  long count = 1;
  std::string host;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& word = call.args[i];
    if (word == "-n" || word == "-q") continue;
    if (word == "-c" || word == "-w") {
      long value = 0;
      if (i + 1 >= call.args.size() || !parse_number(call.args[++i], &value)) return usage();
      if (word == "-c") count = value;
    } else if (starts_with(word, "-") || !host.empty()) {
      return usage();
    } else {
      host = word;
    }
  }
  const std::string address = call.node.address_of(host);
  unsigned number = 0;
  if (!parse_ipv4(address, &number)) return call.fail("0821-062 ping: host name " + host + " NOT FOUND\n");
  const bool answers = call.node.is("ping", "answers") && !is_dead(call.node, address) &&
                       !Routes(call.node).interface_for(number).empty();
  call.out = "PING " + host + " (" + address + "): 56 data bytes\n";
  for (long i = 0; answers && i < count; ++i)
    call.out += strf("64 bytes from %s: icmp_seq=%ld ttl=255 time=0 ms\n", address.c_str(), i);
  call.out += strf("\n--- %s ping statistics ---\n%ld packets transmitted, %ld packets received, %d%% packet loss\n",
                   host.c_str(), count, answers ? count : 0, answers ? 0 : 100);
  if (answers) call.out += "round-trip min/avg/max = 0/0/0 ms\n";
  return answers ? 0 : 1;
}

}  // namespace aixsim
