// SPDX-License-Identifier: Apache-2.0
// What a command has made worse: kinds, and the list that a machine keeps of it.
#pragma once
#include "core/node.hpp"

namespace aixsim {

struct HarmKind {
  const char* name;
  const char* what;
};
const HarmKind* all_harm_kinds(size_t* count);
bool is_harm_kind(const std::string& name);

struct Harm {
  std::string kind, what;
  std::string call, words;  // who did it: number in the call log, and its words
  long clock = 0;
};

bool is_allowed(const Node& node, const std::string& kind);
// Keeps it, unless the kind is allowed here.
void record_harm(const Node& node, const std::string& kind, const std::string& what);
std::vector<Harm> harms(const Node& node);
void allow_harm(const Node& node, const std::string& kind);
// Forgets all: what is there now is what nothing may make worse.
void begin_harm(const Node& node);

// What the settings say is ours: the directory that is replicated, /install unless it was told.
std::string own_directory(const Node& node);

// Addresses that answer but forward nothing: a default route by them loses all traffic.
Strings no_routers(const Node& node);

}  // namespace aixsim
