// SPDX-License-Identifier: Apache-2.0
// hanfs_in_process PROGRAM ARGUMENT...: a run of PROGRAM on a simulated machine (--sysroot), as with the real program
// and the real simulator, but its commands are functions of this process and their time is simulated: a command that
// hangs costs nothing, and a slow or busy machine cannot change a result. Files, output and environment are real.
//
// --during COMMAND ACTION, in front: soon after COMMAND has begun for the first time, the run is killed ("kill"), gets
// SIGTERM ("term"), or somebody types the words ACTION (a simulated command, or aixsim itself).
//
// hanfs_in_process --serve: does such runs, and what aixsim does, for whoever writes them to stdin (serve.hpp).
//
// Started by the name of a program, it is that program: the folder in_process beside it has such links, for the hosts
// of a simulated cluster (aixsim cluster create --hanfs).
//
// What only real processes show is for real processes: test/children, the faults, the golden tests, and the scenarios
// that ask for them.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checkhanfs/run.hpp"
#include "core/node.hpp"
#include "in_process/serve.hpp"
#include "programs.hpp"
#include "setuphanfs/run.hpp"
#include "setupnfsv4replication/run.hpp"
#include "support/simulator_commands.hpp"

namespace {

using hanfs::test::Answer;
using std::chrono::milliseconds;
using Words = std::vector<std::string>;

// After a command without fault has ended, a slow one has not; one that hangs has done what its fault lets it do.
constexpr milliseconds soon{6};

constexpr int cannot = 125;

struct Event {
  std::string command;  // its words, the program's name without its folder
  std::string action;
};

// The run ends wherever it is.
struct Ended {
  int status = 0;
};

class InProcess final : public hanfs::app::RealSystem {
 public:
  // `process`: what tells runs of the same second apart.
  InProcess(std::string root, std::vector<Event> events, long process)
      : root_(std::move(root)), events_(std::move(events)), process_(process) {
    memory_.on_disk = true;
    memory_.now_us = started_us_;
    memory_.next_process = process;
    clock_.time_of_day = hanfs::sys::RealClock().utc();
  }

  hanfs::sys::Clock& clock() override { return clock_; }
  long process_id() const override { return process_; }
  std::unique_ptr<hanfs::run::Runner> make_runner(const hanfs::app::RunnerOptions& options) override {
    return std::make_unique<hanfs::test::SimulatedRunner>(
        clock_, [this](const Words& argv) { return begin(argv); }, options.jobs,
        [this, stops = options.interruptible] { return stops && interrupted_; });
  }
  void prepare() override {}
  bool interrupted() const override { return interrupted_; }
  void arm_watchdog(long seconds) override { watchdog_.arm(seconds); }
  long watchdog_time_left() const override { return watchdog_.time_left(); }
  void set_last_resort(const std::string& words, int status, const Words& owed) override {
    watchdog_.last_words = words;
    watchdog_.status = status;
    watchdog_.owed = owed;
    if (!owed.empty()) watchdog_.owed.front().erase(0, root_.size());
  }

  hanfs::Status start_later(const Words& argv, long seconds, long grace) override {
    later_ = argv;
    later_.front().erase(0, root_.size());
    clock_.at(clock_.now() + std::chrono::seconds(seconds + grace), [this] { do_later(); });
    return hanfs::Done{};
  }
  void cancel_later() override { later_.clear(); }
  // What it had promised comes although the run has ended.
  void do_later() {
    if (later_.empty()) return;
    Answer answer = begin(std::exchange(later_, {}));
    if (answer.at_end) (void)answer.at_end();
  }

  // What a command does that is left at work comes although the run has ended.
  void let_abandoned_end() {
    clock_.forget_events();
    clock_.advance_to(clock_.now() + std::chrono::hours(1));
  }

  milliseconds elapsed() const { return clock_.elapsed(); }

 private:
  void follow_clock() {
    memory_.now_us = started_us_ + std::chrono::duration_cast<std::chrono::microseconds>(clock_.elapsed()).count();
  }

  Answer begin(const Words& argv) {
    follow_clock();
    Words words = argv;
    const std::string file = root_ + words.front();
    if (::access(file.c_str(), X_OK) != 0) {
      Answer missing;
      missing.outcome.end = hanfs::run::Outcome::End::not_started;
      missing.outcome.start_errno = errno;
      return missing;
    }
    check_simulated(file);
    words.front() = file;
    expect_events(argv);
    return hanfs::test::begin_simulated(
        aixsim::Node(root_), memory_, words,
        [this] {
          follow_clock();
          return true;
        },
        [] {});
  }

  // A test that has put something else in a command's place needs processes.
  static void check_simulated(const std::string& file) {
    std::error_code error;
    const std::filesystem::path behind = std::filesystem::canonical(file, error);
    if (!error && behind.filename() == "aixsim") return;
    std::fprintf(stderr, "hanfs_in_process: %s is not the simulator's\n", file.c_str());
    throw Ended{cannot};
  }

  void expect_events(Words argv) {
    argv.front() = hanfs::test::program_of(argv.front());
    std::string text;
    for (const std::string& word : argv) text += (text.empty() ? "" : " ") + word;
    for (auto event = events_.begin(); event != events_.end(); ++event) {
      if (event->command != text) continue;
      clock_.at(clock_.now() + soon, [this, action = event->action] { happen(action); });
      events_.erase(event);
      return;
    }
  }

  void happen(const std::string& action) {
    follow_clock();
    if (action == "kill") throw Ended{128 + 9};
    if (action == "term") {
      interrupted_ = true;
      return;
    }
    Words words;
    for (std::size_t at = 0; at != std::string::npos;) {
      const std::size_t end = action.find(' ', at);
      words.push_back(action.substr(at, end - at));
      at = end == std::string::npos ? end : end + 1;
    }
    if (words.front() == "aixsim") {
      words.erase(words.begin());
      words.insert(words.begin(), {"-C", root_});
      (void)aixsim::control(words);
    } else {
      hanfs::test::type_by_hand(aixsim::Node(root_), words);
    }
  }

  [[noreturn]] void end_by_watchdog() {
    clock_.forget_events();
    if (!watchdog_.owed.empty()) {
      Answer answer = begin(watchdog_.owed);
      if (answer.at_end) (void)answer.at_end();
    }
    print(watchdog_.last_words);
    throw Ended{watchdog_.status};
  }

  const std::string root_;
  std::vector<Event> events_;
  const long process_;
  const long long started_us_ = aixsim::now_us();
  aixsim::Memory memory_;
  aixsim::InMemory in_memory_{memory_};
  hanfs::test::SimulatedClock clock_;
  hanfs::test::SimulatedWatchdog watchdog_{clock_, [this] { end_by_watchdog(); }};
  bool interrupted_ = false;
  Words later_;  // to be started whatever becomes of the run; empty: nothing
};

int run_in_process(int argc, char** argv) {
  using Program = int (*)(hanfs::app::System&, int, const char* const*);
  const std::map<std::string, Program> programs{{"setupnfsv4replication", hanfs::node::run},
                                                {"setuphanfs", hanfs::server::run},
                                                {"checkhanfs", hanfs::check::run}};
  std::vector<Event> events;
  int first = programs.count(std::filesystem::path(argv[0]).filename().string()) != 0 ? 0 : 1;
  for (; first + 2 < argc && std::strcmp(argv[first], "--during") == 0; first += 3)
    events.push_back({argv[first + 1], argv[first + 2]});
  const std::string program = first < argc ? std::filesystem::path(argv[first]).filename().string() : "";
  std::string root;
  for (int i = first + 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], "--sysroot") == 0) root = argv[i + 1];
  if (programs.count(program) == 0 || !aixsim::Node(root).booted()) {
    std::fputs(
        "hanfs_in_process [--during COMMAND kill|term|WORDS]... setupnfsv4replication|setuphanfs|checkhanfs --sysroot "
        "NODE ...\n",
        stderr);
    return cannot;
  }
  static long process = ::getpid();
  InProcess system(root, std::move(events), process++);
  int status = 0;
  try {
    status = programs.at(program)(system, argc - first, argv + first);
  } catch (const Ended& ended) {
    status = ended.status;
    system.do_later();
  }
  aixsim::write_file(aixsim::Node(root).state("took"), std::to_string(system.elapsed().count()));
  system.let_abandoned_end();
  return status;
}

// As if the program of that name had been started.
int start(int argc, char** argv) {
  const std::string name = std::filesystem::path(argv[0]).filename().string();
  return name == "aixsim" || aixsim::find_command(name) != nullptr ? aixsim::start(argc, argv)
                                                                   : run_in_process(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return argc == 2 && std::strcmp(argv[1], "--serve") == 0 ? hanfs::test::serve(start) : run_in_process(argc, argv);
}
