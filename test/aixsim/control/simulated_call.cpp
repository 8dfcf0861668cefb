// SPDX-License-Identifier: Apache-2.0
#include "control/simulated_call.hpp"

#include "control/calls.hpp"
#include "harm/judge.hpp"
#include "harm/touch.hpp"

namespace aixsim {

SimulatedCall::SimulatedCall(const Node& node, const Known& known, const std::string& program, const Strings& args)
    : node_(node), known_(known), call_{node_, args, "", ""}, id_(log_start(node, program, known.name, args)) {
  if (!parse_number(node_.get("delay"), &wait_) || wait_ < 0) wait_ = 0;
  Strings words = args;
  words.insert(words.begin(), known.name);
  node_.set_call(id_, join(words, " "));
  judge_touch(node_, known.name, args);
  faulty_ = fault_for(node_, node_.call_words(), &fault_);
  call_.direct = !faulty_;
  if (faulty_) wait_ += fault_.wait();
}

int SimulatedCall::finish() {
  if (faulty_) return run_with_fault(fault_, known_.run, call_, id_);
  const int status = judged(known_.run, call_);
  log_end(node_, id_, "exit " + std::to_string(status), call_.out.size(), call_.err.size());
  say(1, call_.out);
  say(2, call_.err);
  return status;
}

}  // namespace aixsim
