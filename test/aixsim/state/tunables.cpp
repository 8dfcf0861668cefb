// SPDX-License-Identifier: Apache-2.0
#include "state/tunables.hpp"

#include <unordered_map>

namespace aixsim {

const Tunable* Tunables::all(size_t* count) const { return tunable_table(kind_, count); }

const Tunable* Tunables::find(const std::string& name) const {
  using ByName = std::unordered_map<std::string, const Tunable*>;
  const auto by_name = [](Kind kind) {
    ByName names;
    size_t count = 0;
    const Tunable* const table = tunable_table(kind, &count);
    for (size_t i = 0; i < count; ++i) names.emplace(table[i].name, &table[i]);
    return names;
  };
  static const ByName no = by_name(kNo), nfso = by_name(kNfso);
  const ByName& names = kind_ == kNo ? no : nfso;
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

// State file: "name value clock" per changed tunable.
void Tunables::read() const {
  if (read_) return;
  read_ = true;
  values_.clear();
  for (const auto& line : split(node_.get(command()), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 3) continue;
    long since = 0;
    parse_number(f[2], &since);
    values_[f[0]] = {f[1], since};
  }
}

std::string Tunables::value(const std::string& name) const {
  read();
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second.first;
  const Tunable* tunable = find(name);
  return tunable ? tunable->standard : "";
}

long Tunables::number(const std::string& name) const {
  long number = 0;
  parse_number(value(name), &number);
  return number;
}

long Tunables::since(const std::string& name) const {
  read();
  const auto found = values_.find(name);
  return found == values_.end() ? 0 : found->second.second;
}

void Tunables::set(const std::string& name, const std::string& value) const {
  const Lock lock(node_.lock_path(command()));
  read_ = false;
  read();
  const auto found = values_.find(name);
  const bool same = found != values_.end() && found->second.first == value;
  if (!same) values_[name] = {value, node_.clock()};
  std::string text;
  for (const auto& [key, one] : values_) text += record({key, one.first, std::to_string(one.second)}) + "\n";
  node_.write(command(), text);
}

void Tunables::reset() const {
  node_.write(command(), "");
  read_ = false;
}

namespace {

std::string trimmed(const std::string& text) {
  const size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// routes 1.5 [DOC]: `name = "value"` inside a stanza; the first occurrence and the first stanza count.
std::map<std::string, std::string> stanza(const std::string& text, const std::string& wanted) {
  std::map<std::string, std::string> values;
  bool inside = false, seen = false;
  for (const auto& raw : split(text, '\n')) {
    const std::string line = trimmed(raw.substr(0, raw.find('#')));
    if (line.empty()) continue;
    if (line.back() == ':') {
      inside = line == wanted + ":" && !seen;
      seen = seen || inside;
      continue;
    }
    const size_t at = line.find('=');
    if (!inside || at == std::string::npos) continue;
    std::string value = trimmed(line.substr(at + 1));
    if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.find('"', 1) - 1);
    values.emplace(trimmed(line.substr(0, at)), value);
  }
  return values;
}

}  // namespace

std::string Tunables::nextboot(const std::string& name) const {
  if (!nextboot_read_) {
    std::string text;
    read_file(node_.root() + "/etc/tunables/nextboot", &text);
    nextboot_ = stanza(text, command());
    nextboot_read_ = true;
  }
  const auto found = nextboot_.find(name);
  if (found != nextboot_.end() && found->second != "DEFAULT") return found->second;
  const Tunable* tunable = find(name);
  return tunable ? tunable->standard : "";
}

void Tunables::set_nextboot(const std::string& name, const std::string& value) const {
  if (node_.frozen()) return;
  const Lock lock(node_.lock_path("nextboot"));
  const std::string path = node_.root() + "/etc/tunables/nextboot";
  std::string old, text;
  read_file(path, &old);
  for (const char* const stanza_name : {"no", "nfso"}) {
    auto values = stanza(old, stanza_name);
    if (std::string(stanza_name) == command()) values[name] = value;
    if (values.empty()) continue;
    text += std::string(stanza_name) + ":\n";
    for (const auto& [key, one] : values) text += "\t" + key + " = \"" + one + "\"\n";
    text += "\n";
  }
  make_dirs(node_.root() + "/etc/tunables");
  write_file(path, text);
  nextboot_read_ = false;
}

void Tunables::apply_nextboot() const {
  reset();
  size_t count = 0;
  const Tunable* table = all(&count);
  for (size_t i = 0; i < count; ++i) {
    const std::string value = nextboot(table[i].name);
    if (value != table[i].standard) set(table[i].name, value);
  }
}

}  // namespace aixsim
