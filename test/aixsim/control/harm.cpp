// SPDX-License-Identifier: Apache-2.0
// aixsim harm: what commands have made worse.
#include "harm/harm.hpp"

#include <algorithm>

#include "control/control.hpp"

namespace aixsim {
namespace {

int usage() {
  say(2, "aixsim: harm [--json] | kinds | begin | allow KIND... | directory DIR | no-router ADDRESS...\n");
  return 2;
}

int list_kinds() {
  size_t count = 0;
  const HarmKind* const kinds = all_harm_kinds(&count);
  for (size_t i = 0; i < count; ++i) say(1, strf("%-22s %s\n", kinds[i].name, kinds[i].what));
  return 0;
}

int show(const Node& node, bool json) {
  std::string text;
  for (const auto& one : harms(node)) {
    if (json) {
      text += std::string(text.empty() ? "" : ",\n ") + "{\"kind\":" + json_string(one.kind) +
              ",\"what\":" + json_string(one.what) + ",\"command\":" + json_string(one.words) +
              ",\"call\":" + json_string(one.call) + ",\"clock\":" + std::to_string(one.clock) + "}";
    } else {
      text += one.kind + ": " + one.what + "; by " + one.words + " at clock " + std::to_string(one.clock) + "\n";
    }
  }
  const bool any = !text.empty();
  say(1, json ? "[" + text + "]\n" : text);
  return any ? 1 : 0;
}

}  // namespace

int control_harm(Node& node, const Strings& args) {
  const std::string verb = args.empty() ? "" : args[0];
  const Strings words(args.begin() + (args.empty() ? 0 : 1), args.end());
  if (verb.empty() || (verb == "--json" && words.empty())) return show(node, !verb.empty());
  if (verb == "kinds" && words.empty()) return list_kinds();
  if (verb == "begin" && words.empty()) {
    begin_harm(node);
    return 0;
  }
  if (verb == "directory" && words.size() == 1) {
    node.set_setting("harm-directory", words[0]);
    return 0;
  }
  if (verb == "no-router" && !words.empty()) {
    node.set_setting("no-routers", join(words, ","));
    return 0;
  }
  if (verb != "allow" || !std::all_of(words.begin(), words.end(), is_harm_kind)) return usage();
  for (const auto& kind : words) allow_harm(node, kind);
  return 0;
}

}  // namespace aixsim
