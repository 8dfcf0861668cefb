// SPDX-License-Identifier: Apache-2.0
// The commands of the simulator behind the simulated runner: what the worlds and test/in_process have in common.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "control/simulated_call.hpp"
#include "core/outside.hpp"
#include "programs.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::test {

constexpr std::chrono::milliseconds simulated_command_time{5};

inline std::string program_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Begins a command on `node`, which lies in `memory`. At its end `works` is asked first: false, and nothing happens any
// more; `worked` is called when it has done its work, also if it hangs then.
inline Answer begin_simulated(const aixsim::Node& node, aixsim::Memory& memory, const std::vector<std::string>& argv,
                              std::function<bool()> works, std::function<void()> worked) {
  Answer answer;
  const aixsim::Known* const known = aixsim::find_command(program_of(argv.front()));
  if (known == nullptr) {
    answer.outcome.end = run::Outcome::End::not_started;
    answer.outcome.start_errno = 2;
    return answer;
  }
  const auto call = std::make_shared<aixsim::SimulatedCall>(node, *known, argv.front(),
                                                            std::vector<std::string>(argv.begin() + 1, argv.end()));
  answer.takes = simulated_command_time + std::chrono::milliseconds(call->wait());
  answer.at_end = [&memory, call, works = std::move(works),
                   worked = std::move(worked)]() -> std::optional<run::Outcome> {
    run::Outcome outcome;
    if (!works()) return outcome;
    memory.out.clear();
    memory.err.clear();
    outcome.end = run::Outcome::End::exited;
    bool ends = true;
    try {
      outcome.status = call->finish();
    } catch (const aixsim::NeverEnds&) {
      ends = false;
    } catch (const aixsim::KilledBySignal& killed) {
      outcome.end = run::Outcome::End::signaled;
      outcome.signal = killed.signal;
    }
    outcome.out = std::move(memory.out);
    outcome.err = std::move(memory.err);
    worked();
    return ends ? std::optional<run::Outcome>(std::move(outcome)) : std::nullopt;
  };
  return answer;
}

// Somebody types a command; who waits for one that never ends gives up.
inline void type_by_hand(const aixsim::Node& node, const std::vector<std::string>& argv) {
  const aixsim::Known* const known = aixsim::find_command(argv.front());
  if (known == nullptr) return;
  aixsim::Node by_hand = node;
  by_hand.set_call("-", "by hand");
  aixsim::Call call{by_hand, std::vector<std::string>(argv.begin() + 1, argv.end()), "", ""};
  try {
    (void)known->run(call);
  } catch (const aixsim::NeverEnds&) {
  }
}

// The watchdog of a run in simulated time. What it does when the time is over is up to its owner.
class SimulatedWatchdog {
 public:
  SimulatedWatchdog(SimulatedClock& clock, std::function<void()> fires) : clock_(clock), fires_(std::move(fires)) {}

  std::string last_words;
  int status = 0;
  std::vector<std::string> owed;
  long armed_first = 0;  // seconds

  // There is one: a later one takes the place of an earlier one.
  void arm(long seconds) {
    if (count_ == 0) armed_first = seconds;
    until_ = clock_.now() + std::chrono::seconds(seconds);
    clock_.at(until_, [this, which = ++count_] {
      if (which == count_) fires_();
    });
  }
  long time_left() const {
    return static_cast<long>(std::chrono::duration_cast<std::chrono::seconds>(until_ - clock_.now()).count());
  }

 private:
  SimulatedClock& clock_;
  std::function<void()> fires_;
  int count_ = 0;
  sys::Clock::TimePoint until_{};
};

}  // namespace hanfs::test
