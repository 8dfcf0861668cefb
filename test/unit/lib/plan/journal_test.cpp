// SPDX-License-Identifier: Apache-2.0
#include "plan/journal.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "plan/step_text.hpp"
#include "sys/file.hpp"

namespace plan = hanfs::plan;
using State = plan::JournalEntry::State;

namespace {

std::string temporary_path() {
  char path[] = "/tmp/hanfs-journal-XXXXXX";
  ::close(::mkstemp(path));
  return path;
}

plan::Step awkward_step() {
  plan::Step step;
  step.resource = {plan::Kind::filesystem, "/mnt/a b\nc%\xff"};
  step.detail = "timeo";
  step.why = "why \"quoted\"";
  step.argv = {"/usr/sbin/nfs4cl", "setfsoptions", "/mnt/a b\nc%\xff", "timeo=1"};
  step.undo = {{"/usr/sbin/x", "1"}, {"/usr/sbin/x", "2"}};
  step.expect = plan::Expectation{step.resource, plan::FilesystemOption{"timeo", 1}};
  return step;
}

struct RealMachine {
  hanfs::sys::RealFiles files;
  hanfs::sys::RealClock clock;
};

struct Journal : RealMachine, plan::Journal {
  Journal(const std::string& path, const std::string& run) : plan::Journal(files, clock, path, run) {}
};

std::string content(const std::string& path) { return **hanfs::sys::read_file(path); }

}  // namespace

TEST_CASE("what is journalled comes back byte for byte") {
  const std::string path = temporary_path();
  const plan::Step step = awkward_step();
  plan::Step file;
  file.resource = {plan::Kind::resolver, "hosts-first"};
  file.file = plan::FileChange{"/etc/netsvc.conf", "hosts = local\n\x01\xfe", "/etc/b%\xff"};
  file.undo_file = plan::FileChange{"/etc/netsvc.conf", std::nullopt};
  file.sync_journal = true;
  {
    Journal journal(path, "run1");
    journal.begin(step);
    journal.end(step, State::done);
    journal.begin(file);
    CHECK(journal.reason().empty());
  }
  CHECK(content(path).front() == '{');  // one JSON object a line
  const plan::JournalContent read = plan::parse_journal(content(path));
  REQUIRE(read.entries.size() == 2);
  CHECK(read.unreadable == 0);
  CHECK(read.entries[0].state == State::done);
  CHECK(read.entries[0].step.resource == step.resource);
  CHECK(plan::id_of(read.entries[0].step) == "fs:/mnt/a b\nc%\xff:timeo");
  CHECK(read.entries[0].step.argv == step.argv);
  CHECK(read.entries[0].step.undo == step.undo);
  CHECK(plan::words_of(*read.entries[0].step.expect) == plan::ExpectationWords{"fs", "/mnt/a b\nc%\xff", "timeo=1"});
  CHECK(read.entries[1].state == State::begun);  // killed before its end
  CHECK(read.entries[1].step.file == file.file);
  CHECK(read.entries[1].step.undo_file == file.undo_file);
  ::unlink(path.c_str());
}

TEST_CASE("a torn line at the end goes when the next run begins, so that it is never one in the middle") {
  const std::string path = temporary_path();
  {
    Journal journal(path, "run1");
    journal.begin(awkward_step());
  }
  std::string text = content(path);
  text.resize(text.size() - 20);
  REQUIRE(hanfs::sys::write_atomically(path, text));
  {
    Journal journal(path, "run2");
    journal.begin(awkward_step());
    journal.end(awkward_step(), State::failed);
  }
  const plan::JournalContent read = plan::parse_journal(content(path));
  CHECK(read.unreadable == 0);
  REQUIRE(read.entries.size() == 1);
  CHECK(read.entries[0].run == "run2");
  CHECK(read.entries[0].state == State::failed);
  // A whole line that lacks its end only is kept.
  text = content(path);
  text.pop_back();
  REQUIRE(hanfs::sys::write_atomically(path, text));
  {
    Journal journal(path, "run3");
    journal.begin(awkward_step());
  }
  CHECK(plan::parse_journal(content(path)).entries.size() == 2);
  CHECK(content(path).find(text + "\n{") == 0);
  ::unlink(path.c_str());
}

TEST_CASE("an entry that was taken back says so, whichever run took it back") {
  const std::string path = temporary_path();
  {
    Journal journal(path, "run1");
    journal.begin(awkward_step());
    journal.end(awkward_step(), State::done);
  }
  {
    Journal journal(path, "run2");
    journal.undone({"run1", "", State::done, awkward_step()});
  }
  const plan::JournalContent read = plan::parse_journal(content(path));
  REQUIRE(read.entries.size() == 1);
  CHECK(read.entries[0].state == State::undone);
  ::unlink(path.c_str());
}

TEST_CASE("a line of the journal is as it always was") {
  const std::string path = temporary_path();
  {
    Journal journal(path, "run1");
    plan::Step step;
    step.resource = {plan::Kind::route, "10.0.0.1"};
    step.action = plan::Action::remove;
    step.detail = "1";
    step.why = "why";
    step.argv = {"/usr/sbin/route", "-n", "delete", "0", "10.0.0.1"};
    step.expect = plan::Expectation{step.resource, plan::EntryCount{0}};
    journal.begin(step);
    journal.end(step, State::done);
  }
  const std::string text = content(path);
  CHECK(text.find(R"({"argv":["/usr/sbin/route","-n","delete","0","10.0.0.1"],"event":"begin",)"
                  R"("expect":["default_rows","10.0.0.1","0"],"run":"run1","step":"route:10.0.0.1:delete1",)") !=
        std::string::npos);
  CHECK(text.find(R"({"event":"done","run":"run1","step":"route:10.0.0.1:delete1"})") != std::string::npos);
  ::unlink(path.c_str());
}

TEST_CASE("what was there before, the node and its boot come back too") {
  const std::string path = temporary_path();
  plan::Step step;
  step.resource = {plan::Kind::route, "10.0.0.1"};
  step.action = plan::Action::remove;
  const plan::RouteEntry entry{7, true, true, "en1"};
  step.was = plan::Expectation{step.resource, entry};
  {
    RealMachine machine;
    plan::Journal journal(machine.files, machine.clock, path, "run1", "cn 1", "Nov 07 19:11");
    journal.begin(step);
  }
  const plan::JournalContent read = plan::parse_journal(content(path));
  REQUIRE(read.entries.size() == 1);
  CHECK(read.entries[0].node == "cn 1");
  CHECK(read.entries[0].boot == "Nov 07 19:11");
  CHECK(std::get<plan::RouteEntry>(read.entries[0].step.was->value) == entry);
  ::unlink(path.c_str());
}

TEST_CASE("an event of a later version changes nothing and is counted") {
  const std::string begin = R"({"event":"begin","run":"r","step":"no:dgd_ping_time","later":{"a":1}})";
  const plan::JournalContent read =
      plan::parse_journal(begin + "\n" + R"({"event":"done","run":"r","step":"no:dgd_ping_time"})" + "\n" +
                          R"({"event":"verified","run":"r","step":"no:dgd_ping_time"})" + "\n");
  REQUIRE(read.entries.size() == 1);
  CHECK(read.entries[0].state == State::done);
  CHECK(read.unreadable == 1);
}

TEST_CASE("two boots with one name of a run: an end belongs to the latest, and each is taken back once") {
  const std::string begin = R"({"event":"begin","run":"r","step":"no:dgd_ping_time"})";
  const std::string done = R"({"event":"done","run":"r","step":"no:dgd_ping_time"})";
  const std::string undone = R"({"event":"undone","run":"r","step":"no:dgd_ping_time"})";
  const std::string twice = begin + "\n" + done + "\n" + begin + "\n" + done + "\n";
  plan::JournalContent read = plan::parse_journal(twice + undone + "\n");
  REQUIRE(read.entries.size() == 2);
  CHECK(read.entries[0].state == State::done);
  CHECK(read.entries[1].state == State::undone);
  read = plan::parse_journal(twice + undone + "\n" + undone + "\n");
  CHECK(read.entries[0].state == State::undone);
}

TEST_CASE("a large journal is written anew without what can never be taken back") {
  const std::string path = temporary_path();
  RealMachine machine;
  const auto write = [&](const std::string& run, const std::string& boot, bool outlives_boot, State end) {
    plan::Journal journal(machine.files, machine.clock, path, run, "cn1", boot);
    plan::Step step = awkward_step();
    step.sync_journal = outlives_boot;
    journal.begin(step);
    journal.end(step, end);
    return journal.reason();
  };
  write("early", "boot1", false, State::done);
  write("early-kept", "boot1", true, State::done);
  write("taken-back", "boot2", true, State::undone);
  write("now", "boot2", false, State::done);
  std::string text = content(path);
  text.append(plan::Journal::usual_size, '\n');
  REQUIRE(hanfs::sys::write_atomically(path, text));
  CHECK(write("next", "boot2", false, State::done).empty());
  text = content(path);
  CHECK(text.size() < 10000);
  std::string runs;
  for (const plan::JournalEntry& entry : plan::parse_journal(text).entries) {
    runs += entry.run + " ";
    CHECK(entry.state == State::done);
    CHECK(entry.node == "cn1");
  }
  CHECK(runs == "early-kept now next ");
  ::unlink(path.c_str());
}

TEST_CASE("rubbish in a journal is counted") {
  const plan::JournalContent read = plan::parse_journal(
      "not json\n[1,2]\n{\"event\":\"begin\"}\n{\"event\":\"done\",\"run\":\"x\",\"step\":\"y\"}\n"
      "{\"event\":\"begin\",\"run\":\"r\",\"step\":5}\n\n\x80\x81\n");
  CHECK(read.entries.empty());
  CHECK(read.unreadable == 6);
}

TEST_CASE("a journal that cannot be opened tells why and drops what it is given") {
  Journal journal("/nonexistent/folder/journal", "run1");
  journal.begin(awkward_step());
  CHECK(journal.reason().find("/nonexistent/folder/journal") != std::string::npos);
}
