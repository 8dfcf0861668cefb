// SPDX-License-Identifier: Apache-2.0
#include "core/node.hpp"

namespace aixsim {

std::map<std::string, std::string> parse_settings(const std::string& text) {
  std::map<std::string, std::string> settings;
  for (const auto& line : split(text, '\n')) {
    const size_t at = line.find('=');
    if (at != std::string::npos) settings[line.substr(0, at)] = unescape(line.substr(at + 1));
  }
  return settings;
}

std::string format_settings(const std::map<std::string, std::string>& settings) {
  std::string text;
  for (const auto& [key, value] : settings) text += key + "=" + escape(value) + "\n";
  return text;
}

std::string Node::get(const std::string& name) const {
  std::string content;
  read(name, &content);
  return content;
}

void Node::write(const std::string& name, const std::string& content) const {
  if (!frozen_) write_file(state(name), content);
}

void Node::append(const std::string& name, const std::string& text) const {
  if (!frozen_) append_file(state(name), text);
}

std::string Node::file(const std::string& path) const {
  std::string content;
  read_file(root_ + path, &content);
  return content;
}

void Node::write_path(const std::string& path, const std::string& content) const {
  if (!frozen_) write_file(root_ + path, content);
}

std::string Node::setting(const std::string& key, const std::string& fallback) const {
  const auto settings = parse_settings(get("node"));
  const auto found = settings.find(key);
  return found == settings.end() ? fallback : found->second;
}

void Node::set_setting(const std::string& key, const std::string& value) const { set_settings({{key, value}}); }

void Node::set_settings(const std::map<std::string, std::string>& values) const {
  const Lock lock(lock_path("node"));
  auto settings = parse_settings(get("node"));
  for (const auto& [key, value] : values) settings[key] = value;
  write("node", format_settings(settings));
}

long Node::clock() const {
  long now = 0;
  std::string text = get("clock");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  parse_number(text, &now);
  return now;
}

const std::string& Node::variant(const std::string& name) const {
  if (!variants_read_) {
    variants_ = parse_settings(get("variants"));
    variants_read_ = true;
  }
  auto found = variants_.find(name);
  if (found == variants_.end()) {
    const Variant* known = find_variant(name);
    found = variants_.emplace(name, known ? split(known->values, '|')[0] : "").first;
  }
  return found->second;
}

namespace {
// Words of a hosts line without its comment.
Strings words_of(const std::string& line) {
  Strings words;
  std::string word;
  for (const char c : line + " ") {
    if (c == '#') {
      if (!word.empty()) words.push_back(word);
      return words;
    }
    if (c == ' ' || c == '\t' || c == '\r') {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  return words;
}
}  // namespace

std::string Node::address_of(const std::string& server) const {
  if (server.find_first_not_of("0123456789.") == std::string::npos || server.find(':') != std::string::npos)
    return server;
  std::string hosts;
  read_file(root_ + "/etc/hosts", &hosts);
  for (const auto& line : split(hosts, '\n')) {
    const Strings words = words_of(line);
    for (size_t i = 1; i < words.size(); ++i) {
      if (words[i] == server) return words[0];
    }
  }
  return server;
}

std::string Node::name_of(const std::string& address) const {
  std::string hosts;
  read_file(root_ + "/etc/hosts", &hosts);
  for (const auto& line : split(hosts, '\n')) {
    const Strings words = words_of(line);
    if (words.size() > 1 && words[0] == address) return words[1];
  }
  return address;
}

}  // namespace aixsim
