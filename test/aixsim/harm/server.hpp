// SPDX-License-Identifier: Apache-2.0
// Harm to what a service node exports.
#pragma once
#include "state/exports.hpp"

namespace aixsim {

struct ServerTruth {
  std::vector<Export> exported;
  bool serves = false;       // nfsd and rpc.mountd run
  bool has_partner = false;  // one answers: it may die while a command works, which is nobody's fault
  std::string domain;
  Strings boot;  // of our directory and below it: what a boot now would export
};
// exportfs -a of rc.nfs for our directory and what lies below it, in the order of the file: nesting and the mode can
// refuse an entry.
Strings boot_exports(const Node& node);
ServerTruth server_truth(const Node& node);
void judge_server(const Node& node, const ServerTruth& before, const ServerTruth& after);
// Against the content that was there before.
void judge_exports_file(const Node& node, const std::string& before, const std::string& after);

}  // namespace aixsim
