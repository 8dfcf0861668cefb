// SPDX-License-Identifier: Apache-2.0
// The words of aixsim about the clients of a server: client, interruptions.
#include "state/clients.hpp"

#include <algorithm>

#include "control/control.hpp"
#include "state/exports.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

struct Interruption {
  std::string kind, what, versions, from_call, from_words, to_call, to_words, clients;
  std::string from_time, to_time;
  bool over = false;
};

// Position of every call in the log, as `calls --json` numbers them.
std::map<std::string, size_t> call_numbers(const Node& node) {
  std::map<std::string, size_t> numbers;
  for (const auto& line : split(node.get("calls"), '\n')) {
    if (!starts_with(line, "S ")) continue;
    const size_t number = numbers.size() + 1;
    numbers[fields(line)[1]] = number;
  }
  return numbers;
}

// One entry for each time that a directory was withdrawn or a daemon was down, with its end. A change of options has
// no end.
std::vector<Interruption> interruptions(const Node& node, const Strings& only) {
  std::vector<Interruption> all;
  const auto wanted = [&](const std::string& dir) {
    return only.empty() || std::find(only.begin(), only.end(), dir) != only.end();
  };
  const auto numbers = call_numbers(node);
  const auto call = [&](const Strings& f) {
    const auto found = numbers.find(f[5]);
    return found == numbers.end() ? std::string("-") : std::to_string(found->second);
  };
  const auto close = [&](const Strings& f, const std::string& kind, const std::string& version) {
    for (auto& one : all) {
      if (one.over || one.kind != kind || one.what != f[1] || one.versions != version) continue;
      one.over = true;
      one.to_call = call(f);
      one.to_words = f[6];
      one.to_time = f[7];
    }
  };
  for (const auto& line : split(node.get("events"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 8) continue;
    const bool is_daemon = f[0] == "down" || f[0] == "up";
    if (!is_daemon && !wanted(f[1])) continue;
    // When directories are named, only the daemons that serve files count: nfsd, rpc.mountd, and the machine itself.
    if (is_daemon && !only.empty() && f[1] != "nfsd" && f[1] != "rpc.mountd" && f[1] != "server") continue;
    if (f[0] == "up") {
      close(f, "down", "");
    } else if (f[0] == "down" || f[0] == "changed") {
      all.push_back({f[0], f[1], f[0] == "down" ? "" : f[2], call(f), f[6], "", "", f[4], f[7], "", f[0] == "changed"});
    } else {
      for (const auto& version : split(f[2], ':')) {
        if (f[0] == "exported") {
          close(f, "withdrawn", version);
        } else {
          all.push_back({f[0], f[1], version, call(f), f[6], "", "", f[4], f[7], "", false});
        }
      }
    }
  }
  // One line for all versions of a directory that left and came back together.
  std::vector<Interruption> merged;
  for (const auto& one : all) {
    if (!merged.empty() && one.kind == "withdrawn") {
      Interruption& last = merged.back();
      if (last.kind == one.kind && last.what == one.what && last.from_time.substr(0, 1) == one.from_time.substr(0, 1) &&
          last.from_call == one.from_call && last.to_call == one.to_call && last.from_words == one.from_words) {
        last.versions += ":" + one.versions;
        continue;
      }
    }
    merged.push_back(one);
  }
  return merged;
}

std::string as_line(const Interruption& one) {
  std::string text = one.kind == "down"      ? one.what + " down"
                     : one.kind == "changed" ? one.what + " changed"
                                             : one.what + " withdrawn";
  if (!one.versions.empty()) text += " vers=" + one.versions;
  text += " by call " + one.from_call + " (" + one.from_words + ")";
  if (one.kind != "changed") {
    text += one.over ? ", back by call " + one.to_call + " (" + one.to_words + ")" : ", not back";
  }
  return text + (one.clients.empty() ? "" : ", clients " + one.clients) + "\n";
}

std::string as_json(const Interruption& one) {
  const auto number = [](const std::string& text) { return text.empty() || text == "-" ? "null" : text; };
  return "{\"kind\":" + json_string(one.kind) + ",\"what\":" + json_string(one.what) +
         ",\"versions\":" + json_string(one.versions) + ",\"from_call\":" + number(one.from_call) +
         ",\"from_command\":" + json_string(one.from_words) + ",\"from_time\":" + one.from_time +
         ",\"to_call\":" + number(one.to_call) + ",\"to_command\":" + json_string(one.to_words) +
         ",\"to_time\":" + (one.to_time.empty() ? "null" : one.to_time) + ",\"back\":" + (one.over ? "true" : "false") +
         ",\"clients\":" + json_string(one.clients) + "}";
}

}  // namespace

int control_interruptions(Node& node, const Strings& args) {
  Strings only;
  bool json = false;
  for (const auto& arg : args) {
    if (arg == "--clear") {
      node.write("events", "");
      return 0;
    }
    if (arg == "--json") {
      json = true;
    } else if (starts_with(arg, "/")) {
      only.push_back(clean_path(arg));
    } else {
      say(2, "aixsim: interruptions [--json|--clear] [DIR]...\n");
      return 2;
    }
  }
  Src(node).active("nfsd");  // first completes the starts and stops whose delay has passed
  const auto all = interruptions(node, only);
  std::string text;
  for (const auto& one : all) {
    text += json ? (text.empty() ? "" : ",\n ") + as_json(one) : as_line(one);
  }
  say(1, json ? "[" + text + "]\n" : text);
  return all.empty() ? 0 : 1;
}

int control_client(Node& node, const Strings& args) {
  const auto usage = [] {
    say(2,
        "aixsim: client add NODE DIR [--vers 3|4] [--state] | remove NODE "
        "[DIR] | list\n");
    return 2;
  };
  const std::string verb = args.empty() ? "list" : args[0];
  const Lock lock(node.lock_path("clients"));
  auto all = clients(node);
  if (verb == "list" && args.size() < 2) {
    for (const auto& one : all) {
      say(1, one.node + " " + escape(one.dir) + " vers=" + one.version + (one.state ? " state" : "") + "\n");
    }
    return 0;
  }
  Client client;
  client.version = "4";
  Strings words;
  for (size_t i = 1; i < args.size(); ++i) {
    if (args[i] == "--state") {
      client.state = true;
    } else if (args[i] == "--vers" && i + 1 < args.size()) {
      client.version = args[++i];
    } else if (starts_with(args[i], "--")) {
      return usage();
    } else {
      words.push_back(args[i]);
    }
  }
  if (verb == "remove" && (words.size() == 1 || words.size() == 2)) {
    const auto gone = [&](const Client& one) {
      return one.node == words[0] && (words.size() == 1 || one.dir == clean_path(words[1]));
    };
    all.erase(std::remove_if(all.begin(), all.end(), gone), all.end());
    save_clients(node, all);
    return 0;
  }
  if (verb != "add" || words.size() != 2) return usage();
  client.node = words[0];
  client.dir = clean_path(words[1]);
  bool served = false;
  for (const auto& one : Exports(node).now()) {
    served = served || (at_or_below(client.dir, one.dir) && one.versions().count(client.version) != 0);
  }
  if (!served) {
    say(2, "aixsim: client: " + client.dir + " is not exported for version " + client.version + "\n");
    return 1;
  }
  bool known = false;
  for (auto& one : all) {
    if (one.node != client.node || one.dir != client.dir || one.version != client.version) continue;
    one.state = client.state;
    known = true;
  }
  if (!known) all.push_back(client);
  save_clients(node, all);
  return 0;
}

}  // namespace aixsim
