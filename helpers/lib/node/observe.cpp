// SPDX-License-Identifier: Apache-2.0
#include "node/observe.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

#include "aix/commands.hpp"
#include "aix/text.hpp"

namespace hanfs::node {
namespace {

using Argv = aix::Argv;

constexpr const char* fail_over_timeout = "nfs_v4_fail_over_timeout";
const char* const network_tunables[] = {"passive_dgd", "dgd_packets_lost", "dgd_ping_time", "dgd_retry_time"};

std::string name_of(const Argv& argv) { return argv.front().substr(argv.front().rfind('/') + 1); }

// The fsid is the server's own (its dev_t, lib/aix/README.md "nfs4cl: showfs"), so two servers may well use the same
// one: only together with the server it names a file system.
std::string identity(const aix::NfsFilesystem& info) {
  return info.fsid + "@" + (info.current.empty() ? info.server : info.current);
}

// A mount point may hold a newline, and showfs prints it as it is: rows are read with a stand-in for it.
constexpr char newline_stand_in = '\x01';

std::string with_stand_in(std::string path) {
  std::replace(path.begin(), path.end(), '\n', newline_stand_in);
  return path;
}

std::string without_newlines_of(std::string text, const std::string& path) {
  if (path.find('\n') == std::string::npos) return text;
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at + path.size()))
    text.replace(at, path.size(), with_stand_in(path));
  return text;
}

// Asks questions side by side. An answer may raise new questions, which start while slower ones still run.
class Observer {
 public:
  Observer(const Sources& sources, ObservedState& observed) : sources_(sources), observed_(observed) {
    for (std::size_t i = 0; i < observed.filesystems.size(); ++i)
      place_of_.emplace(identity(observed.filesystems[i]), i);
  }

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

  void ask_again(const RefreshScope& scope) {
    forget(scope.filesystems);
    for (const std::string& path : scope.filesystems) ask_filesystem(path);
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

  struct Failure {
    std::string why;
    bool missing = false;
    bool hung = false;
  };

  struct Question {
    std::vector<Argv> forms;  // asked one after the other until one answers
    Answer answer;
    std::function<void(const Failure& failure)> no_answer;  // none answered; nullptr: it is a blind spot
    std::string first_failure;
  };

  void ask(std::vector<Argv> forms, Answer answer, std::function<void(const Failure&)> no_answer = nullptr) {
    if (is_hung(forms.front())) return;
    std::reverse(forms.begin(), forms.end());  // taken from the back
    questions_.push_back({std::move(forms), std::move(answer), std::move(no_answer), ""});
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
      finish(job.command.argv, std::move(question), outcome);
    };
    sources_.runner.run(next, finished);
  }

  void finish(const Argv& argv, Question question, const run::Outcome& outcome) {
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
    if (question.first_failure.empty()) question.first_failure = run::command_text(argv) + ": " + why;
    const bool ended = outcome.end == run::Outcome::End::exited || outcome.end == run::Outcome::End::not_started;
    if (ended && !question.forms.empty()) {
      questions_.push_back(std::move(question));
      return;
    }
    using End = run::Outcome::End;
    const Failure failure{question.first_failure, outcome.end == End::not_started && outcome.start_errno == ENOENT,
                          outcome.end == End::timed_out || outcome.end == End::abandoned};
    if (question.no_answer) {
      question.no_answer(failure);
    } else {
      note_unobserved(argv, failure);
    }
  }

  void note_unobserved(const Argv& argv, const Failure& failure) {
    seen(argv);
    observed_.unobserved.push_back(
        Unobserved{name_of(argv), run::command_text(argv), failure.why, failure.missing, failure.hung});
  }

  // An answer, or a newer failure, takes the place of an older failure of the same command.
  void seen(const Argv& argv) {
    const std::string words = run::command_text(argv);
    auto& unobserved_items = observed_.unobserved;
    unobserved_items.erase(std::remove_if(unobserved_items.begin(), unobserved_items.end(),
                                          [&](const Unobserved& item) { return item.words == words; }),
                           unobserved_items.end());
  }

  bool is_hung(const Argv& argv) const {
    const std::string words = run::command_text(argv);
    return std::any_of(observed_.unobserved.begin(), observed_.unobserved.end(),
                       [&](const Unobserved& item) { return item.hung && item.words == words; });
  }

  void add_info(const Argv& argv, const std::vector<aix::Problem>& problems) {
    for (const aix::Problem& problem : problems)
      observed_.info.push_back(run::command_text(argv) + ": " + aix::to_string(problem));
  }

  void ask_mounts() {
    ask({aix::list_mounts()}, [this](const std::string& text) -> Status {
      Result<aix::MountTable> table = aix::parse_mount(text);
      if (!table) return table.error();
      // A list that was cut would look like a node with fewer mounts, all of them well.
      if (!sources_.is_capture && text.back() != '\n') return Error{"its output ends in the middle of a line"};
      observed_.mounts = std::move(table->mounts);
      find_overmounted();
      const std::vector<aix::text::Line> lines = aix::text::lines(text);
      for (const aix::Problem& problem : table->problems) {
        // A row that may be a file system we were to tune is a blind spot, any other only a remark.
        if (lines.at(problem.line - 1).text.find("nfs") != std::string_view::npos) {
          const std::string what = "mount: " + aix::to_string(problem);
          observed_.unobserved.push_back(Unobserved{"mount", what, what, false, false});
        } else {
          observed_.info.push_back("mount: " + aix::to_string(problem));
        }
      }
      mounts_known_ = true;
      ask_unknown_filesystems();
      return Done{};
    });
  }

  // mount's rows are in mounting order.
  void find_overmounted() {
    std::map<std::string, const aix::Mount*> top;
    for (const aix::Mount& mount : observed_.mounts) top[mount.path] = &mount;
    for (const aix::Mount& mount : observed_.mounts)
      if (mount.vfs == "nfs4" && top[mount.path]->vfs != "nfs4")
        observed_.overmounted[mount.path] = top[mount.path]->vfs;
  }

  void ask_all_filesystems() {
    ask(
        {aix::show_filesystems()},
        [this](const std::string& text) -> Status {
          const Result<aix::ShowFs> shown = aix::parse_showfs(text);
          if (!shown) return shown.error();
          rows_text_ = text;
          rows_known_ = true;
          ask_unknown_filesystems();
          return Done{};
        },
        [this](const Failure& failure) {
          note_unobserved(aix::show_filesystems(), failure);
          rows_known_ = true;  // each path is asked by itself
          ask_unknown_filesystems();
        });
  }

  // Whichever of mount and showfs comes second starts this.
  void ask_unknown_filesystems() {
    if (!mounts_known_ || !rows_known_) return;
    read_rows();
    std::map<std::string, const aix::NfsFilesystem*> row_of;
    for (const aix::NfsFilesystem& row : rows_) row_of.try_emplace(row.local, &row);
    std::vector<std::string> paths;
    std::map<std::string, const aix::Mount*> mount_at;
    std::set<std::string> listed;
    std::set<std::string> known;
    for (const aix::Mount& mount : observed_.mounts) {
      mount_at[mount.path] = &mount;
      // Mounted over another one (a direct map of autofs is): asked all the same, each path once.
      if (mount.vfs != "nfs4" || !listed.insert(mount.path).second) continue;
      const bool is_hidden = observed_.overmounted.count(mount.path) != 0;
      if (!is_hidden) paths.push_back(mount.path);
      const auto row = row_of.find(mount.path);
      if (row != row_of.end()) known.insert(identity(*row->second));
    }
    for (const aix::NfsFilesystem& row : rows_) {
      if (!is_crossed(row, mount_at) || !known.insert(identity(row)).second) continue;
      observed_.crossed_mounts.push_back(row.local);
      paths.push_back(row.local);
    }
    for (const aix::NfsFilesystem& row : rows_)
      if (known.insert(identity(row)).second && row.remote != "/" && !row.local.empty())
        observed_.unmounted.push_back(row.local + " (fsid " + row.fsid + ")");
    for (const std::string& path : paths) {
      const auto row = row_of.find(path);
      if (row == row_of.end()) {
        ask_filesystem(path);
      } else if (row->second->has_options) {
        keep(path, *row->second);
      } else if (const auto asked = path_asked_for_.find(identity(*row->second)); asked != path_asked_for_.end()) {
        same_as_[path] = asked->second;  // one question for each fsid
      } else {
        path_asked_for_[identity(*row->second)] = path;
        ask_filesystem(path);
      }
    }
  }

  void read_rows() {
    for (const aix::Mount& mount : observed_.mounts)
      rows_text_ = without_newlines_of(std::move(rows_text_), mount.path);
    Result<aix::ShowFs> shown = aix::parse_showfs(rows_text_);
    if (!shown) return;  // a blind spot already
    add_info(aix::show_filesystems(), shown->problems);
    rows_ = std::move(shown->filesystems);
    for (const aix::NfsFilesystem& row : rows_)
      if (row.local.empty() || row.remote == "/")
        observed_.info.push_back("nfs4cl showfs: fsid " + row.fsid + " is a pseudo file system, left alone");
    for (aix::NfsFilesystem& row : rows_) std::replace(row.local.begin(), row.local.end(), newline_stand_in, '\n');
  }

  // A file system of the server that the client entered below an nfs4 mount. The pseudo file system ("/" of the
  // server, vfs rfs4) holds no files and is not tuned.
  bool is_crossed(const aix::NfsFilesystem& row, const std::map<std::string, const aix::Mount*>& mount_at) const {
    if (row.remote == "/" || row.local.empty() || row.local.front() != '/') return false;
    if (mount_at.count(row.local) != 0) return false;
    for (std::string path = row.local; path != "/";) {
      path.resize(std::max(path.rfind('/'), std::size_t{1}));
      const auto holder = mount_at.find(path);
      if (holder != mount_at.end()) return holder->second->vfs == "nfs4";
    }
    return false;
  }

  void ask_filesystem(const std::string& path) {
    const Argv argv = aix::show_filesystem(path);
    ask({argv}, [this, path, argv](const std::string& text) -> Status {
      Result<aix::ShowFs> shown = aix::parse_showfs(without_newlines_of(text, path));
      if (!shown) return shown.error();
      for (const aix::Problem& problem : shown->problems) {
        std::string doubt = run::command_text(argv) + ": " + aix::to_string(problem);
        if (std::find(observed_.unreadable_rows.begin(), observed_.unreadable_rows.end(), doubt) ==
            observed_.unreadable_rows.end())
          observed_.unreadable_rows.push_back(std::move(doubt));
      }
      const auto& rows = shown->filesystems;
      if (rows.empty()) return Error{"no file system in its output"};
      const auto own = std::find_if(rows.begin(), rows.end(),
                                    [&](const aix::NfsFilesystem& row) { return row.local == with_stand_in(path); });
      const aix::NfsFilesystem& row = own != rows.end() ? *own : rows.front();
      if (!row.has_options) return Error{"no options line in its output"};
      keep(path, row);
      return Done{};
    });
  }

  // An old answer must not pass for a new one. Other paths bound to the same fsid will share the new answer.
  void forget(const std::set<std::string>& paths) {
    std::map<std::size_t, std::string> asked;  // place -> path that is asked for it
    for (const std::string& path : paths) {
      const auto known = observed_.filesystem_of.find(path);
      if (known != observed_.filesystem_of.end()) asked.emplace(known->second, path);
    }
    for (auto known = observed_.filesystem_of.begin(); known != observed_.filesystem_of.end();) {
      const auto path = asked.find(known->second);
      if (path == asked.end()) {
        ++known;
        continue;
      }
      if (known->first != path->second) same_as_[known->first] = path->second;
      known = observed_.filesystem_of.erase(known);
    }
  }

  void keep(const std::string& path, const aix::NfsFilesystem& info) {
    const auto [place, is_new] = place_of_.try_emplace(identity(info), observed_.filesystems.size());
    if (is_new) {
      observed_.filesystems.push_back(info);
    } else {
      observed_.filesystems[place->second] = info;
    }
    observed_.filesystem_of[path] = place->second;
  }

  void ask_fail_over_timeout() {
    ask({aix::show_nfs_tunable(fail_over_timeout), {aix::show_nfs_tunable("").front(), "-a"}},
        [this](const std::string& text) -> Status {
          const Result<aix::Tunables> shown = aix::parse_tunables_o(text);
          if (!shown) return shown.error();
          const aix::Tunable* row = shown->find(fail_over_timeout);
          const auto value = row == nullptr ? std::nullopt : aix::tunable_number(row->current);
          if (!value) return Error{std::string("no number for ") + fail_over_timeout + " in its output"};
          observed_.fail_over_timeout = value;
          return Done{};
        });
  }

  void ask_routes() {
    observed_.routes.reset();
    observed_.route_costs_known = false;
    const std::string netstat = aix::list_routes().front();
    ask({aix::list_routes(), {netstat, "-rn"}}, [this](const std::string& text) -> Status {
      Result<aix::RouteTable> table = aix::parse_routes(text);
      if (!table) return table.error();
      // Without it the node would look like one that has no default gateway, or one less.
      for (const aix::Problem& problem : table->problems)
        if (aix::is_about_default(problem))
          return Error{"a default gateway that cannot be read: " + aix::to_string(problem)};
      add_info(aix::list_routes(), table->problems);
      observed_.routes = std::move(*table);
      return Done{};
    });
    ask({aix::list_route_costs(), {netstat, "-rnC"}}, [this](const std::string& text) -> Status {
      Result<aix::RouteTable> table = aix::parse_routes(text);
      if (!table) return table.error();
      add_info(aix::list_route_costs(), table->problems);
      if (!table->costs_known)
        observed_.info.push_back("netstat -rnC: its header is not understood, so costs are unknown");
      costs_ = std::move(*table);
      return Done{};
    });
  }

  // The two lists are in the same order, but a route may have come or gone between them: matched by meaning, each row
  // of -C used once.
  void merge_costs() {
    if (!costs_ || !costs_->costs_known) return;
    if (!observed_.routes) {
      observed_.routes = costs_;  // better than nothing; flags are there too
    } else {
      std::vector<bool> used(costs_->routes.size());
      for (aix::Route& route : observed_.routes->routes) {
        for (std::size_t i = 0; i < used.size(); ++i) {
          const aix::Route& row = costs_->routes[i];
          const bool same = row.destination == route.destination || (row.is_default() && route.is_default());
          if (used[i] || !same || row.gateway != route.gateway) continue;
          used[i] = true;
          route.current_cost = row.current_cost;
          route.configured_cost = row.configured_cost;
          break;
        }
      }
    }
    observed_.route_costs_known = true;
  }

  void ask_odm_routes() {
    observed_.odm_routes.reset();
    ask({aix::list_odm_routes()}, [this](const std::string& text) -> Status {
      Result<aix::OdmRoutes> routes = aix::parse_lsattr_routes(text);
      if (!routes) return routes.error();
      add_info(aix::list_odm_routes(), routes->problems);
      observed_.odm_routes = std::move(*routes);
      return Done{};
    });
  }

  // One `no -x` for all; where that does not tell, each by itself, and where -x does not exist, with -o.
  void ask_network_tunables() {
    observed_.tunables.clear();
    ask(
        {aix::list_network_tunables()},
        [this](const std::string& text) -> Status {
          const Result<aix::Tunables> shown = aix::parse_tunables_x(text);
          if (!shown) return shown.error();
          for (const char* name : network_tunables)
            if (shown->find(name) == nullptr) return Error{std::string("no ") + name + " in its output"};
          for (const aix::Tunable& row : shown->rows) observed_.tunables[row.name] = row;
          return Done{};
        },
        [this](const Failure& failure) {
          if (failure.hung) return note_unobserved(aix::list_network_tunables(), failure);
          for (const char* name : network_tunables) ask_network_tunable(name, failure);
        });
  }

  // `of_all`: why all of them at once did not answer; that is the blind spot, if this one does not answer either.
  void ask_network_tunable(const std::string& name, const Failure& of_all) {
    ask(
        {aix::show_network_tunable_x(name), aix::show_network_tunable_o(name)},
        [this, name](const std::string& text) -> Status {
          for (const auto parse : {aix::parse_tunables_x, aix::parse_tunables_o}) {
            const Result<aix::Tunables> shown = parse(text);
            const aix::Tunable* row = shown ? shown->find(name) : nullptr;
            if (row == nullptr) continue;
            observed_.tunables[name] = *row;
            return Done{};
          }
          return Error{"no " + name + " in its output"};
        },
        [this, of_all](const Failure&) { note_unobserved(aix::list_network_tunables(), of_all); });
  }

  void ask_interfaces() {
    ask({aix::list_interfaces()}, [this](const std::string& text) -> Status {
      Result<aix::Interfaces> shown = aix::parse_ifconfig(text);
      if (!shown) return shown.error();
      add_info(aix::list_interfaces(), shown->problems);
      observed_.interfaces = std::move(*shown);
      return Done{};
    });
  }

  std::optional<std::string> file(const std::string& path) {
    const Result<std::optional<std::string>> text = sources_.file(path);
    if (text) return *text;
    observed_.info.push_back(text.error().what);
    return std::nullopt;
  }

  void read_files() {
    observed_.netsvc_text = file("/etc/netsvc.conf");
    observed_.netsvc = aix::NetsvcConf{};
    if (observed_.netsvc_text)
      take("/etc/netsvc.conf", aix::parse_netsvc_conf(*observed_.netsvc_text), observed_.netsvc);
    observed_.resolv.reset();
    if (const auto text = file("/etc/resolv.conf"))
      take("/etc/resolv.conf", aix::parse_resolv_conf(*text), observed_.resolv.emplace());
    observed_.hosts.reset();
    if (const auto text = file("/etc/hosts")) take("/etc/hosts", aix::parse_hosts(*text), observed_.hosts.emplace());
  }

  template <class T>
  void take(const std::string& path, Result<T> parsed, T& into) {
    if (!parsed) {
      observed_.info.push_back(path + ": " + parsed.error().what);
      return;
    }
    for (const aix::Problem& problem : parsed->problems)
      observed_.info.push_back(path + ": " + aix::to_string(problem));
    into = std::move(*parsed);
  }

 public:
  // Paths that share a question with another one get the same answer.
  void share_answers() {
    for (const auto& [path, asked] : same_as_) {
      const auto found = observed_.filesystem_of.find(asked);
      if (found != observed_.filesystem_of.end()) observed_.filesystem_of[path] = found->second;
    }
  }

 private:
  const Sources& sources_;
  ObservedState& observed_;
  std::map<std::string, std::size_t> place_of_;  // identity -> place in facts_.filesystems
  std::deque<Question> questions_;
  bool mounts_known_ = false;
  bool rows_known_ = false;
  std::string rows_text_;  // of `showfs` without a path
  std::vector<aix::NfsFilesystem> rows_;
  std::map<std::string, std::string> path_asked_for_;  // identity -> path
  std::map<std::string, std::string> same_as_;         // path -> path that was asked
  std::optional<aix::RouteTable> costs_;
};

}  // namespace

ObservedState observe(const Sources& sources, const std::string& node) {
  ObservedState observed;
  observed.node = node;
  Observer observer(sources, observed);
  observer.ask_everything();
  observer.share_answers();
  return observed;
}

ObservedState observe_again(const Sources& sources, ObservedState before, const RefreshScope& scope) {
  ObservedState observed = std::move(before);
  Observer observer(sources, observed);
  observer.ask_again(scope);
  observer.share_answers();
  return observed;
}

}  // namespace hanfs::node
