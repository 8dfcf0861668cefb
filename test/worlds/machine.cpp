// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include "control/boot.hpp"
#include "harm/harm.hpp"
#include "harm/judge.hpp"
#include "setuphanfs/run.hpp"
#include "setupnfsv4replication/run.hpp"
#include "support/simulator_commands.hpp"

namespace hanfs::worlds {
namespace {

using std::chrono::milliseconds;

constexpr long most_calls = 20000;  // of one run: more is a loop without end

struct Killed {};
struct Endless {};
struct Silenced {};
struct Stuck {};

}  // namespace

// The program's own files lie on the disk of the machine.
class Machine::Files final : public sys::Files {
 public:
  explicit Files(Machine& machine) : machine_(machine) {}

  Result<std::optional<std::string>> read(const std::string& path, std::size_t) override {
    const auto found = disk().find(machine_.path_of(path));
    return found == disk().end() ? std::optional<std::string>{} : found->second;
  }
  Status write(const std::string& path, std::string_view text, const std::string&) override {
    if (machine_.dead_) return Done{};
    if (machine_.disk_full_) return Error{path + ": No space left on device"};
    disk()[machine_.path_of(path)] = text;
    aixsim::Node node = machine_.node();
    node.set_call("-", "write " + path);
    aixsim::judge_files(node);
    return Done{};
  }
  Status try_write(const std::string& path, std::string_view) override {
    return machine_.disk_full_ ? Status(Error{path + ": No space left on device"}) : Done{};
  }
  Status remove(const std::string& path) override {
    if (!machine_.dead_) disk().erase(machine_.path_of(path));
    return Done{};
  }
  Status make_folders(const std::string&) override { return Done{}; }
  Result<std::string> behind_links(const std::string& path) override { return path; }
  Status check_trusted(const std::string&) override { return Done{}; }
  Result<std::unique_ptr<sys::AppendFile>> open_for_append(const std::string& path, std::size_t) override {
    struct Append final : sys::AppendFile {
      Append(Machine& owner, std::string name) : machine(owner), path(std::move(name)) {}
      Status append(std::string_view more, bool) override {
        if (machine.dead_) return Done{};
        if (machine.disk_full_) return Error{path + ": No space left on device"};
        machine.memory_.files[path] += more;
        return Done{};
      }
      Machine& machine;
      std::string path;
    };
    return std::unique_ptr<sys::AppendFile>(std::make_unique<Append>(machine_, machine_.path_of(path)));
  }
  std::unique_ptr<sys::Lock> lock(const std::string&) override {
    auto held = std::make_unique<sys::Lock>();
    held->state = sys::Lock::State::held;
    return held;
  }

 private:
  std::unordered_map<std::string, std::string>& disk() { return machine_.memory_.files; }
  Machine& machine_;
};

class Machine::System final : public app::System {
 public:
  System(Machine& machine, RunResult& result) : machine_(machine), files_(machine), result_(result) {}

  sys::Clock& clock() override { return machine_.clock_; }
  sys::Files& files() override { return files_; }
  std::unique_ptr<run::Runner> make_runner(const app::RunnerOptions& options) override {
    const bool interruptible = options.interruptible;
    return std::make_unique<test::SimulatedRunner>(
        machine_.clock_, [this](const std::vector<std::string>& argv) { return machine_.begin_command(argv, result_); },
        options.jobs, [this, interruptible] { return interruptible && machine_.interrupted_; });
  }
  bool has_orphaned_commands(const std::string&) const override { return machine_.clock_.has_abandoned(); }
  void watch_commands(const std::string&) override {}
  std::string node_name() const override { return machine_.program_ == Program::node ? "cn017" : "sn1"; }
  std::string environment(const std::string&) const override { return ""; }
  std::map<std::string, std::string> environment_of(const std::string&) const override { return {}; }
  long process_id() const override { return 4711 + 2 * machine_.runs_; }
  void prepare() override {}
  bool interrupted() const override { return machine_.interrupted_; }
  void arm_watchdog(long seconds) override {
    watchdog_.arm(seconds);
    result_.deadline = watchdog_.armed_first;
  }
  long watchdog_time_left() const override { return watchdog_.time_left(); }
  void set_last_resort(const std::string& words, int status, const std::vector<std::string>& owed) override {
    watchdog_.last_words = words;
    watchdog_.status = status;
    watchdog_.owed = owed;
    const std::string& root = machine_.root_;
    std::vector<std::string>& command = watchdog_.owed;
    if (!command.empty() && command.front().compare(0, root.size(), root) == 0) command.front().erase(0, root.size());
  }
  bool print(std::string_view text) override {
    if (machine_.print_blocks_) machine_.wait_for_ever();
    result_.out += text;
    return true;
  }
  bool print_error(std::string_view text) override {
    result_.err += text;
    return true;
  }
  void show_progress(std::string_view) override {}
  bool errors_go_to_terminal() const override { return false; }
  void log(report::Log::Level, const std::string&) override {
    if (machine_.log_blocks_) machine_.wait_for_ever();
  }

 private:
  [[noreturn]] void end_by_watchdog() {
    if (!watchdog_.owed.empty()) {
      test::Answer answer = machine_.begin_command(watchdog_.owed, result_);
      if (answer.at_end) (void)answer.at_end();
    }
    result_.out += watchdog_.last_words;
    result_.status = watchdog_.status;
    machine_.dead_ = true;
    machine_.clock_.forget_events();
    if (watchdog_.last_words.empty()) throw Silenced{};
    throw Stuck{};
  }

  Machine& machine_;
  Files files_;
  RunResult& result_;
  test::SimulatedWatchdog watchdog_{machine_.clock_, [this] { end_by_watchdog(); }};
};

Machine::Machine(const World& world, Misdirect misdirect)
    : is_logged_(world.is_logged),
      program_(world.program),
      root_(world.boots.front()[1]),
      in_memory_(memory_),
      misdirect_(std::move(misdirect)) {
  set_clock();
  for (const Words& boot : world.boots) control(boot);
  for (const Deed& deed : world.before) do_deed(deed);
}

Machine::~Machine() = default;

void Machine::control(Words words) {
  if (words.front() == "boot") clock_.forget_abandoned();
  (void)aixsim::control(std::move(words));
}

// Both clocks of the simulator follow ours.
void Machine::set_clock() {
  const long long us = std::chrono::duration_cast<std::chrono::microseconds>(clock_.elapsed()).count();
  memory_.now_us = 1352315460LL * 1000000 + us;
  const aixsim::Node one = node();
  if (one.booted()) aixsim::write_file(one.state("clock"), std::to_string(memory_.now_us / 1000000));
}

// Without --sysroot the program names the files of its own machine.
std::string Machine::path_of(const std::string& path) const { return is_logged_ ? root_ + path : path; }

// Only the watchdog ends this.
void Machine::wait_for_ever() {
  clock_.advance_to(clock_.now() + std::chrono::hours(1000));
  throw Endless{};
}

void Machine::pass(std::chrono::seconds time) {
  clock_.advance_to(clock_.now() + time);
  set_clock();
}

void Machine::do_deed(const Deed& deed) {
  set_clock();
  const std::string machine = deed.machine.empty() ? root_ : deed.machine;
  switch (deed.kind) {
    case Deed::Kind::control: {
      if (deed.words.front() == "clock") return pass(std::chrono::seconds(std::stol(deed.words[1].substr(1))));
      Words words = {"-C", machine};
      words.insert(words.end(), deed.words.begin(), deed.words.end());
      control(words);
      break;
    }
    case Deed::Kind::command:
      test::type_by_hand(aixsim::Node(machine), deed.words);
      break;
    case Deed::Kind::append:
      aixsim::append_file(machine + deed.words[0], deed.words[1] + "\n");
      break;
    case Deed::Kind::kill:
      if (!running_) break;
      dead_ = true;
      clock_.forget_events();
      throw Killed{};
    case Deed::Kind::term:
      if (running_) interrupted_ = true;
      break;
    case Deed::Kind::disk_full:
      disk_full_ = true;
      break;
    case Deed::Kind::disk_free:
      disk_full_ = false;
      break;
    case Deed::Kind::block_log:
      log_blocks_ = running_;
      break;
    case Deed::Kind::block_print:
      print_blocks_ = running_;
      break;
  }
  aixsim::accept_files(node());
}

void Machine::happened(long call) {
  for (const Event& event : by_call_) {
    if (event.after_call == call) do_deed(event.deed);
  }
}

test::Answer Machine::begin_command(const std::vector<std::string>& argv, RunResult& result) {
  if (dead_) return {};
  if (result.calls.size() > most_calls) throw Endless{};
  set_clock();
  const std::vector<std::string> words = misdirect_ ? misdirect_(argv) : argv;
  result.calls.push_back(words);
  const auto works = [this] {
    if (!dead_) set_clock();
    return !dead_;
  };
  return test::begin_simulated(node(), memory_, words, works, [this] { happened(++ended_calls_); });
}

RunResult Machine::run(const Words& options, const std::vector<Event>& events) {
  RunResult result;
  const bool is_node = program_ == Program::node;
  std::vector<const char*> argv = {is_node ? "setupnfsv4replication" : "setuphanfs"};
  if (!is_logged_) argv.insert(argv.end(), {"--sysroot", root_.c_str()});
  for (const std::string& word : options) argv.push_back(word.c_str());
  const auto begin = clock_.now();
  clock_.forget_events();
  by_call_.clear();
  ended_calls_ = 0;
  for (const Event& event : events) {
    if (event.at_ms < 0) {
      by_call_.push_back(event);
    } else {
      clock_.at(begin + milliseconds(event.at_ms), [this, deed = event.deed] {
        if (!dead_) do_deed(deed);
      });
    }
  }
  dead_ = interrupted_ = false;
  running_ = true;
  ++runs_;
  const std::time_t seconds = static_cast<std::time_t>(memory_.now_us / 1000000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  clock_.time_of_day = text;
  {
    System system(*this, result);
    const int count = static_cast<int>(argv.size());
    try {
      result.status = is_node ? node::run(system, count, argv.data()) : server::run(system, count, argv.data());
    } catch (const Killed&) {
      result.end = RunResult::End::killed;
    } catch (const Silenced&) {
      result.end = RunResult::End::returned;  // its verdict is out, or nobody reads it
    } catch (const Stuck&) {
      result.end = RunResult::End::stuck;
    } catch (const Endless&) {
      result.end = RunResult::End::endless;
    }
  }
  result.interrupted = interrupted_;
  running_ = dead_ = interrupted_ = log_blocks_ = print_blocks_ = false;
  clock_.forget_events();
  by_call_.clear();
  result.took = std::chrono::duration_cast<milliseconds>(clock_.now() - begin);
  result.journal = memory_.files[root_ + "/etc/hanfs/journal"];
  set_clock();
  return result;
}

}  // namespace hanfs::worlds
