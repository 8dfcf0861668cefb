// SPDX-License-Identifier: Apache-2.0
#include "plan/apply.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "lib/run/fake_runner.hpp"
#include "sys/file.hpp"

namespace plan = hanfs::plan;
namespace sys = hanfs::sys;
using hanfs::test::exited;
using hanfs::test::FakeRunner;
using State = plan::StepResult::State;

namespace {

// Expectations with one `kind` are probed by one command.
plan::Expectation expectation(const std::string& kind, const std::string& subject) {
  return {{plan::Kind::tunable, subject}, kind};
}

std::string kind_of(const plan::Expectation& expectation) { return std::get<std::string>(expectation.value); }

plan::Step step(const std::string& id, const std::string& sequence) {
  plan::Step made;
  made.resource = {plan::Kind::tunable, sequence};
  made.detail = id;
  made.why = "because";
  made.argv = {"/bin/do", id};
  made.undo = {{"/bin/undo", id}};
  return made;
}

plan::Step verified(const std::string& id, const std::string& sequence) {
  plan::Step made = step(id, sequence);
  made.verified = true;
  made.abort_sequence = true;
  made.expect = expectation("thing", id);
  return made;
}

// A folder for the journal and for steps that write files.
class Place {
 public:
  Place() {
    char path[] = "/tmp/hanfs-apply-XXXXXX";
    root = ::mkdtemp(path);
  }
  ~Place() { (void)!std::system(("rm -rf " + root).c_str()); }  // NOLINT(cert-env33-c): a path of our own
  std::string journal_text() const { return **sys::read_file(root + "/journal"); }

  std::string root;
};

struct Applied {
  std::vector<plan::StepResult> results;
  std::vector<std::string> calls;  // that change something
  std::vector<std::string> probes;
  std::vector<std::string> order;  // both
};

Applied apply(const Place& place, const plan::Plan& what, std::function<hanfs::run::Outcome(const std::string&)> answer,
              std::function<bool(const plan::Expectation&)> is_satisfied = nullptr, std::size_t stop_after = 1000,
              bool roll_back = true) {
  FakeRunner runner(std::move(answer));
  sys::RealFiles files;
  const sys::RealClock clock;
  plan::Journal journal(files, clock, place.root + "/journal", "run");
  plan::ApplyOptions options(clock, files);
  options.sysroot = place.root;
  options.go_on = [&] { return runner.calls.size() < stop_after; };
  options.stopped = [] { return std::string("stopped"); };
  options.time_for = [](const plan::Step&) { return std::chrono::milliseconds(1000); };
  // The look is a command of its own, so that the tests see when it happens.
  options.probe = [](const plan::Expectation& expectation) {
    hanfs::run::Command probe;
    probe.argv = {"/bin/look", kind_of(expectation)};
    return std::vector<hanfs::run::Command>{probe};
  };
  options.is_satisfied = [&](const plan::Expectation& expectation, const plan::Probe&) {
    return is_satisfied(expectation);
  };
  options.probe_after = [](const plan::Step& last) {
    hanfs::run::Command probe;
    probe.argv = {"/bin/look-after", last.resource.name};
    return std::vector<hanfs::run::Command>{probe};
  };
  options.roll_back = roll_back;
  Applied applied;
  applied.results = plan::apply(what, runner, journal, options);
  for (const std::string& call : runner.calls) {
    const bool probe = call.rfind("look", 0) == 0;
    (probe ? applied.probes : applied.calls).push_back(call);
  }
  applied.order = runner.calls;
  return applied;
}

std::vector<State> states(const Applied& applied) {
  std::vector<State> all;
  for (const auto& result : applied.results) all.push_back(result.state);
  return all;
}

}  // namespace

TEST_CASE("one failure does not keep other steps from being tried") {
  const Place place;
  const plan::Plan what{{step("a1", "a"), step("a2", "a"), step("b1", "b")}};
  const Applied applied =
      apply(place, what, [](const std::string& words) { return exited(words == "do a1" ? 1 : 0, "", "no good"); });
  CHECK(states(applied) == std::vector<State>{State::failed, State::done, State::done});
  CHECK(applied.results[0].problem.find("no good") != std::string::npos);
  CHECK(place.journal_text().find("\"event\":\"failed\"") != std::string::npos);
}

TEST_CASE("steps of one resource keep their order, and abort_sequence skips what follows") {
  const Place place;
  plan::Plan what{{step("a1", "a"), step("a2", "a"), step("a3", "a")}};
  what.steps[1].abort_sequence = true;
  const Applied applied = apply(place, what, [](const std::string& words) { return exited(words == "do a2" ? 1 : 0); });
  CHECK(applied.calls == std::vector<std::string>{"do a1", "do a2"});
  CHECK(states(applied) == std::vector<State>{State::done, State::failed, State::skipped});
}

TEST_CASE("nothing is started after a stop, and each step says why") {
  const Place place;
  const plan::Plan what{{step("a", "a"), step("b", "b"), verified("c", "c")}};
  const Applied applied = apply(
      place, what, [](const std::string&) { return exited(0); }, [](const plan::Expectation&) { return true; }, 1);
  CHECK(applied.calls.size() == 1);
  CHECK(std::count(applied.results.begin(), applied.results.end(),
                   plan::StepResult{State::skipped, "not started: stopped"}) == 2);
}

namespace {

// As a real runner after a signal: `last` still ends, nothing more is started.
class StoppedRunner : public hanfs::run::Runner {
 public:
  StoppedRunner(std::string last, hanfs::run::Outcome end) : last_(std::move(last)), end_(std::move(end)) {}

  void run(const Next& next, const Finished& finished) override {
    while (!stopped) {
      auto job = next();
      if (!job) return;
      const std::string words = hanfs::run::command_text(job->command.argv);
      stopped = words == last_;
      finished(*job, stopped ? end_ : exited(0));
    }
  }

  bool stopped = false;

 private:
  std::string last_;
  hanfs::run::Outcome end_;
};

std::vector<plan::StepResult> stopped_at(const Place& place, const plan::Plan& what, const std::string& last,
                                         hanfs::run::Outcome end) {
  StoppedRunner runner(last, std::move(end));
  sys::RealFiles files;
  const sys::RealClock clock;
  plan::Journal journal(files, clock, place.root + "/journal", "run");
  plan::ApplyOptions options(clock, files);
  options.sysroot = place.root;
  options.go_on = [&] { return !runner.stopped; };
  options.stopped = [] { return std::string("stopped by a signal"); };
  options.time_for = [](const plan::Step&) { return std::chrono::milliseconds(1000); };
  options.probe = [](const plan::Expectation& expectation) {
    hanfs::run::Command probe;
    probe.argv = {"/bin/look", expectation.resource.name};
    return std::vector<hanfs::run::Command>{probe};
  };
  options.is_satisfied = [](const plan::Expectation&, const plan::Probe&) { return true; };
  return plan::apply(what, runner, journal, options);
}

std::size_t ends_of(const Place& place, const std::string& id) {
  const auto content = plan::parse_journal(place.journal_text());
  return static_cast<std::size_t>(
      std::count_if(content.entries.begin(), content.entries.end(), [&](const plan::JournalEntry& entry) {
        return entry.step.argv.back() == id && entry.state != plan::JournalEntry::State::begun;
      }));
}

}  // namespace

TEST_CASE(
    "a signal: a command that is still at work is told so, stays begun, and what follows says why it was skipped") {
  const Place place;
  hanfs::run::Outcome left;
  left.end = hanfs::run::Outcome::End::abandoned;
  left.pid = 7;
  const plan::Plan what{{verified("a", "x"), verified("b", "x"), verified("c", "x"), verified("d", "y")}};
  const auto results = stopped_at(place, what, "do b", left);
  CHECK(results[0] == plan::StepResult{State::done, ""});
  CHECK(results[1].state == State::failed);
  CHECK(results[1].still_running);
  CHECK(results[1].problem.find("left alone as process 7") != std::string::npos);
  CHECK(results[2] == plan::StepResult{State::skipped, "not started: stopped by a signal"});
  CHECK(results[3] == plan::StepResult{State::skipped, "not started: stopped by a signal"});
  CHECK(ends_of(place, "a") == 1);
  CHECK(ends_of(place, "b") == 0);
}

TEST_CASE("a signal: what was done and not looked at is no success, and nothing is told without a reason") {
  const Place place;
  plan::Plan what{{verified("a", "x"), step("b", "y"), step("c", "y"), step("d", "z")}};
  const auto results = stopped_at(place, what, "do a", exited(0));
  CHECK(results[0].state == State::failed);
  CHECK(results[0].unverified);
  CHECK(!results[0].still_running);
  CHECK(results[0].problem.find("stopped by a signal before anybody looked") != std::string::npos);
  for (std::size_t i = 1; i < results.size(); ++i)
    CHECK(results[i] == plan::StepResult{State::skipped, "not started: stopped by a signal"});
}

TEST_CASE("a verified step is judged by what is there, not by its exit status") {
  const Place place;
  const plan::Plan what{{verified("lies-well", "a"), verified("lies-badly", "b")}};
  const Applied applied = apply(
      place, what, [](const std::string& words) { return exited(words == "do lies-well" ? 1 : 0); },
      [](const plan::Expectation& expectation) { return expectation.resource.name == "lies-well"; });
  CHECK(states(applied) == std::vector<State>{State::done, State::failed});
  CHECK(applied.results[1].problem == "its command said success, but the change is not there");
}

TEST_CASE("a verified step whose effect cannot be looked at says so") {
  const Place place;
  const plan::Plan what{{verified("change", "a")}};
  const Applied applied = apply(
      place, what, [](const std::string& call) { return exited(call.rfind("look", 0) == 0 ? 1 : 0); },
      [](const plan::Expectation&) { return false; });
  REQUIRE(applied.results.size() == 1);
  CHECK(applied.results[0].problem.find("its command said success, but what it did cannot be seen: look thing: ") == 0);
}

TEST_CASE("a verified step whose need is not met is not started") {
  const Place place;
  plan::Plan what{{verified("delete", "gw"), verified("add", "gw")}};
  what.steps[0].needs = expectation("other", "");
  const Applied applied = apply(
      place, what, [](const std::string&) { return exited(0); },
      [](const plan::Expectation& expectation) { return kind_of(expectation) != "other"; });
  CHECK(applied.calls.empty());
  CHECK(states(applied) == std::vector<State>{State::skipped, State::skipped});
}

TEST_CASE("when a verified sequence fails half-way it is rolled back in reverse") {
  const Place place;
  const plan::Plan what{{verified("delete", "gw"), verified("add", "gw"), verified("other", "gw2")}};
  std::set<std::string> there;
  const Applied applied = apply(
      place, what,
      [&](const std::string& words) {
        if (words == "do delete" || words == "do other") there.insert(words.substr(3));
        return exited(0);
      },
      [&](const plan::Expectation& expectation) { return there.count(expectation.resource.name) != 0; });
  CHECK(applied.calls == std::vector<std::string>{"do delete", "do add", "undo add", "undo delete", "do other"});
  CHECK(states(applied) == std::vector<State>{State::failed, State::failed, State::done});
  CHECK(applied.results[0].problem == "taken back");
  const plan::JournalContent journal = plan::parse_journal(place.journal_text());
  CHECK(journal.entries[0].state == plan::JournalEntry::State::undone);
}

TEST_CASE("a verified sequence whose caller rolls it back is left as it is when it fails") {
  const Place place;
  const plan::Plan what{
      {verified("one", "gw"), verified("two", "gw"), verified("three", "gw"), verified("other", "gw2")}};
  const Applied applied = apply(
      place, what, [](const std::string&) { return exited(0); },
      [](const plan::Expectation& expectation) { return expectation.resource.name != "two"; }, 1000, false);
  CHECK(applied.calls == std::vector<std::string>{"do one", "do two", "do other"});
  CHECK(states(applied) == std::vector<State>{State::done, State::failed, State::skipped, State::done});
}

TEST_CASE("a need is not looked at again when nothing was done since the last look") {
  const Place place;
  plan::Plan what{{verified("add", "gw2"), verified("delete", "gw1"), verified("remake", "gw1")}};
  what.steps[1].needs = expectation("thing", "");
  const Applied applied =
      apply(place, what, [](const std::string&) { return exited(0); }, [](const plan::Expectation&) { return true; });
  CHECK(applied.order ==
        std::vector<std::string>{"do add", "look thing", "do delete", "look thing", "do remake", "look thing"});
}

TEST_CASE("what the next step needs is looked at together with the effect of the one before it") {
  const Place place;
  const auto order = [&](const plan::Plan& what) {
    return apply(
               place, what, [](const std::string&) { return exited(0); }, [](const plan::Expectation&) { return true; })
        .order;
  };
  using Order = std::vector<std::string>;
  plan::Plan what{{verified("add", "gw2"), verified("delete", "gw1"), verified("remake", "gw1")}};
  what.steps[1].needs = expectation("other", "");
  const Order together{"do add", "look other", "look thing", "do delete", "look thing", "do remake", "look thing"};
  CHECK(order(what) == together);
  what.steps[2].needs = expectation("third", "");  // of the same sequence
  CHECK(order(what) == Order{"do add", "look other", "look thing", "do delete", "look third", "look thing", "do remake",
                             "look thing"});
  what.steps[2].needs.reset();
  // Its effect may come later, and is asked for again and again: for its own sake alone.
  what.steps[0].wait = std::chrono::milliseconds(1);
  CHECK(order(what) ==
        Order{"do add", "look thing", "look other", "do delete", "look thing", "do remake", "look thing"});
}

TEST_CASE("a need that does not hold when the effect before it does keeps its step from being started") {
  const Place place;
  plan::Plan what{{verified("add", "gw2"), verified("delete", "gw1")}};
  what.steps[1].needs = expectation("other", "");
  const Applied applied = apply(
      place, what, [](const std::string&) { return exited(0); },
      [](const plan::Expectation& expectation) { return kind_of(expectation) != "other"; });
  CHECK(applied.calls == std::vector<std::string>{"do add"});
  CHECK(states(applied) == std::vector<State>{State::done, State::skipped});
}

TEST_CASE("a plan that is one sequence keeps the order of all its steps") {
  const Place place;
  plan::Plan what{{step("a1", "a"), step("b1", "b"), step("a2", "a")}, true};
  what.steps[1].abort_sequence = true;
  const Applied applied = apply(place, what, [](const std::string& words) { return exited(words == "do b1" ? 1 : 0); });
  CHECK(applied.calls == std::vector<std::string>{"do a1", "do b1"});
  CHECK(states(applied) == std::vector<State>{State::done, State::failed, State::skipped});
}

namespace {

// What becomes of a gateway that is deleted and added: `there` is judged by what the expectation is about.
Applied recreated(const Place& place, const std::string& failing_command,
                  std::function<bool(const std::string& subject)> there) {
  plan::Plan what{{verified("delete", "gw"), verified("add", "gw")}};
  what.steps[0].verified_with_next = true;
  return apply(
      place, what, [&](const std::string& words) { return exited(words == failing_command ? 1 : 0); },
      [&](const plan::Expectation& expectation) { return there(expectation.resource.name); });
}

}  // namespace

TEST_CASE("two steps that are verified together: nothing is probed between them where the first command ends well") {
  const Place place;
  // After the add, what the delete was to reach (no entry at all) is over.
  const Applied applied = recreated(place, "", [](const std::string& subject) { return subject == "add"; });
  CHECK(applied.order == std::vector<std::string>{"do delete", "do add", "look thing"});
  CHECK(states(applied) == std::vector<State>{State::done, State::done});
  CHECK(ends_of(place, "delete") == 1);
  CHECK(ends_of(place, "add") == 1);
}

TEST_CASE("two steps that are verified together: a first command that fails is probed by itself") {
  const Place place;
  const Applied applied = recreated(place, "do delete", [](const std::string&) { return true; });
  CHECK(applied.order == std::vector<std::string>{"do delete", "look thing", "do add", "look thing"});
  CHECK(states(applied) == std::vector<State>{State::done, State::done});
  const Applied failed = recreated(place, "do delete", [](const std::string&) { return false; });
  CHECK(failed.order == std::vector<std::string>{"do delete", "look thing", "undo delete"});
  CHECK(states(failed) == std::vector<State>{State::failed, State::skipped});
}

TEST_CASE("two steps that are verified together: where the second has no effect both are rolled back") {
  const Place place;
  const Applied deleted = recreated(place, "", [](const std::string& subject) { return subject == "delete"; });
  CHECK(deleted.order == std::vector<std::string>{"do delete", "do add", "look thing", "undo add", "undo delete"});
  CHECK(deleted.results[0] == plan::StepResult{State::failed, "taken back"});
  CHECK(deleted.results[1] == plan::StepResult{State::failed, "its command said success, but the change is not there"});
  const Applied neither = recreated(place, "", [](const std::string&) { return false; });
  CHECK(neither.calls == deleted.calls);
  CHECK(neither.results[0] == neither.results[1]);
}

TEST_CASE("two steps that are verified together: what nobody could see stays begun, for the deletion may be done") {
  const Place place;
  plan::Plan what{{verified("delete", "gw"), verified("add", "gw")}};
  what.steps[0].verified_with_next = true;
  const Applied applied = apply(
      place, what,
      [](const std::string& words) { return exited(words.rfind("look", 0) == 0 || words == "undo delete" ? 1 : 0); },
      [](const plan::Expectation&) { return false; });
  CHECK(states(applied) == std::vector<State>{State::failed, State::failed});
  CHECK(ends_of(place, "delete") == 0);
}

TEST_CASE("two steps that are verified together: a signal between them leaves the first unverified") {
  const Place place;
  plan::Plan what{{verified("delete", "gw"), verified("add", "gw")}};
  what.steps[0].verified_with_next = true;
  const auto between = stopped_at(place, what, "do delete", exited(0));
  CHECK(between[0].unverified);
  CHECK(between[1] == plan::StepResult{State::skipped, "not started: stopped by a signal"});
  CHECK(ends_of(place, "delete") == 0);
  const auto after = stopped_at(place, what, "do add", exited(0));
  CHECK(after[0].unverified);
  CHECK(after[1].unverified);
}

TEST_CASE("a sequence that is not verified is read back as soon as its last step has run, also a failed one") {
  const Place place;
  const plan::Plan what{{step("a1", "a"), step("a2", "a"), step("b1", "b")}};
  const Applied applied = apply(place, what, [](const std::string& words) { return exited(words == "do b1" ? 1 : 0); });
  CHECK(applied.order == std::vector<std::string>{"do a1", "do a2", "look-after a", "do b1", "look-after b"});
}

TEST_CASE("a file is written atomically, with a backup of what was there") {
  const Place place;
  REQUIRE(sys::make_folders(place.root + "/etc"));
  REQUIRE(sys::write_atomically(place.root + "/etc/conf", "old", 0640));
  plan::Step write;
  write.resource = {plan::Kind::file, "file"};
  write.file = plan::FileChange{"/etc/conf", "new"};
  write.undo_file = plan::FileChange{"/etc/conf", "old"};
  const Applied applied = apply(place, plan::Plan{{write}}, [](const std::string&) { return exited(0); });
  CHECK(states(applied) == std::vector<State>{State::done});
  CHECK(**sys::read_file(place.root + "/etc/conf") == "new");
  CHECK(**sys::read_file(place.root + "/etc/conf.before-hanfs") == "old");
}

TEST_CASE("a file that is a symbolic link stays one: what it stands for is written, and removed") {
  const Place place;
  REQUIRE(sys::make_folders(place.root + "/etc/real"));
  const std::string conf = place.root + "/etc/conf";
  const std::string real = place.root + "/etc/real/conf";
  REQUIRE(sys::write_atomically(real, "old", 0640));
  REQUIRE(::symlink("link", conf.c_str()) == 0);
  REQUIRE(::symlink("real/conf", (place.root + "/etc/link").c_str()) == 0);
  const auto change = [&](std::optional<std::string> content) {
    plan::Step write;
    write.resource = {plan::Kind::file, "file"};
    write.file = plan::FileChange{"/etc/conf", std::move(content), ""};
    return apply(place, plan::Plan{{write}}, [](const std::string&) { return exited(0); });
  };
  const auto is_link = [&] {
    struct stat info{};
    return ::lstat(conf.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
  };
  CHECK(states(change("new")) == std::vector<State>{State::done});
  CHECK(is_link());
  CHECK(**sys::read_file(real) == "new");
  CHECK(states(change(std::nullopt)) == std::vector<State>{State::done});
  CHECK(is_link());
  CHECK(!*sys::read_file(real));
  CHECK(states(change("again")) == std::vector<State>{State::done});  // a link to nothing
  CHECK(is_link());
  CHECK(**sys::read_file(real) == "again");
  REQUIRE(sys::remove_file(real));
  REQUIRE(::symlink("../conf", real.c_str()) == 0);
  const Applied loop = change("lost");
  CHECK(states(loop) == std::vector<State>{State::failed});
  CHECK(loop.results.front().problem.find("follow the link") != std::string::npos);
}

TEST_CASE("a backup never goes through a symbolic link") {
  const Place place;
  REQUIRE(sys::make_folders(place.root + "/etc"));
  REQUIRE(sys::write_atomically(place.root + "/etc/conf", "old", 0640));
  REQUIRE(sys::write_atomically(place.root + "/etc/precious", "precious", 0640));
  REQUIRE(::symlink("precious", (place.root + "/etc/conf.before-hanfs").c_str()) == 0);
  plan::Step write;
  write.resource = {plan::Kind::file, "file"};
  write.file = plan::FileChange{"/etc/conf", "new"};
  write.undo_file = plan::FileChange{"/etc/conf", "old"};
  CHECK(states(apply(place, plan::Plan{{write}}, [](const std::string&) { return exited(0); })) ==
        std::vector<State>{State::done});
  CHECK(**sys::read_file(place.root + "/etc/precious") == "precious");
  CHECK(**sys::read_file(place.root + "/etc/conf.before-hanfs") == "old");
}

TEST_CASE("a copy has mode and owner of what it is a copy of, and gives them back") {
  const Place place;
  REQUIRE(sys::make_folders(place.root + "/etc"));
  const std::string original = place.root + "/etc/conf";
  const std::string copy = place.root + "/etc/conf.before";
  REQUIRE(sys::write_atomically(original, "old", 0640));
  REQUIRE(sys::write_atomically(copy, "older", 0604));
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::chown(original.c_str(), 3, 4) == 0);
  const auto looks_like_the_original = [&](const std::string& path) {
    struct stat info{};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0640);
    if (root) CHECK((info.st_uid == 3 && info.st_gid == 4));
  };
  plan::Step backup;
  backup.resource = {plan::Kind::file, "backup"};
  backup.file = plan::FileChange{"/etc/conf.before", "old", "/etc/conf"};
  (void)apply(place, plan::Plan{{backup}}, [](const std::string&) { return exited(0); });
  CHECK(**sys::read_file(copy) == "old");
  looks_like_the_original(copy);
  REQUIRE(sys::write_atomically(original, "new"));  // keeps both
  looks_like_the_original(original);

  REQUIRE(sys::remove_file(original));
  REQUIRE(sys::write_atomically(original, "by somebody else", 0600));
  plan::Step back;
  back.resource = {plan::Kind::file, "back"};
  back.file = plan::FileChange{"/etc/conf", "old", "/etc/conf.before"};
  (void)apply(place, plan::Plan{{back}}, [](const std::string&) { return exited(0); });
  CHECK(**sys::read_file(original) == "old");
  looks_like_the_original(original);
}
