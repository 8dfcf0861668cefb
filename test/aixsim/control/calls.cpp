// SPDX-License-Identifier: Apache-2.0
#include "control/calls.hpp"

#include <fnmatch.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unordered_map>

#include "core/outside.hpp"

extern char** environ;

namespace aixsim {
namespace {

std::string stdin_kind() {
  struct stat info{};
  if (::fstat(0, &info) != 0) return "closed";
  if (S_ISCHR(info.st_mode) && major(info.st_rdev) == 1 && minor(info.st_rdev) == 3) return "null";
  return S_ISFIFO(info.st_mode) ? "pipe" : S_ISREG(info.st_mode) ? "file" : "other";
}

// Names of the environment, with the value only where it can be no secret.
std::string environment() {
  Strings words;
  for (char** one = environ; one && *one && words.size() < 64; ++one) {
    const std::string pair = *one;
    const std::string name = pair.substr(0, pair.find('='));
    const bool plain = name == "LC_ALL" || name == "LANG" || name == "NSORDER" || name == "PATH" || name == "ODMDIR";
    words.push_back(plain ? pair : name);
  }
  return join(words, " ");
}

}  // namespace

std::string log_start(const Node& node, const std::string& program, const std::string& name, const Strings& args) {
  const long long now = now_us();
  if (Memory* const held = memory()) {
    const std::string id = strf("%ld.%lld", held->next_process++, now);
    Strings words = {"S", id, std::to_string(now), "1", "null", "", program, name};
    words.insert(words.end(), args.begin(), args.end());
    append_file(node.state("calls"), record(words) + "\n");
    return id;
  }
  const std::string id = strf("%d.%lld", static_cast<int>(::getpid()), now);
  Strings words = {
      "S",     id,  std::to_string(now), std::to_string(::getpgrp() == ::getpid() ? 1 : 0), stdin_kind(), environment(),
      program, name};
  words.insert(words.end(), args.begin(), args.end());
  append_file(node.state("calls"), record(words) + "\n");
  return id;
}

void log_end(const Node& node, const std::string& id, const std::string& outcome, size_t out, size_t err) {
  append_file(node.state("calls"),
              record({"E", id, std::to_string(now_us()), outcome, std::to_string(out), std::to_string(err)}) + "\n");
}

namespace {
struct Logged {
  Strings start;
  size_t number = 0;  // position in the whole log, from 1
  std::string outcome = "unfinished";
  long long ended = 0;
  std::string out = "0", err = "0";
};

std::string as_json(const Logged& one, long long started) {
  std::string argv;
  for (size_t i = 7; i < one.start.size(); ++i) argv += (i > 7 ? "," : "") + json_string(one.start[i]);
  std::string env;
  if (!one.start[5].empty()) {
    for (const auto& word : split(one.start[5], ' ')) env += (env.empty() ? "" : ",") + json_string(word);
  }
  return strf("{\"n\":%zu,\"pid\":%ld,\"time\":%lld.%06lld,\"seconds\":%.6f", one.number,
              std::atol(one.start[1].c_str()), started / 1000000, started % 1000000,
              one.ended ? static_cast<double>(one.ended - started) / 1e6 : -1.0) +
         ",\"program\":" + json_string(one.start[6]) + ",\"argv\":[" + argv +
         "],\"outcome\":" + json_string(one.outcome) + ",\"stdout_bytes\":" + one.out + ",\"stderr_bytes\":" + one.err +
         ",\"own_group\":" + (one.start[3] == "1" ? "true" : "false") + ",\"stdin\":" + json_string(one.start[4]) +
         ",\"env\":[" + env + "]}";
}
}  // namespace

int control_calls(Node& node, const Strings& args) {
  std::string mode, glob;
  for (const auto& arg : args) {
    if (starts_with(arg, "--")) {
      mode = arg;
    } else {
      glob = arg;
    }
  }
  if (!mode.empty() && mode != "--json" && mode != "--count" && mode != "--clear") {
    say(2, "aixsim: calls [--json|--count|--clear] [GLOB]\n");
    return 2;
  }
  if (mode == "--clear") {
    if (memory_of_files() != nullptr) {
      write_file(node.state("calls"), "");
    } else {
      ::truncate(node.state("calls").c_str(), 0);  // commands that run append to the same file
    }
    return 0;
  }
  std::vector<Logged> calls;
  std::unordered_map<std::string, size_t> by_id;
  size_t number = 0;
  for (const auto& line : split(node.get("calls"), '\n')) {
    const Strings f = fields(line);
    if (f.size() >= 8 && f[0] == "S") {
      Strings words(f.begin() + 7, f.end());
      ++number;
      if (!glob.empty() && ::fnmatch(glob.c_str(), join(words, " ").c_str(), 0) != 0) continue;
      by_id[f[1]] = calls.size();
      calls.push_back({f, number});
    } else if (f.size() == 6 && f[0] == "E") {
      const auto found = by_id.find(f[1]);
      if (found == by_id.end()) continue;
      Logged& one = calls[found->second];
      one.ended = std::atoll(f[2].c_str());
      one.outcome = f[3];
      one.out = f[4];
      one.err = f[5];
    }
  }
  if (mode == "--count") {
    say(1, std::to_string(calls.size()) + "\n");
    return 0;
  }
  std::string text;
  if (mode == "--json") text = "[";
  for (size_t i = 0; i < calls.size(); ++i) {
    const Logged& one = calls[i];
    const long long started = std::atoll(one.start[2].c_str());
    if (mode == "--json") {
      text += (i ? ",\n " : "") + as_json(one, started);
      continue;
    }
    Strings words;
    for (size_t k = 7; k < one.start.size(); ++k) words.push_back(escape(one.start[k]));
    const std::time_t seconds = static_cast<std::time_t>(started / 1000000);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    text += strf("%02d:%02d:%02d.%03lld %8s  %-12s ", parts.tm_hour, parts.tm_min, parts.tm_sec, started / 1000 % 1000,
                 one.ended ? strf("%.1fms", static_cast<double>(one.ended - started) / 1e3).c_str() : "-",
                 one.outcome.c_str()) +
            join(words, " ") + "\n";
  }
  if (mode == "--json") text += "]\n";
  say(1, text);
  return 0;
}

}  // namespace aixsim
