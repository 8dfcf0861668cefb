// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/observe.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

#include "aix/commands.hpp"

namespace hanfs::node {
namespace {

using Argv = aix::Argv;

constexpr const char* fail_over_timeout = "nfs_v4_fail_over_timeout";
const char* const network_tunables[] = {"passive_dgd", "dgd_packets_lost", "dgd_ping_time", "dgd_retry_time"};

std::string name_of(const Argv& argv) { return argv.front().substr(argv.front().rfind('/') + 1); }

// A child's path lies strictly below a mount point's.
bool lies_below(const std::string& path, const std::string& mount_point) {
  if (mount_point == "/") return path.size() > 1;
  return path.size() > mount_point.size() && path.compare(0, mount_point.size(), mount_point) == 0 &&
         path[mount_point.size()] == '/';
}

// Asks questions side by side. An answer may raise new questions, which start while slower ones still run.
class Observer {
 public:
  Observer(const Sources& sources, Facts& facts) : sources_(sources), facts_(facts) {}

  void ask_everything() {
    ask_mounts();
    ask_all_filesystems();
    ask_fail_over_timeout();
    ask_routes();
    ask_odm_routes();
    ask_network_tunables();
    ask_interfaces();
    work();
    merge_costs();
    read_files();
  }

  void ask_again(const Scope& scope) {
    for (const std::string& path : scope.filesystems) {
      forget(path);
      ask_filesystem(path);
    }
    if (scope.routes) ask_routes();
    if (scope.odm_routes) ask_odm_routes();
    if (scope.tunables) ask_network_tunables();
    work();
    if (scope.routes) merge_costs();
    if (scope.files) read_files();
  }

 private:
  // Takes an outcome that ended well; an Error says why its text is no answer.
  using Answer = std::function<Status(const std::string& text)>;

  struct Question {
    std::vector<Argv> forms;  // asked one after the other until one answers
    Answer answer;
    // None answered. nullptr: it is a blind spot. `why` is empty when it has been noted already (it hung).
    std::function<void(const std::string& why)> no_answer;
    std::string first_failure;
  };

  void ask(std::vector<Argv> forms, Answer answer, std::function<void(const std::string&)> no_answer = nullptr) {
    if (is_hung(forms.front())) return;
    std::reverse(forms.begin(), forms.end());  // taken from the back
    questions_.push_back(Question{std::move(forms), std::move(answer), std::move(no_answer), ""});
  }

  void work() {
    std::map<std::size_t, Question> running;
    std::size_t count = 0;
    const auto next = [&]() -> std::optional<run::Job> {
      if (questions_.empty()) return std::nullopt;
      Question question = std::move(questions_.front());
      questions_.pop_front();
      run::Command command;
      command.argv = question.forms.back();
      command.deadline = sources_.time_for_command();
      question.forms.pop_back();
      running.emplace(++count, std::move(question));
      return run::Job{count, std::move(command)};
    };
    const auto finished = [&](const run::Job& job, const run::Outcome& outcome) {
      Question question = std::move(running.extract(job.id).mapped());
      settle(job.command.argv, std::move(question), outcome);
    };
    sources_.runner.run(next, finished);
  }

  void settle(const Argv& argv, Question question, const run::Outcome& outcome) {
    std::string why = run::failure(outcome);
    if (why.empty() && outcome.out_dropped != 0) why = "more output than can be read";
    if (why.empty()) {
      const Status status = question.answer(outcome.out);
      if (status) {
        seen(argv);
        return;
      }
      why = status.error().what;
    }
    if (question.first_failure.empty()) question.first_failure = run::words(argv) + ": " + why;
    const bool ended = outcome.end == run::Outcome::End::exited || outcome.end == run::Outcome::End::not_started;
    if (ended && !question.forms.empty()) {
      questions_.push_back(std::move(question));
      return;
    }
    using End = run::Outcome::End;
    const bool missing = outcome.end == End::not_started && outcome.start_errno == ENOENT;
    const bool hung = outcome.end == End::timed_out || outcome.end == End::abandoned;
    if (question.no_answer && !hung) {
      question.no_answer(question.first_failure);
    } else {
      blind(argv, question.first_failure, missing, hung);
      if (question.no_answer) question.no_answer("");
    }
  }

  void blind(const Argv& argv, const std::string& what, bool missing = false, bool hung = false) {
    seen(argv);
    facts_.blind.push_back(Blind{name_of(argv), run::words(argv), what, missing, hung});
  }

  // An answer, or a newer failure, takes the place of an older failure of the same command.
  void seen(const Argv& argv) {
    const std::string words = run::words(argv);
    auto& spots = facts_.blind;
    spots.erase(std::remove_if(spots.begin(), spots.end(), [&](const Blind& spot) { return spot.words == words; }),
                spots.end());
  }

  bool is_hung(const Argv& argv) const {
    const std::string words = run::words(argv);
    return std::any_of(facts_.blind.begin(), facts_.blind.end(),
                       [&](const Blind& spot) { return spot.hung && spot.words == words; });
  }

  void remark(const Argv& argv, const std::vector<aix::Problem>& problems) {
    for (const aix::Problem& problem : problems)
      facts_.remarks.push_back(run::words(argv) + ": " + aix::to_string(problem));
  }

  void ask_mounts() {
    ask({aix::list_mounts()},
        [this](const std::string& text) -> Status {
          Result<aix::MountTable> table = aix::parse_mount(text);
          if (!table) return table.error();
          facts_.mounts = std::move(table->mounts);
          for (const aix::Problem& problem : table->problems) {
            // A row that may be a file system we were to tune is a blind spot, any other only a remark.
            if (problem.seen.find("nfs") != std::string::npos) {
              blind(aix::list_mounts(), "mount: " + aix::to_string(problem));
            } else {
              facts_.remarks.push_back("mount: " + aix::to_string(problem));
            }
          }
          mounts_known_ = true;
          ask_unknown_filesystems();
          return Done{};
        });
  }

  void ask_all_filesystems() {
    ask({aix::show_filesystems()},
        [this](const std::string& text) -> Status {
          Result<aix::ShowFs> shown = aix::parse_showfs(text);
          if (!shown) return shown.error();
          remark(aix::show_filesystems(), shown->problems);
          rows_ = std::move(shown->filesystems);
          rows_known_ = true;
          ask_unknown_filesystems();
          return Done{};
        },
        [this](const std::string& why) {
          if (!why.empty()) blind(aix::show_filesystems(), why);
          rows_known_ = true;  // each path is asked by itself
          ask_unknown_filesystems();
        });
  }

  // Whichever of mount and showfs comes second starts this.
  void ask_unknown_filesystems() {
    if (!mounts_known_ || !rows_known_) return;
    std::map<std::string, const aix::FsInfo*> row_of;
    for (const aix::FsInfo& row : rows_) row_of.try_emplace(row.local, &row);
    std::vector<std::string> paths;
    std::set<std::string> fsids;
    for (const aix::Mount& mount : facts_.mounts) {
      if (mount.vfs != "nfs4" || std::find(paths.begin(), paths.end(), mount.path) != paths.end()) continue;
      paths.push_back(mount.path);
      const auto row = row_of.find(mount.path);
      if (row != row_of.end()) fsids.insert(row->second->fsid);
    }
    for (const aix::FsInfo& row : rows_) {
      if (!is_crossed(row) || !fsids.insert(row.fsid).second) continue;
      facts_.crossed.push_back(row.local);
      paths.push_back(row.local);
    }
    for (const std::string& path : paths) {
      const auto row = row_of.find(path);
      if (row == row_of.end()) {
        ask_filesystem(path);
      } else if (row->second->has_options) {
        keep(path, *row->second);
      } else if (const auto asked = path_asked_for_.find(row->second->fsid); asked != path_asked_for_.end()) {
        same_as_[path] = asked->second;  // one question for each fsid
      } else {
        path_asked_for_[row->second->fsid] = path;
        ask_filesystem(path);
      }
    }
  }

  // A file system of the server that the client entered below an nfs4 mount. The pseudo file system ("/" of the
  // server, vfs rfs4) holds no files and is not tuned.
  bool is_crossed(const aix::FsInfo& row) const {
    if (row.remote == "/" || row.local.empty() || row.local.front() != '/') return false;
    const aix::Mount* holder = nullptr;
    for (const aix::Mount& mount : facts_.mounts) {
      if (mount.path == row.local) return false;
      if (lies_below(row.local, mount.path) && (holder == nullptr || mount.path.size() >= holder->path.size()))
        holder = &mount;
    }
    return holder != nullptr && holder->vfs == "nfs4";
  }

  void ask_filesystem(const std::string& path) {
    const Argv argv = aix::show_filesystem(path);
    ask({argv}, [this, path, argv](const std::string& text) -> Status {
      Result<aix::ShowFs> shown = aix::parse_showfs(text);
      if (!shown) return shown.error();
      remark(argv, shown->problems);
      const auto& rows = shown->filesystems;
      if (rows.empty()) return Error{"no file system in its output"};
      const auto own = std::find_if(rows.begin(), rows.end(), [&](const aix::FsInfo& row) { return row.local == path; });
      const aix::FsInfo& row = own != rows.end() ? *own : rows.front();
      if (!row.has_options) return Error{"no options line in its output"};
      keep(path, row);
      return Done{};
    });
  }

  // An old answer must not pass for a new one. Paths bound to the same fsid will share the new answer.
  void forget(const std::string& path) {
    const auto known = facts_.filesystem_of.find(path);
    if (known == facts_.filesystem_of.end()) return;
    const std::size_t place = known->second;
    for (auto other = facts_.filesystem_of.begin(); other != facts_.filesystem_of.end();) {
      if (other->second != place) {
        ++other;
        continue;
      }
      if (other->first != path) same_as_[other->first] = path;
      other = facts_.filesystem_of.erase(other);
    }
  }

  void keep(const std::string& path, const aix::FsInfo& info) {
    const auto same = std::find_if(facts_.filesystems.begin(), facts_.filesystems.end(),
                                   [&](const aix::FsInfo& known) { return known.fsid == info.fsid; });
    const auto place = static_cast<std::size_t>(same - facts_.filesystems.begin());
    if (same == facts_.filesystems.end()) {
      facts_.filesystems.push_back(info);
    } else {
      *same = info;
    }
    facts_.filesystem_of[path] = place;
  }

  void ask_fail_over_timeout() {
    ask({aix::show_nfs_tunable(fail_over_timeout), {aix::show_nfs_tunable("").front(), "-a"}},
        [this](const std::string& text) -> Status {
          const Result<aix::Tunables> shown = aix::parse_tunables_o(text);
          if (!shown) return shown.error();
          const aix::Tunable* row = shown->find(fail_over_timeout);
          const auto value = row == nullptr ? std::nullopt : aix::tunable_number(row->current);
          if (!value) return Error{std::string("no number for ") + fail_over_timeout + " in its output"};
          facts_.fail_over_timeout = *value;
          return Done{};
        });
  }

  void ask_routes() {
    facts_.routes.reset();
    facts_.route_costs_known = false;
    const std::string netstat = aix::list_routes().front();
    ask({aix::list_routes(), {netstat, "-rn"}}, [this](const std::string& text) -> Status {
      Result<aix::RouteTable> table = aix::parse_routes(text);
      if (!table) return table.error();
      remark(aix::list_routes(), table->problems);
      facts_.routes = std::move(*table);
      return Done{};
    });
    ask({aix::list_route_costs(), {netstat, "-rnC"}}, [this](const std::string& text) -> Status {
      Result<aix::RouteTable> table = aix::parse_routes(text);
      if (!table) return table.error();
      remark(aix::list_route_costs(), table->problems);
      if (!table->costs_known)
        facts_.remarks.push_back("netstat -rnC: its header is not understood, so costs are unknown");
      costs_ = std::move(*table);
      return Done{};
    });
  }

  // The two lists are in the same order, but a route may have come or gone between them: matched by meaning, each row
  // of -C used once.
  void merge_costs() {
    if (!costs_ || !costs_->costs_known) return;
    if (!facts_.routes) {
      facts_.routes = costs_;  // better than nothing; flags are there too
    } else {
      std::vector<bool> used(costs_->routes.size());
      for (aix::Route& route : facts_.routes->routes) {
        for (std::size_t i = 0; i < used.size(); ++i) {
          const aix::Route& row = costs_->routes[i];
          if (used[i] || row.destination != route.destination || row.gateway != route.gateway) continue;
          used[i] = true;
          route.current_cost = row.current_cost;
          route.configured_cost = row.configured_cost;
          break;
        }
      }
    }
    facts_.route_costs_known = true;
  }

  void ask_odm_routes() {
    facts_.odm_routes.reset();
    ask({aix::list_odm_routes()}, [this](const std::string& text) -> Status {
      Result<aix::OdmRoutes> routes = aix::parse_lsattr_routes(text);
      if (!routes) return routes.error();
      remark(aix::list_odm_routes(), routes->problems);
      facts_.odm_routes = std::move(*routes);
      return Done{};
    });
  }

  // One `no -x` for all; where that does not tell, each by itself, and where -x does not exist, with -o.
  void ask_network_tunables() {
    facts_.tunables.clear();
    ask({aix::list_network_tunables()},
        [this](const std::string& text) -> Status {
          const Result<aix::Tunables> shown = aix::parse_tunables_x(text);
          if (!shown) return shown.error();
          for (const char* name : network_tunables)
            if (shown->find(name) == nullptr) return Error{std::string("no ") + name + " in its output"};
          for (const aix::Tunable& row : shown->rows) facts_.tunables[row.name] = row;
          return Done{};
        },
        [this](const std::string& why) {
          if (why.empty()) return;
          for (const char* name : network_tunables) ask_network_tunable(name);
        });
  }

  void ask_network_tunable(const std::string& name) {
    ask({aix::show_network_tunable_x(name), aix::show_network_tunable_o(name)},
        [this, name](const std::string& text) -> Status {
          for (const auto parse : {aix::parse_tunables_x, aix::parse_tunables_o}) {
            const Result<aix::Tunables> shown = parse(text);
            const aix::Tunable* row = shown ? shown->find(name) : nullptr;
            if (row == nullptr) continue;
            facts_.tunables[name] = *row;
            return Done{};
          }
          return Error{"no " + name + " in its output"};
        });
  }

  void ask_interfaces() {
    ask({aix::list_interfaces()}, [this](const std::string& text) -> Status {
      Result<aix::Interfaces> shown = aix::parse_ifconfig(text);
      if (!shown) return shown.error();
      remark(aix::list_interfaces(), shown->problems);
      facts_.interfaces = std::move(*shown);
      return Done{};
    });
  }

  std::optional<std::string> file(const std::string& path) {
    const Result<std::optional<std::string>> text = sources_.file(path);
    if (text) return *text;
    facts_.remarks.push_back(text.error().what);
    return std::nullopt;
  }

  void read_files() {
    facts_.netsvc_text = file("/etc/netsvc.conf");
    facts_.netsvc = aix::NetsvcConf{};
    if (facts_.netsvc_text) take("/etc/netsvc.conf", aix::parse_netsvc_conf(*facts_.netsvc_text), facts_.netsvc);
    facts_.resolv.reset();
    if (const auto text = file("/etc/resolv.conf"))
      take("/etc/resolv.conf", aix::parse_resolv_conf(*text), facts_.resolv.emplace());
    facts_.hosts.reset();
    if (const auto text = file("/etc/hosts")) take("/etc/hosts", aix::parse_hosts(*text), facts_.hosts.emplace());
  }

  template <class T>
  void take(const std::string& path, Result<T> parsed, T& into) {
    if (!parsed) {
      facts_.remarks.push_back(path + ": " + parsed.error().what);
      return;
    }
    for (const aix::Problem& problem : parsed->problems)
      facts_.remarks.push_back(path + ": " + aix::to_string(problem));
    into = std::move(*parsed);
  }

 public:
  // Paths that share a question with another one get the same answer.
  void share_answers() {
    for (const auto& [path, asked] : same_as_) {
      const auto found = facts_.filesystem_of.find(asked);
      if (found != facts_.filesystem_of.end()) facts_.filesystem_of[path] = found->second;
    }
  }

 private:
  const Sources& sources_;
  Facts& facts_;
  std::deque<Question> questions_;
  bool mounts_known_ = false;
  bool rows_known_ = false;
  std::vector<aix::FsInfo> rows_;                      // of `showfs` without a path
  std::map<std::string, std::string> path_asked_for_;  // fsid -> path
  std::map<std::string, std::string> same_as_;         // path -> path that was asked
  std::optional<aix::RouteTable> costs_;
};

}  // namespace

Facts observe(const Sources& sources, const std::string& node) {
  Facts facts;
  facts.node = node;
  Observer observer(sources, facts);
  observer.ask_everything();
  observer.share_answers();
  return facts;
}

Facts observe_again(const Sources& sources, const Facts& before, const Scope& scope) {
  Facts facts = before;
  Observer observer(sources, facts);
  observer.ask_again(scope);
  observer.share_answers();
  return facts;
}

}  // namespace hanfs::node
