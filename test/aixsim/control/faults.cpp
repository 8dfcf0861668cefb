// SPDX-License-Identifier: Apache-2.0
#include "control/faults.hpp"

#include <fnmatch.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "control/calls.hpp"
#include "harm/judge.hpp"

namespace aixsim {
namespace {

struct Kind {
  const char* name;
  const char* keys;
  const char* what;
};
const Kind kKinds[] = {
    {"exit", "status,text", "does nothing, prints text on stderr, exits with status (1)"},
    {"hang", "seconds", "does nothing and never ends (SIGTERM ends it)"},
    {"ignore-term", "seconds", "hangs and ignores SIGTERM, SIGINT, SIGHUP"},
    {"slow", "ms", "takes ms (1000) milliseconds longer"},
    {"garbage", "bytes", "works, but stdout is bytes (4096) random bytes"},
    {"empty", "", "works, but prints nothing"},
    {"truncated", "", "works, but prints only the first half of its output"},
    {"huge", "bytes", "works, then prints bytes (104857600) more"},
    {"killed", "signal,when", "kills itself by signal (9), when=before (default) or after its work"},
    {"changed-but-exit1", "status,text", "state changed, exit 1, text on stderr"},
    {"unchanged-but-exit0", "", "prints and exits 0 as if it had worked, state unchanged"},
    {"grandchild-pipe", "seconds,setsid",
     "works; a grandchild holds stdout and stderr for seconds (20); setsid=1 leaves the group"},
    {"partial-then-hang", "seconds", "prints half of its output, then hangs"},
};

const Kind* find_kind(const std::string& name) {
  for (const auto& kind : kKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

std::vector<Fault> load(const std::string& text) {
  std::vector<Fault> rules;
  for (const auto& line : split(text, '\n')) {
    const Strings f = fields(line);
    if (f.size() < 3) continue;
    Fault rule;
    rule.id = f[0];
    rule.glob = f[1];
    rule.kind = f[2];
    for (size_t i = 3; i < f.size(); ++i) {
      const size_t at = f[i].find('=');
      if (at != std::string::npos) rule.values[f[i].substr(0, at)] = f[i].substr(at + 1);
    }
    rules.push_back(rule);
  }
  return rules;
}

std::string half(const std::string& text) { return text.substr(0, text.size() / 2); }

}  // namespace

Strings fault_kinds() {
  Strings names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

std::string Fault::value(const std::string& key, const std::string& fallback) const {
  const auto found = values.find(key);
  return found == values.end() ? fallback : found->second;
}

long Fault::wait() const { return kind == "slow" ? number("ms", 1000) : 0; }

long Fault::number(const std::string& key, long fallback) const {
  long number = fallback;
  return parse_number(value(key, ""), &number) ? number : fallback;
}

bool fault_for(const Node& node, const std::string& words, Fault* fault) {
  std::string text;
  if (!node.read("faults", &text) || text.empty()) return false;
  bool found = false;
  for (const auto& rule : load(text)) {
    if (::fnmatch(rule.glob.c_str(), words.c_str(), 0) != 0) continue;
    const long nth = rule.number("nth", 0), from = rule.number("from", 0), until = rule.number("until", 0);
    if (nth || from || until) {
      const Lock lock(node.lock_path("faults"));
      long count = 0;
      parse_number(node.get("fault." + rule.id), &count);
      write_file(node.state("fault." + rule.id), std::to_string(++count));
      if ((nth && count != nth) || (from && count < from) || (until && count > until)) continue;
    }
    if (!found) *fault = rule;
    found = true;
  }
  return found;
}

int run_with_fault(const Fault& fault, Command command, Call& call, const std::string& id) {
  const std::string& kind = fault.kind;
  const long seconds = fault.number("seconds", 600);
  const auto finish = [&](int status) {
    log_end(call.node, id, "exit " + std::to_string(status) + " fault=" + kind, call.out.size(), call.err.size());
    say(1, call.out);
    say(2, call.err);
    return status;
  };
  const std::string text = fault.value("text", "");
  const std::string message = text.empty() ? "" : text + "\n";

  if (kind == "exit") {
    call.err = message;
    return finish(static_cast<int>(fault.number("status", 1)));
  }
  if (kind == "hang" || kind == "ignore-term") {
    log_end(call.node, id, "hangs fault=" + kind, 0, 0);
    hang(kind == "ignore-term", seconds);
  }
  const int signal = static_cast<int>(fault.number("signal", SIGKILL));
  const auto die = [&] {
    log_end(call.node, id, strf("signal %d fault=%s", signal, kind.c_str()), 0, 0);
    die_of(signal, seconds);
  };
  if (kind == "killed" && fault.value("when", "before") != "after") die();
  if (kind == "unchanged-but-exit0") call.node.freeze();

  int status = judged(command, call);

  if (kind == "killed") die();
  if (kind == "garbage") {
    call.out.clear();
    auto random = static_cast<unsigned long long>(fault.number("seed", 1));
    for (long i = fault.number("bytes", 4096); i > 0; --i) {
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      call.out += static_cast<char>(random >> 33);
    }
  } else if (kind == "empty") {
    call.out.clear();
  } else if (kind == "truncated") {
    call.out = half(call.out);
  } else if (kind == "changed-but-exit1") {
    call.out.clear();
    call.err = message;
    status = static_cast<int>(fault.number("status", 1));
  } else if (kind == "unchanged-but-exit0") {
    status = 0;
    call.err.clear();
  } else if (kind == "huge") {
    const long bytes = fault.number("bytes", 104857600);
    say(1, call.out);
    std::string block;
    while (block.size() < 65536) block += call.out.empty() ? "0123456789abcdef\n" : call.out.substr(0, 65536);
    if (!memory()) ::signal(SIGPIPE, SIG_DFL);
    for (long done = 0; done < bytes; done += static_cast<long>(block.size())) say(1, block);
    call.out.clear();
  } else if (kind == "grandchild-pipe" && !memory()) {
    const long hold = fault.number("seconds", 20);
    const pid_t child = ::fork();
    if (child == 0) {
      if (fault.number("setsid", 0)) ::setsid();
      ::close(0);
      ::alarm(static_cast<unsigned>(hold + 5));
      wait_ms(hold * 1000);
      ::_exit(0);
    }
  } else if (kind == "partial-then-hang") {
    say(1, half(call.out));
    log_end(call.node, id, "hangs fault=" + kind, call.out.size() / 2, 0);
    hang(false, seconds);
  }
  return finish(status);
}

int control_fault(Node& node, const Strings& args) {
  std::string verb = args.empty() ? "list" : args[0];
  for (char& c : verb) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const Lock lock(node.lock_path("faults"));
  if (verb == "list") {
    for (const auto& rule : load(node.get("faults"))) {
      std::string line = rule.id + "  '" + rule.glob + "'  " + rule.kind;
      for (const auto& [key, value] : rule.values) line += "  " + key + "=" + value;
      std::string count;
      if (node.read("fault." + rule.id, &count)) line += "  (" + count + " calls matched)";
      say(1, line + "\n");
    }
    return 0;
  }
  if (verb == "clear") {
    std::string kept;
    for (const auto& line : split(node.get("faults"), '\n')) {
      if (line.empty()) continue;
      const std::string id = fields(line)[0];
      if (args.size() > 1 && args[1] != id) {
        kept += line + "\n";
      } else {
        remove_file(node.state("fault." + id));
      }
    }
    node.write("faults", kept);
    return 0;
  }
  const Kind* kind = verb == "add" && args.size() >= 3 ? find_kind(args[2]) : nullptr;
  std::string bad;
  for (size_t i = 3; kind && i < args.size(); ++i) {
    const size_t at = args[i].find('=');
    const std::string key = args[i].substr(0, at);
    if (at == std::string::npos ||
        ("," + std::string(kind->keys) + ",nth,from,until,seed,").find("," + key + ",") == std::string::npos) {
      bad = args[i];
    }
  }
  if (!kind || !bad.empty()) {
    std::string help = bad.empty() ? "" : "aixsim: fault: " + bad + ": not a key of this kind\n";
    help += "aixsim: fault add GLOB KIND [KEY=VALUE...] | list | clear [ID]     keys of all: nth=N from=N until=N\n";
    for (const auto& one : kKinds) help += strf("  %-20s %-16s %s\n", one.name, one.keys, one.what);
    say(2, help);
    return 2;
  }
  long next = 1;
  parse_number(node.get("next-fault"), &next);
  node.write("next-fault", std::to_string(next + 1));
  Strings words(args.begin() + 1, args.end());
  words.insert(words.begin(), std::to_string(next));
  node.write("faults", node.get("faults") + record(words) + "\n");
  say(1, std::to_string(next) + "\n");
  return 0;
}

}  // namespace aixsim
