// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "makehanfs/nodeset.hpp"
#include "report/table.hpp"

namespace hanfs::mn {
namespace {

using End = HostAnswer::End;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Known {
  Engine::Kind kind;
  const char* name;
  const char* path;
};
// Where xCAT and the distributions put them.
constexpr std::array<Known, 3> known = {{{Engine::Kind::xdsh, "xdsh", "/opt/xcat/bin/xdsh"},
                                         {Engine::Kind::pdsh, "pdsh", "/usr/bin/pdsh"},
                                         {Engine::Kind::clush, "clush", "/usr/bin/clush"}}};

constexpr std::size_t names_in_one_call = 49152;  // bytes; Linux takes 128 KiB in one argument
constexpr std::size_t said_kept = 400;
constexpr long connect_seconds = 10;  // as pdsh has it; a host that is up answers at once
constexpr seconds start_and_end{10};  // of the engine itself, beside its hosts
constexpr int could_not_reach = 255;  // ssh's own exit status
constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!starts_with(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool has_transport(const std::vector<std::string>& options) {
  return std::any_of(options.begin(), options.end(), [](const std::string& word) { return starts_with(word, "-R"); });
}

bool all_of(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

}  // namespace

const char* name_of(Engine::Kind kind) {
  for (const Known& one : known)
    if (one.kind == kind) return one.name;
  return "";
}

std::string check_host(std::string_view name) {
  if (name.empty()) return "a host name is empty";
  if (!all_of(name, "-._") || name.front() == '-' || name.front() == '.')
    return "'" + report::printable(name) + "' is no plain host name (letters, digits, '-', '.', '_')";
  return {};
}

std::string check_word(std::string_view word) {
  if (!word.empty() && all_of(word, "-._/=:,@+%")) return {};
  return "'" + report::printable(word) +
         "' is no plain word: a remote shell reads it again (letters, digits and - . _ / = : , @ + %)";
}

Result<Engine> find_engine(const Settings& settings, const std::function<bool(const std::string& path)>& is_program) {
  for (const auto* words : {&settings.engine_option, &settings.engine_prefix})
    for (const std::string& word : *words) {
      const std::string wrong = check_word(word);
      if (!wrong.empty()) return Error{"engine_option, engine_prefix: " + wrong};
    }
  std::string looked;
  for (const Known& one : known) {
    if (!settings.engine.empty() && settings.engine != one.name) continue;
    if (is_program(one.path)) {
      Engine engine;
      engine.kind = one.kind;
      engine.path = one.path;
      engine.options = settings.engine_option;
      engine.prefix = settings.engine_prefix;
      engine.fanout = settings.fanout;
      engine.host_deadline = settings.host_deadline;
      return engine;
    }
    looked += (looked.empty() ? "" : ", ") + std::string(one.path);
  }
  if (looked.empty()) return Error{"engine '" + settings.engine + "' is not known; it is xdsh, pdsh or clush"};
  return Error{"no engine to reach the hosts: " + looked +
               (settings.engine.empty() ? " are not installed; cure: install one of them"
                                        : " is not installed; cure: install it, or name another with --engine")};
}

run::Command command_for(const Engine& engine, const std::vector<std::string>& hosts,
                         const std::vector<std::string>& words) {
  const std::string fanout = std::to_string(engine.fanout);
  const std::string deadline = std::to_string(engine.host_deadline);
  const std::string connect = std::to_string(std::min(connect_seconds, engine.host_deadline));
  std::vector<std::string> argv{engine.path};
  const auto add = [&](const std::vector<std::string>& more) { argv.insert(argv.end(), more.begin(), more.end()); };
  switch (engine.kind) {
    case Engine::Kind::xdsh:
      // From xdsh's manual page, not seen: -f fan-out, -t seconds without output.
      add({report::joined(hosts, ",")});
      add(engine.options);
      add({"-f", fanout, "-t", deadline});
      break;
    case Engine::Kind::pdsh:
      // Its built-in default may be rsh, and PDSH_RCMD_TYPE of our environment is not passed on. No -t: it gives up a
      // connect after 10 seconds by itself, and refuses that option with -R exec.
      if (!has_transport(engine.options)) add({"-R", "ssh"});
      add(engine.options);
      add({"-f", fanout, "-u", deadline, "-w", report::joined(hosts, ",")});
      break;
    case Engine::Kind::clush:
      add({"--nostdin", "--color=never"});
      add(engine.options);
      add({"-f", fanout, "-t", connect, "-u", deadline, "-w", report::joined(hosts, ",")});
      break;
  }
  add(engine.prefix);
  add(words);
  run::Command command;
  command.argv = std::move(argv);
  const auto fan = static_cast<std::size_t>(std::max(1L, engine.fanout));
  const auto turns = static_cast<long>((hosts.size() + fan - 1) / fan);
  command.deadline = seconds{turns * (engine.host_deadline + connect_seconds)} + start_and_end;
  // A node's report is some kilobytes; with this, 64 KiB for each.
  command.max_output = std::clamp(hosts.size() << 16U, std::size_t{16} << 20U, std::size_t{256} << 20U);
  return command;
}

struct EngineReader::State {
  State(Engine::Kind engine, const std::vector<std::string>& names, LineHeard ear, std::size_t longest)
      : kind(engine), heard(std::move(ear)), longest_line(std::max<std::size_t>(longest, 16)) {
    answers.reserve(names.size());
    for (const std::string& name : names) {
      by_name.emplace(name, answers.size());
      HostAnswer answer;
      answer.host = name;
      answers.push_back(std::move(answer));
    }
    // pdsh takes the domain away where no two short names are the same.
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::size_t dot = names[i].find('.');
      if (dot == std::string::npos) continue;
      const auto [there, fresh] = by_short.emplace(names[i].substr(0, dot), i);
      if (!fresh) there->second = nobody;
    }
  }

  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  struct Partial {
    std::string line;
    bool cut = false;
  };

  std::size_t find(std::string_view name) const {
    const auto full = by_name.find(std::string(name));
    if (full != by_name.end()) return full->second;
    const auto cut_off = by_short.find(std::string(name));
    return cut_off == by_short.end() ? nobody : cut_off->second;
  }

  // "host: text" -> the host, and text. A label holds no blank.
  std::size_t take_label(std::string_view& line) const {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon > longest_label) return nobody;
    if (colon + 1 < line.size() && line[colon + 1] != ' ') return nobody;
    const std::size_t host = find(line.substr(0, colon));
    if (host != nobody) line.remove_prefix(std::min(line.size(), colon + 2));
    return host;
  }

  void say(std::size_t host, std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return;
    std::string& said = answers[host].said;
    said = (said.empty() ? "" : said + " / ") + report::printable(text);
    if (said.size() > said_kept) {
      std::size_t from = said.size() - said_kept;
      while (from < said.size() && (static_cast<unsigned char>(said[from]) & 0xC0U) == 0x80U) ++from;
      said.erase(0, from);
    }
  }

  void stray_line(std::string_view line) {
    line = trimmed(line);
    if (!line.empty()) stray = report::printable(line.substr(0, said_kept));
  }

  void out_line(std::string_view line, bool cut) {
    if (kind == Engine::Kind::xdsh && error_line(line)) return;
    std::size_t host = take_label(line);
    if (host == nobody) return stray_line(line);
    // A host that ends without a newline has the next one's line at its end (seen with pdsh).
    while (kind == Engine::Kind::pdsh && !cut) {
      const auto [at, next] = glued(line);
      if (next == nobody) break;
      give(host, line.substr(0, at), true);
      line.remove_prefix(line.find(": ", at) + 2);
      host = next;
    }
    give(host, line, cut);
  }

  // Where in a line the label of another, silent host stands with a JSON object behind it.
  std::pair<std::size_t, std::size_t> glued(std::string_view line) const {
    for (std::size_t at = line.find(": {"); at != std::string_view::npos; at = line.find(": {", at + 3)) {
      std::size_t begin = at;
      while (begin > 0 && at - begin < longest_label && all_of(line.substr(begin - 1, 1), "-._")) {
        --begin;
        const std::size_t host = find(line.substr(begin, at - begin));
        if (host != nobody && !answers[host].spoke) return {begin, host};
      }
    }
    return {0, nobody};
  }

  void give(std::size_t host, std::string_view line, bool cut) {
    answers[host].spoke = true;
    if (kind == Engine::Kind::xdsh && starts_with(trimmed(line), "Error:")) say(host, line);
    worked = true;
    if (heard) heard(host, line, cut);
  }

  void err_line(std::string_view line) {
    if (kind == Engine::Kind::pdsh && starts_with(line, "pdsh@")) {
      const std::size_t colon = line.find(": ");
      if (colon == std::string_view::npos) return stray_line(line);
      std::string_view rest = line.substr(colon + 2);
      const std::size_t host = take_label(rest);
      return host == nobody ? stray_line(line) : pdsh_end(host, rest);
    }
    if (kind == Engine::Kind::pdsh && starts_with(line, "sending signal ")) return;
    if (kind == Engine::Kind::clush && starts_with(line, "clush: ")) return clush_end(line);
    if (kind == Engine::Kind::xdsh && error_line(line)) return;
    std::string_view text = line;
    const std::size_t host = take_label(text);
    if (host == nobody) return stray_line(line);
    worked = true;
    say(host, text);
  }

  // "pdsh@mn: cn01: ssh exited with exit code 1", "... killed by signal 9", "... command timeout".
  void pdsh_end(std::size_t host, std::string_view text) {
    worked = true;
    if (text == "command timeout") return end(host, End::timed_out, std::nullopt);
    for (const auto& [mark, more] : {std::pair{std::string_view{" exited with exit code "}, 0},
                                     std::pair{std::string_view{" killed by signal "}, 128}}) {
      const std::size_t at = text.rfind(mark);
      if (at == std::string_view::npos) continue;
      if (const auto status = number_of(text.substr(at + mark.size()))) return end(host, End::exited, *status + more);
    }
    say(host, text);
    if (answers[host].end == End::unknown) end(host, End::unreachable, std::nullopt);
  }

  // "clush: cn[1-2]: exited with exit code 1", "clush: cn3: command timeout".
  void clush_end(std::string_view line) {
    std::string_view rest = line;
    take_prefix(rest, "clush: ");
    const std::size_t colon = rest.find(": ");
    if (colon == std::string_view::npos) return stray_line(line);
    const std::string_view text = trimmed(rest.substr(colon + 2));
    std::string_view number = text;
    const bool exited = take_prefix(number, "exited with exit code ");
    const std::optional<int> status = exited ? number_of(number) : std::nullopt;
    bool any = false;
    for (const std::string& name : expand_nodeset(rest.substr(0, colon), answers.size())) {
      const std::size_t host = find(name);
      if (host == nobody) continue;
      any = true;
      if (text == "command timeout") {
        end(host, End::timed_out, std::nullopt);
      } else if (status) {
        end(host, End::exited, status);
      } else {
        say(host, text);
      }
    }
    if (any) worked = true;
    if (!any) stray_line(line);
  }

  // xdsh's own words about a host, in whatever form: a line with "Error:" that names it.
  bool error_line(std::string_view line) {
    const std::size_t at = line.find("Error:");
    if (at == std::string_view::npos) return false;
    std::string_view rest = line;
    if (take_label(rest) != nobody) return false;  // the host's own line
    constexpr std::string_view between = " \t\r,;:[]()'\"";
    bool any = false;
    for (std::size_t from = 0; from < line.size();) {
      const std::size_t begin = line.find_first_not_of(between, from);
      if (begin == std::string_view::npos) break;
      from = std::min(line.size(), line.find_first_of(between, begin));
      const std::size_t host = find(line.substr(begin, from - begin));
      if (host == nobody) continue;
      any = true;
      say(host, line);
      answers[host].end = End::unknown;
      named_in_error[host] = true;
    }
    worked = worked || any;
    if (!any) stray_line(line);
    return true;
  }

  // The first word about an end counts: after a timeout pdsh tells how its own signal ended the command.
  void end(std::size_t host, End how, std::optional<int> status) {
    if (answers[host].end != End::unknown) return;
    answers[host].end = how;
    answers[host].status = status;
    if (how == End::exited && status == could_not_reach && !answers[host].spoke) {
      answers[host].end = End::unreachable;
      answers[host].status.reset();
    }
  }

  static constexpr std::size_t longest_label = 255;

  Engine::Kind kind;
  LineHeard heard;
  std::size_t longest_line;
  std::vector<HostAnswer> answers;
  std::unordered_map<std::string, std::size_t> by_name;
  std::unordered_map<std::string, std::size_t> by_short;
  std::unordered_map<std::size_t, bool> named_in_error;
  std::array<Partial, 2> partial;  // by channel
  std::string stray;               // the last line that belongs to no host
  bool worked = false;
  bool fed = false;
};

EngineReader::EngineReader(Engine::Kind kind, const std::vector<std::string>& hosts, LineHeard heard,
                           std::size_t longest_line)
    : state_(std::make_unique<State>(kind, hosts, std::move(heard), longest_line)) {}

EngineReader::~EngineReader() = default;

void EngineReader::feed(run::Channel channel, std::string_view bytes) {
  State& s = *state_;
  s.fed = true;
  State::Partial& partial = s.partial[channel == run::Channel::out ? 0 : 1];
  const auto line = [&](std::string_view text, bool cut) {
    if (channel == run::Channel::out) {
      s.out_line(text, cut);
    } else {
      s.err_line(text);
    }
  };
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, newline);
    bytes.remove_prefix(newline == std::string_view::npos ? bytes.size() : newline + 1);
    const std::string_view fits = piece.substr(0, s.longest_line - std::min(s.longest_line, partial.line.size()));
    const bool cut = partial.cut || fits.size() < piece.size();
    if (newline == std::string_view::npos) {
      partial.line += fits;
      partial.cut = cut;
    } else if (partial.line.empty()) {
      line(fits, cut);
      partial.cut = false;
    } else {
      partial.line += fits;
      line(partial.line, cut);
      partial.line.clear();
      partial.cut = false;
    }
  }
}

EngineReader::Result EngineReader::finish(const run::Outcome& outcome) {
  State& s = *state_;
  using Run = run::Outcome::End;
  if (!s.fed) {  // a capture is not heard while it runs
    feed(run::Channel::out, outcome.out);
    feed(run::Channel::err, outcome.err);
  }
  for (const auto channel : {run::Channel::out, run::Channel::err}) {
    const State::Partial& partial = s.partial[channel == run::Channel::out ? 0 : 1];
    if (!partial.line.empty()) feed(channel, "\n");
  }
  Result result;
  const bool ended = outcome.end == Run::exited;
  // Without -S both pdsh and clush leave with 0 whatever their hosts did, and with something else where they could not
  // begin. With -S, or with xdsh, some host has said something.
  const bool began = ended && (outcome.status == 0 || s.worked);
  const bool silence_is_success =
      began && (s.kind != Engine::Kind::xdsh || (outcome.status == 0 && s.named_in_error.empty()));
  for (HostAnswer& answer : s.answers) {
    if (answer.end == End::unknown && silence_is_success) {
      answer.end = End::exited;
      answer.status = 0;
    }
  }
  result.worked = began || s.worked;
  if (!began) {
    run::Outcome shown = outcome;
    if (!s.stray.empty()) shown.err = s.stray;
    result.problem = std::string(name_of(s.kind)) + ": " + run::failure(shown);
  }
  result.hosts = std::move(s.answers);
  return result;
}

namespace {

// Hosts [from, from + count) of a question: what one argument list holds.
struct Call {
  std::size_t question = 0;
  std::size_t from = 0;
  std::size_t count = 0;
  std::unique_ptr<EngineReader> reader;
};

std::vector<Call> calls_for(const std::vector<Question>& questions) {
  std::vector<Call> calls;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    std::size_t bytes = names_in_one_call + 1;
    for (std::size_t i = 0; i < questions[q].hosts.size(); ++i) {
      const std::size_t more = questions[q].hosts[i].size() + 1;
      if (bytes + more > names_in_one_call) {
        Call call;
        call.question = q;
        call.from = i;
        calls.push_back(std::move(call));
        bytes = 0;
      }
      bytes += more;
      ++calls.back().count;
    }
  }
  return calls;
}

}  // namespace

std::vector<Asked> ask(run::Runner& runner, const Engine& engine, const std::vector<Question>& questions,
                       const AskOptions& options) {
  std::vector<Asked> asked(questions.size());
  for (std::size_t q = 0; q < questions.size(); ++q) {
    asked[q].worked = questions[q].hosts.empty();
    asked[q].hosts.resize(questions[q].hosts.size());
    for (std::size_t i = 0; i < questions[q].hosts.size(); ++i) {
      asked[q].hosts[i].host = questions[q].hosts[i];
      asked[q].hosts[i].end = End::not_asked;
    }
  }
  std::vector<Call> calls = calls_for(questions);
  std::size_t next = 0;
  std::size_t running = 0;
  bool late = false;
  const auto give = [&]() -> std::optional<run::Job> {
    if (next == calls.size() || running >= std::max<std::size_t>(1, options.at_once) || late) return std::nullopt;
    Call& call = calls[next];
    const Question& question = questions[call.question];
    const auto first = question.hosts.begin() + static_cast<std::ptrdiff_t>(call.from);
    const std::vector<std::string> hosts(first, first + static_cast<std::ptrdiff_t>(call.count));
    run::Job job;
    job.id = next;
    job.command = command_for(engine, hosts, question.words);
    job.command.never_kill = options.never_kill;
    if (options.time_left) {
      const milliseconds left = options.time_left();
      if (left <= milliseconds{0}) {
        late = true;
        return std::nullopt;
      }
      job.command.deadline = std::min(job.command.deadline, left);
    }
    LineHeard heard;
    if (options.heard)
      heard = [&options, q = call.question, from = call.from](std::size_t host, std::string_view line, bool cut) {
        options.heard(q, from + host, line, cut);
      };
    call.reader = std::make_unique<EngineReader>(engine.kind, hosts, std::move(heard));
    job.heard = [reader = call.reader.get()](run::Channel channel, std::string_view bytes) {
      reader->feed(channel, bytes);
    };
    ++next;
    ++running;
    return job;
  };
  runner.run(give, [&](const run::Job& job, const run::Outcome& outcome) {
    --running;
    Call& call = calls[job.id];
    EngineReader::Result result = call.reader->finish(outcome);
    call.reader.reset();
    Asked& answer = asked[call.question];
    answer.worked = answer.worked || result.worked;
    if (!result.problem.empty()) answer.problems.push_back(std::move(result.problem));
    std::move(result.hosts.begin(), result.hosts.end(), answer.hosts.begin() + static_cast<std::ptrdiff_t>(call.from));
  });
  for (std::size_t i = next; i < calls.size(); ++i)
    asked[calls[i].question].problems.push_back(
        std::string(name_of(engine.kind)) + ": " + std::to_string(calls[i].count) +
        " hosts were not asked: " + (late ? "the time is over" : "the run was stopped"));
  return asked;
}

}  // namespace hanfs::mn
