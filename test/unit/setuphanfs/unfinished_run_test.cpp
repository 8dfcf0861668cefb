// SPDX-License-Identifier: Apache-2.0
// What a run of setuphanfs makes of the journal of earlier ones.
#include "setuphanfs/unfinished_run.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "plan/step_text.hpp"
#include "setuphanfs/example_server.hpp"
#include "setuphanfs/export_rules.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/restore_plan.hpp"
#include "sys/file.hpp"

namespace hanfs::server {
namespace {

using plan::JournalEntry;
using State = JournalEntry::State;
using Words = std::vector<std::string>;

const char* const old_file = "/home -vers=4,rw\n/install/postscripts -vers=3:4,ro\n";

ObservedState server(const std::string& exports) {
  return test::example_server({"/", "/home", "/install", "/data"}, exports, aix::ReplicationMode::off);
}

// What a run leaves in its journal, read back from a real file.
class Journal {
 public:
  Journal() {
    char path[] = "/tmp/hanfs-earlier-XXXXXX";
    path_ = ::mkdtemp(path);
  }
  ~Journal() {
    ::unlink((path_ + "/journal").c_str());
    ::rmdir(path_.c_str());
  }
  void run(const std::string& name, const ObservedState& before, const Words& steps, std::optional<State> end) const {
    sys::RealFiles files;
    const sys::RealClock clock;
    plan::Journal journal(files, clock, path_ + "/journal", name);
    const plan::Step record = record_of(before);
    journal.begin(record);
    for (const std::string& id : steps) {
      plan::Step step;
      plan::read_id(id, step);
      if (step.resource.kind == plan::Kind::file && step.action == plan::Action::set) {
        step.file = plan::FileChange{exports_file, std::nullopt};
        step.file->edit =
            edit_of(old_file, [](const aix::Export& row) { return row.directory != "/home"; }, {"/install"});
      }
      step.argv = {"/usr/sbin/exportfs", "-u", id};
      journal.begin(step);
      journal.end(step, State::done);
    }
    if (end) journal.end(record, *end);
  }
  std::optional<UnfinishedRun> unfinished() const {
    return unfinished_runs(plan::parse_journal(**sys::read_file(path_ + "/journal")), server(""));
  }

 private:
  std::string path_;
};

TEST_CASE("a run that ended well leaves nothing to care about, one that was killed or failed does") {
  for (const auto& [end, open] : std::vector<std::pair<std::optional<State>, bool>>{
           {State::done, false}, {State::undone, false}, {State::failed, true}, {std::nullopt, true}}) {
    const Journal journal;
    journal.run("1", server(old_file), {"backup", "leave:/home"}, end);
    REQUIRE(journal.unfinished().has_value() == open);
    if (open) CHECK(journal.unfinished()->killed == !end);
  }
  const Journal journal;
  journal.run("1", server(old_file), {}, std::nullopt);  // killed before it did anything
  CHECK_FALSE(journal.unfinished().has_value());
}

TEST_CASE("several runs that did not end well: what was before the first counts") {
  const Journal journal;
  journal.run("0", server("/data -rw\n"), {"backup", "leave:/data"}, State::done);
  journal.run("1", server(old_file), {"backup", "leave:/home"}, State::failed);
  journal.run("2", server(""), {"mode"}, std::nullopt);
  const std::optional<UnfinishedRun> unfinished = journal.unfinished();
  REQUIRE(unfinished.has_value());
  CHECK(unfinished->exports_text == old_file);
  CHECK(unfinished->exported.size() == 2);
  CHECK(unfinished->mode == aix::ReplicationMode::off);
  CHECK(unfinished->domain == "example.com");
  CHECK(unfinished->daemons == Words{"nfsd", "rpc.mountd", "nfsrgyd"});
  CHECK(unfinished->backed_up);
  CHECK(unfinished->killed);
  CHECK(what_happened(*unfinished).find("exportfs -u leave:/home, ") != std::string::npos);
}

Words missing_exports(const UnfinishedRun& unfinished, const ObservedState& now) {
  Words directories;
  DesiredState desired;
  desired.directory = "/install";
  for (const plan::Step& step :
       make_owed_plan(as_before(now, unfinished, "/install"), now, desired, Owed::to_others).steps)
    directories.push_back(step.argv.back());
  return directories;
}

TEST_CASE("what is owed: what those runs withdrew from others, and nobody has put right or taken out since") {
  const Journal journal;
  journal.run("1", server(old_file), {"backup", "withdraw:/install/postscripts", "leave:/home"}, std::nullopt);
  const UnfinishedRun unfinished = *journal.unfinished();
  ObservedState now = server(old_file);
  CHECK(missing_exports(unfinished, now).empty());
  now.exported.clear();
  CHECK(missing_exports(unfinished, now) == Words{"/home"});
  now.exported = aix::parse_exports("/home -ro\n").rows;  // up again, as somebody wanted it
  CHECK(missing_exports(unfinished, now).empty());
  now = server("/data -rw\n");  // taken out of /etc/exports
  CHECK(missing_exports(unfinished, now).empty());
  // A daemon that ran is owed too.
  now = server(old_file);
  now.daemons.rows[0].status = "inoperative";
  CHECK(missing_exports(unfinished, now) == Words{"nfsd"});

  // What those runs did not touch is none of their business, unless they restarted nfsd.
  ObservedState before = server(old_file);
  before.exported.push_back(aix::parse_exports("/data -vers=3,rw\n").rows.front());
  for (const auto& [step, found] :
       std::vector<std::pair<std::string, Words>>{{"leave:/home", {"/home"}}, {"mode", {"/home", "/data"}}}) {
    const Journal other;
    other.run("1", before, {step}, std::nullopt);
    now = server(old_file);
    now.exported.clear();
    CHECK(missing_exports(*other.unfinished(), now) == found);
  }
}

TEST_CASE("what is owed comes back as /etc/exports has it, where somebody has changed the line since") {
  const Journal journal;
  ObservedState before = server(old_file);
  before.exported.push_back(aix::parse_exports("/data -vers=3,rw\n").rows.front());  // by hand, with options
  journal.run("1", before, {"backup", "leave:/home", "leave:/data"}, std::nullopt);
  const UnfinishedRun unfinished = *journal.unfinished();
  ObservedState now = server("/home -vers=4,ro,access=cn018\n/data -ro\n");
  now.exported.clear();
  const ObservedState then = as_before(now, unfinished, "/install");
  CHECK(text_of(rows_of(then.exported, "/home")) == "/home -vers=4,ro,access=cn018\n");
  CHECK(text_of(rows_of(then.exported, "/data")) == "/data -vers=3,rw\n");
  now = server("/home -ro,access=cn018\n/home -vers=4,rw\n");
  now.exported.clear();
  CHECK(text_of(rows_of(as_before(now, unfinished, "/install").exported, "/home")) == "/home -vers=4,rw\n");
}

TEST_CASE("a run for another directory owes what the killed one took from the nodes, unless it is replaced") {
  const Journal journal;
  journal.run("1", server(old_file), {"backup", "withdraw:/install/postscripts", "file"}, std::nullopt);
  const UnfinishedRun unfinished = *journal.unfinished();
  ObservedState now = server("/home -vers=4,rw\n/install\n");
  now.exported = aix::parse_exports("/home -vers=4,rw\n").rows;
  const auto missing = [&](const std::string& directory) {
    return rows_of(as_before(now, unfinished, directory).exported, "/install/postscripts").size();
  };
  CHECK(missing("/install") == 1);
  CHECK(missing("/data") == 1);
  now.exported.push_back(aix::parse_exports("/install\n").rows.front());
  CHECK(missing("/install") == 0);
  CHECK(missing("/data") == 0);
  now = server("/home -vers=4,rw\n");  // taken out by somebody
  CHECK(missing("/data") == 0);
}

TEST_CASE("a restart of nfsrgyd is owed after a change of the domain, until it was begun") {
  for (const auto& [steps, owed] : std::vector<std::pair<Words, bool>>{{{"mode"}, false},
                                                                       {{"domain"}, true},
                                                                       {{"domain", "stop:nfsrgyd"}, true},
                                                                       {{"start:nfsrgyd", "domain"}, true},
                                                                       {{"domain", "start:nfsrgyd"}, false}}) {
    const Journal journal;
    journal.run("1", server(old_file), steps, std::nullopt);
    CHECK(journal.unfinished()->owes_restart() == owed);
  }
}

TEST_CASE("a run that fails goes back to before the earlier ones, but keeps what somebody has written since") {
  const Journal journal;
  journal.run("1", server(old_file), {"backup", "withdraw:/install/postscripts", "file", "leave:/home", "mode"},
              std::nullopt);
  const UnfinishedRun unfinished = *journal.unfinished();
  ObservedState now = server("/home -vers=4,rw\n/install\n");
  now.exported.clear();
  now.mode = aix::ReplicationMode::on;
  const ObservedState before = as_before(now, unfinished, "/install");
  CHECK(before.exports_text == old_file);
  CHECK(directories_of(before.exported) == Words{"/home", "/install/postscripts"});
  CHECK(before.mode == aix::ReplicationMode::off);

  now.exports_text = "/home -vers=4,rw\n/install\n/data -rw\n";
  CHECK(as_before(now, unfinished, "/install").exports_text == std::string(old_file) + "/data -rw\n");
  now.exports_text = "/home -vers=4,rw\n/install -ro\n";  // somebody has changed our line
  CHECK(as_before(now, unfinished, "/install").exports_text == now.exports_text);
  // Beside the new export the old ones below it have no place.
  now.exported = aix::parse_exports("/install -vers=4,ro\n").rows;
  CHECK(directories_of(as_before(now, unfinished, "/install").exported) == Words{"/install", "/home"});
}

TEST_CASE("beside the new form of a directory that was exported before, the old exports below it have no place") {
  const std::string old = "/home -vers=4,rw\n/install -vers=3,ro\n/install/postscripts -vers=3,ro\n";
  const Journal journal;
  journal.run("1", server(old), {"backup", "withdraw:/install", "withdraw:/install/postscripts", "mode"}, std::nullopt);
  const UnfinishedRun unfinished = *journal.unfinished();
  ObservedState now = server(old);
  now.exported = aix::parse_exports("/home -vers=4,rw\n/install -vers=4,ro\n").rows;
  CHECK(directories_of(as_before(now, unfinished, "/install").exported) == Words{"/home", "/install"});
  // In its old form it is no new export: what the killed run has withdrawn below it is missing.
  now.exported = aix::parse_exports("/home -vers=4,rw\n/install -vers=3,ro\n").rows;
  CHECK(directories_of(as_before(now, unfinished, "/install").exported) ==
        Words{"/home", "/install", "/install/postscripts"});
}

TEST_CASE("a journal that came with the disk of another machine does not count") {
  const Journal journal;
  ObservedState before = server(old_file);
  before.node = "sn9";
  journal.run("1", before, {"backup", "leave:/home"}, std::nullopt);
  CHECK_FALSE(journal.unfinished().has_value());
  const Journal own;
  before.node = "";
  own.run("1", before, {"backup", "leave:/home"}, std::nullopt);
  CHECK(own.unfinished().has_value());
}

TEST_CASE("an edit comes back from the journal as it was") {
  const Journal journal;
  journal.run("1", server(old_file), {"file"}, std::nullopt);
  const std::vector<plan::Step> begun = journal.unfinished()->begun;
  REQUIRE(begun.size() == 1);
  REQUIRE(begun[0].file->edit.has_value());
  CHECK(begun[0].file->edit->out == Words{"/install/postscripts -vers=3:4,ro"});
  CHECK(begun[0].file->edit->in == Words{"/install"});
  CHECK(begun[0].file->edit->exact->from == old_file);
}

}  // namespace
}  // namespace hanfs::server
