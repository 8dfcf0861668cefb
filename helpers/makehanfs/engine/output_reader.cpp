// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine/output_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "makehanfs/engine/host_names.hpp"
#include "makehanfs/engine/line_splitter.hpp"
#include "makehanfs/engine/node_set.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using End = HostAnswer::End;

constexpr std::size_t no_index = HostNames::no_index;
constexpr std::size_t said_kept = 400;
constexpr std::size_t shortest_limit = 16;
constexpr int could_not_reach = 255;  // ssh's own exit status

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

bool lacks_program(const HostAnswer& answer, std::string_view path) {
  constexpr int not_found = 127;
  if (answer.end != End::exited && answer.end != End::unknown) return false;
  const auto says = [&](std::string_view words) { return answer.last_stderr.find(words) != std::string::npos; };
  if (answer.status.value_or(0) == not_found && answer.last_stderr.empty()) return !answer.had_stdout;
  return says(path) && (says("not found") || says("No such file"));
}

namespace {

// Why ssh could not connect, ": No route to host"; empty: it did not say so, or the host answered all the same.
std::string_view why_not_connected(const HostAnswer& answer) {
  const std::string_view said = answer.last_stderr;
  std::size_t at = answer.had_stdout ? std::string_view::npos : said.rfind("connect to host ");
  if (at != std::string_view::npos) at = said.find(" port ", at);
  if (at != std::string_view::npos) at = said.find(": ", at);
  return at == std::string_view::npos ? "" : said.substr(at, said.find(" / ", at) - at);
}

}  // namespace

bool is_down(const HostAnswer& answer) {
  const std::string_view why = why_not_connected(answer);
  for (const char* const word : {"refused", "unreachable", "denied"})
    if (why.find(word) != std::string_view::npos) return false;
  return !why.empty();
}

bool has_spoken(const HostAnswer& answer) {
  return answer.had_stdout ||
         (!answer.last_stderr.empty() && answer.end != End::unreachable && why_not_connected(answer).empty());
}

bool refuses_connection(const HostAnswer& answer) {
  return why_not_connected(answer).find("Connection refused") != std::string_view::npos;
}

const char* const remedy_of_refusal = "startsrc -s sshd at the console (rcons)";

bool tells_silence(std::string_view said) { return said.find("Caught SIGINT - terminating") != std::string_view::npos; }

struct EngineReader::State {
  State(Engine::Kind engine, const std::vector<std::string>& hosts, OnLine ear, std::size_t longest)
      : kind(engine), on_line(std::move(ear)), names(hosts), out(longest), err(longest) {
    answers.resize(hosts.size());
    for (std::size_t i = 0; i < hosts.size(); ++i) answers[i].host = hosts[i];
  }

  // -- stdout

  void out_line(std::string_view line, bool cut) {
    if (kind == Engine::Kind::xdsh && error_line(line)) return;
    std::size_t host = names.take_label(line);
    if (host == no_index) {
      if (!text::trimmed(line).empty()) ++unattributed_lines;
      return unattributed_line(line);
    }
    // A host that ends without a newline has the next one's line at its end (seen with pdsh).
    while (kind == Engine::Kind::pdsh && !cut) {
      const auto [at, next] = glued(line);
      if (next == no_index) break;
      give(host, line.substr(0, at), true);
      line.remove_prefix(line.find(": ", at) + 2);
      host = next;
    }
    give(host, line, cut);
  }

  // Where in a line the label of a host stands with an object of --json behind it: with a NUL byte pdsh prints no more
  // of a line, not even its end (seen with 2.34). What the host said before tells nothing: there may be a message of
  // the day, or another answer. A line that is an object as a whole only quotes such words.
  std::pair<std::size_t, std::size_t> glued(std::string_view line) const {
    constexpr std::string_view mark = R"(: {"tool")";
    for (std::size_t at = line.find(mark); at != std::string_view::npos; at = line.find(mark, at + mark.size())) {
      const auto found = names.ending_at(line, at);
      if (found.second == no_index) continue;
      if (nlohmann::json::accept(line.begin(), line.end())) break;
      return found;
    }
    return {0, no_index};
  }

  void give(std::size_t host, std::string_view line, bool cut) {
    answers[host].had_stdout = true;
    if (kind == Engine::Kind::xdsh && text::trimmed(line).substr(0, 6) == "Error:") say(host, line);
    worked = true;
    if (on_line) on_line(host, line, cut);
  }

  // -- stderr

  void err_line(std::string_view line) {
    if (kind == Engine::Kind::pdsh && line.substr(0, 5) == "pdsh@") return pdsh_line(line);
    if (kind == Engine::Kind::pdsh && line.substr(0, 11) == "sending SIG") return;
    if (kind == Engine::Kind::pdsh && line.substr(0, 15) == "sending signal ") return;
    if (kind == Engine::Kind::clush && line.substr(0, 7) == "clush: ") return clush_line(line);
    if (kind == Engine::Kind::xdsh && error_line(line)) return;
    std::string_view text = line;
    const std::size_t host = names.take_label(text);
    if (host == no_index) return unattributed_line(line);
    worked = true;
    say(host, text);
  }

  void pdsh_line(std::string_view line) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return unattributed_line(line);
    std::string_view rest = line.substr(colon + 2);
    const std::size_t host = names.take_label(rest);
    return host == no_index ? unattributed_line(line) : pdsh_end(host, rest);
  }

  // "pdsh@mn: cn01: ssh exited with exit code 1", "... killed by signal 9", "... command timeout".
  void pdsh_end(std::size_t host, std::string_view text) {
    worked = true;
    if (text == "command timeout") return end(host, End::timed_out, std::nullopt);
    for (const auto& [mark, more] : {std::pair{std::string_view{" exited with exit code "}, 0},
                                     std::pair{std::string_view{" killed by signal "}, 128}}) {
      const std::size_t at = text.rfind(mark);
      if (at == std::string_view::npos) continue;
      if (const auto status = text::whole_number<int>(text.substr(at + mark.size())))
        return end(host, End::exited, *status + more);
    }
    say(host, text);
    if (answers[host].end == End::unknown) end(host, End::unreachable, std::nullopt);
  }

  // "clush: cn[1-2]: exited with exit code 1", "clush: cn3: command timeout".
  void clush_line(std::string_view line) {
    std::string_view rest = line;
    take_prefix(rest, "clush: ");
    const std::size_t colon = rest.find(": ");
    if (colon == std::string_view::npos) return unattributed_line(line);
    const std::string_view text = text::trimmed(rest.substr(colon + 2));
    std::string_view number = text;
    const bool exited = take_prefix(number, "exited with exit code ");
    const std::optional<int> status = exited ? text::whole_number<int>(number) : std::nullopt;
    bool any = false;
    for (const std::string& name : expand_nodeset(rest.substr(0, colon), answers.size())) {
      const std::size_t host = names.find(name);
      if (host == no_index) continue;
      any = true;
      if (text == "command timeout") {
        end(host, End::timed_out, std::nullopt);
      } else if (status) {
        end(host, End::exited, status);
      } else {
        say(host, text);
      }
    }
    worked = worked || any;
    if (!any) unattributed_line(line);
  }

  // xdsh's own words about a host, in whatever form [GUESS]: a line with "Error:" that names it.
  bool error_line(std::string_view line) {
    if (line.find("Error:") == std::string_view::npos) return false;
    std::string_view rest = line;
    if (names.take_label(rest) != no_index) return false;  // the host's own line
    constexpr std::string_view between = " \t\r,;:[]()'\"";
    bool any = false;
    for (std::size_t from = 0; from < line.size();) {
      const std::size_t begin = line.find_first_not_of(between, from);
      if (begin == std::string_view::npos) break;
      from = std::min(line.size(), line.find_first_of(between, begin));
      const std::size_t host = names.find(line.substr(begin, from - begin));
      if (host == no_index) continue;
      any = true;
      say(host, line);
      named_in_error = true;
    }
    worked = worked || any;
    if (!any) {  // "Error: Caught SIGINT - terminating the child processes.": whom it concerns it does not say
      ++unattributed_lines;
      unattributed_line(line);
    }
    return true;
  }

  // -- both

  void say(std::size_t host, std::string_view text) {
    text = text::trimmed(text);
    if (text.empty()) return;
    std::string& last_stderr = answers[host].last_stderr;
    last_stderr = (last_stderr.empty() ? "" : last_stderr + " / ") + report::escape_control(text);
    if (last_stderr.size() > said_kept) {
      std::size_t from = last_stderr.size() - said_kept;
      while (from < last_stderr.size() && (static_cast<unsigned char>(last_stderr[from]) & 0xC0U) == 0x80U) ++from;
      last_stderr.erase(0, from);
    }
  }

  // The one that tells: what stands on stderr before what stands on stdout (a usage text), and no line of a trace of
  // Perl's ("XML::Simple called at FILE line 61.") behind the message that it belongs to.
  void unattributed_line(std::string_view line) {
    line = text::trimmed(line);
    if (line.empty() || (said_on_stderr && !reads_stderr)) return;
    const bool is_trace =
        line.find(" called at ") != std::string_view::npos && line.find(" line ") != std::string_view::npos;
    if (is_trace && said_on_stderr == reads_stderr && !last_unattributed.empty()) return;
    said_on_stderr = reads_stderr;
    last_unattributed = report::escape_control(line.substr(0, said_kept));
  }

  // The first word about an end counts: after a timeout pdsh tells how its own signal ended the command.
  void end(std::size_t host, End how, std::optional<int> status) {
    if (answers[host].end != End::unknown) return;
    answers[host].end = how;
    answers[host].status = status;
    if (how == End::exited && status == could_not_reach && !answers[host].had_stdout) {
      answers[host].end = End::unreachable;
      answers[host].status.reset();
    }
  }

  Engine::Kind kind;
  OnLine on_line;
  HostNames names;
  LineSplitter out;
  LineSplitter err;
  std::vector<HostAnswer> answers;
  std::size_t unattributed_lines = 0;
  std::string last_unattributed;  // the telling one of the lines that belong to no host
  bool said_on_stderr = false;    // where it stood
  bool reads_stderr = false;      // the stream that is read now
  bool named_in_error = false;
  bool worked = false;
  bool fed = false;
};

EngineReader::EngineReader(Engine::Kind kind, const std::vector<std::string>& hosts, OnLine on_line,
                           std::size_t longest_line)
    : state_(std::make_unique<State>(kind, hosts, std::move(on_line), std::max(longest_line, shortest_limit))) {}

EngineReader::~EngineReader() = default;

void EngineReader::feed(run::Channel channel, std::string_view bytes) {
  State& s = *state_;
  s.fed = true;
  s.reads_stderr = channel == run::Channel::err;
  if (channel == run::Channel::out) {
    s.out.feed(bytes, [&](std::string_view line, bool cut) { s.out_line(line, cut); });
  } else {
    s.err.feed(bytes, [&](std::string_view line, bool) { s.err_line(line); });
  }
}

EngineReader::Result EngineReader::finish(const run::Outcome& outcome) {
  State& s = *state_;
  using Run = run::Outcome::End;
  if (!s.fed) {  // a capture is not heard while it runs
    feed(run::Channel::out, outcome.out);
    feed(run::Channel::err, outcome.err);
  }
  s.reads_stderr = false;
  s.out.finish([&](std::string_view line, bool cut) { s.out_line(line, cut); });
  s.reads_stderr = true;
  s.err.finish([&](std::string_view line, bool) { s.err_line(line); });
  Result result;
  const bool ended = outcome.end == Run::exited;
  // Without -S both pdsh and clush leave with 0 whatever their hosts did, and with something else where they could not
  // begin. With -S, or with xdsh, some host has said something.
  const bool began = ended && (outcome.status == 0 || s.worked);
  // xdsh that cannot reach xcatd, or no service node, says so and may end with 0 (lib/xcat/README.md "updatenode, xdsh,
  // prsync").
  const bool complains = s.kind == Engine::Kind::xdsh && !s.worked && !s.last_unattributed.empty();
  const bool silence_is_success =
      began && !complains && (s.kind != Engine::Kind::xdsh || (outcome.status == 0 && !s.named_in_error));
  for (HostAnswer& answer : s.answers) {
    if (answer.end == End::unknown && silence_is_success) {
      answer.end = End::exited;
      answer.status = 0;
    }
  }
  result.worked = (began && !complains) || s.worked;
  // Of an xdsh that says nothing nobody knows what it did before.
  result.untouched = !result.worked && (outcome.end == Run::not_started || (ended && s.kind != Engine::Kind::xdsh));
  if (!began) {
    run::Outcome shown = outcome;
    shown.err = s.last_unattributed;  // what the hosts said is told with them
    result.problem = std::string(name_of(s.kind)) + ": " + run::failure(shown);
  }
  if (began && complains) result.problem = std::string(name_of(s.kind)) + ": " + s.last_unattributed;
  result.hosts = std::move(s.answers);
  result.unattributed_lines = result.problem.empty() ? s.unattributed_lines : 0;  // else it is told already
  result.last_unattributed = std::move(s.last_unattributed);
  return result;
}

}  // namespace hanfs::cluster
