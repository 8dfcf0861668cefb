// SPDX-License-Identifier: Apache-2.0
#include "state/exports.hpp"

#include <algorithm>

#include "core/format.hpp"
#include "state/clients.hpp"
#include "state/links.hpp"
#include "state/routes.hpp"

namespace aixsim {

std::set<std::string> Export::versions() const {
  const std::string given = option(options, "vers");
  if (given.empty()) return {"2", "3"};
  const Strings all = split(given, ':');
  return {all.begin(), all.end()};
}

std::string Export::text() const { return options.empty() ? dir : dir + " -" + format_options(options); }

bool parse_replicas(const std::string& text, std::vector<Replica>* replicas) {
  replicas->clear();
  for (const auto& place : split(text, ':')) {
    const size_t at = place.find('@');
    if (at == std::string::npos || at == 0 || place[0] != '/') return false;
    for (const auto& host : split(place.substr(at + 1), '+')) {
      if (host.empty()) return false;
      replicas->push_back({place.substr(0, at), host});
    }
  }
  return true;
}

std::vector<Export> parse_exports(const std::string& text) {
  std::vector<Export> all;
  Strings words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  const auto end_line = [&] {
    end_word();
    if (!words.empty()) {
      Export one;
      one.dir = clean_path(words[0]);
      for (size_t i = 1; i < words.size(); ++i) {
        if (words[i].size() > 1 && words[i][0] == '-') {
          for (const auto& option : parse_options(words[i].substr(1))) one.options.push_back(option);
        }
      }
      all.push_back(one);
    }
    words.clear();
  };
  bool comment = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;  // the line goes on
    } else if (c == '\n') {
      comment = false;
      end_line();
    } else if (c == '#') {
      comment = true;
    } else if (!comment) {
      if (c == ' ' || c == '\t' || c == '\r') {
        end_word();
      } else {
        word += c;
      }
    }
  }
  end_line();
  return all;
}

Options ordered(const Options& options, const std::string& order) {
  // nfs 4 [SEEN]: three orders of the same export. Options that no source shows follow at the end.
  static const std::map<std::string, Strings> kOrders = {
      {"replicas-first",
       {"replicas", "refer", "exname", "vers", "sec", "ro", "rw", "noauto", "anon", "access", "root"}},
      {"noauto-first", {"noauto", "replicas", "refer", "exname", "vers", "sec", "ro", "rw", "anon", "access", "root"}},
      {"vers-first", {"vers", "replicas", "refer", "exname", "sec", "ro", "rw", "noauto", "anon", "access", "root"}}};
  const auto found = kOrders.find(order);
  if (found == kOrders.end()) return options;
  const auto rank = [&](const Option& one) {
    return std::find(found->second.begin(), found->second.end(), one.first) - found->second.begin();
  };
  Options result = options;
  std::stable_sort(result.begin(), result.end(), [&](const Option& a, const Option& b) { return rank(a) < rank(b); });
  return result;
}

Strings sorted_words(const Options& options) {
  Strings words;
  for (const auto& [key, value] : options) words.push_back(join({key, value}, "="));
  std::sort(words.begin(), words.end());
  return words;
}

std::string replication_mode(const Node& node) {
  const std::string mode = node.get("nfs-mode");
  return mode.empty() ? "off" : mode;
}

bool is_own_address(const Node& node, const std::string& host) {
  unsigned address = 0;
  if (!parse_ipv4(node.address_of(host), &address)) return false;
  for (const auto& nic : nics(node)) {
    for (const auto& one : nic.inet) {
      if (nic.name != "lo0" && one.first == address) return true;
    }
  }
  return false;
}

std::vector<Export> Exports::now() const { return parse_exports(node_.get("xtab")); }

bool Exports::any_v4() const {
  for (const auto& one : now()) {
    if (one.v4()) return true;
  }
  return false;
}

void Exports::save(const std::vector<Export>& all) const {
  std::string text, shown;
  for (const auto& one : all) {
    text += one.text() + "\n";
    Export as_shown = one;
    if (node_.is("xtab-sec", "added") && option(one.options, "sec").empty()) {
      as_shown.options.insert(as_shown.options.begin(), {"sec", "sys:krb5p:krb5i:krb5:dh"});
    }
    as_shown.options = ordered(as_shown.options, node_.variant("xtab-order"));
    shown += as_shown.text() + "\n";
  }
  node_.write("xtab", text);
  node_.write_path("/etc/xtab", shown);
}

void Exports::clear() const { save({}); }

namespace {

bool below(const std::string& path, const std::string& parent) {
  return path != parent && (parent == "/" || starts_with(path, parent + "/"));
}

bool common(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& one) { return b.count(one) != 0; });
}

bool known_option(const std::string& key) {
  static const std::set<std::string> kKnown = {"ro",     "rw",      "access",   "anon",   "root",
                                               "vers",   "exname",  "replicas", "refer",  "sec",
                                               "noauto", "scatter", "public",   "secure", "deleg"};
  return kKnown.count(key) != 0;
}

bool has(const Options& options, const std::string& key) {
  return std::any_of(options.begin(), options.end(), [&](const Option& one) { return one.first == key; });
}

}  // namespace

std::string Exports::refusal(Export* wanted) const {
  const std::string& dir = wanted->dir;
  if (dir.empty() || dir[0] != '/' || !exists(node_.root() + dir)) {
    return dir + ": No such file or directory";
  }
  if (wanted->v4() && !is_folder(node_.root() + dir)) return dir + ": Not a directory";
  for (const auto& [key, value] : wanted->options) {
    if (!known_option(key)) return join({dir, "unknown option", key}, ": ");
    if (key == "vers" && value.find_first_not_of("234:") != std::string::npos)
      return join({dir, "bad version", value}, ": ");
  }
  const Mounts mounts(node_);
  Mount own;
  if (!mounts.covering(dir, &own)) return dir + ": No such file or directory";
  if (!own.node.empty()) return dir + ": a remote file system cannot be exported";
  const auto versions = wanted->versions();
  for (const auto& other : now()) {
    const bool parent = below(dir, other.dir), child = below(other.dir, dir);
    Mount theirs;
    if ((!parent && !child) || !mounts.covering(other.dir, &theirs) || theirs.over != own.over) continue;
    // nfs 4 [DOC]: no parent or child of an exported directory in the same file system.
    if (node_.is("nested", "same-version") && !common(versions, other.versions())) continue;
    return parent ? "parent-directory (" + other.dir + ") already exported"
                  : "sub-directory (" + other.dir + ") already exported";
  }
  if (!has(wanted->options, "replicas")) return "";
  std::vector<Replica> replicas;
  std::string text = option(wanted->options, "replicas");
  if (!parse_replicas(text, &replicas)) return dir + ": bad replicas: " + text;
  if (!wanted->v4()) return dir + ": replicas need vers=4";
  if (has(wanted->options, "refer")) return dir + ": replicas and refer exclude each other";
  if (replication_mode(node_) == "off") return dir + ": replication is not enabled on this server";
  if (own.over != dir) return dir + ": not the root of a file system, replicas cannot be given";
  bool self = false;
  for (const auto& replica : replicas) {
    const std::string address = node_.address_of(replica.host);
    unsigned number = 0;
    if (!parse_ipv4(address, &number) && address.find(':') == std::string::npos) {
      return dir + ": unknown host " + replica.host;
    }
    if (address != replica.host && node_.is("replica-names", "refused")) {
      return dir + ": not an address: " + replica.host;
    }
    self = self || (replica.path == dir && is_own_address(node_, replica.host));
  }
  if (!self && !has(wanted->options, "noauto")) {
    // [GUESS] noauto means: do not insert this host by itself.
    replicas.insert(replicas.begin(), {dir, node_.setting("hostname")});
    set_option(&wanted->options, "replicas", dir + "@" + node_.setting("hostname") + ":" + text);
    self = true;
  }
  if (!self && node_.is("replica-self", "refused")) return dir + ": this server is not one of the replicas";
  if (replicas.size() > 8) return dir + ": too many replicas";  // nfs 3 [XCAT W-REL275]
  return "";
}

std::string Exports::add(Export wanted, bool* again, bool forced) const {
  *again = false;
  std::string why = forced ? "" : refusal(&wanted);
  if (!why.empty()) return why;
  std::vector<Export> all;
  const auto versions = wanted.versions();
  bool placed = false;
  Options before;
  for (const auto& one : now()) {
    if (one.dir != wanted.dir || !common(versions, one.versions())) {
      all.push_back(one);
      continue;
    }
    // The same directory for v3 and for v4 may stand in two lines; an overlap replaces.
    *again = true;
    before = one.options;
    if (!placed) all.push_back(wanted);
    placed = true;
  }
  if (!placed) all.push_back(wanted);
  save(all);
  if (!*again) note_event(node_, {"exported", wanted.dir, versions, format_options(wanted.options), {}});
  if (*again && sorted_words(before) != sorted_words(wanted.options)) {
    note_event(node_, {"changed", wanted.dir, versions, format_options(wanted.options), {}});
  }
  return "";
}

std::string Exports::remove(const std::string& dir, const std::string& version, bool force) const {
  std::vector<Export> all;
  bool found = false;
  std::vector<Event> events;
  for (auto one : now()) {
    auto versions = one.versions();
    if (one.dir != dir || (!version.empty() && versions.count(version) == 0)) {
      all.push_back(one);
      continue;
    }
    found = true;
    std::set<std::string> gone = version.empty() ? versions : std::set<std::string>{version};
    const Strings holders = clients_of(node_, dir, {"4"}, true);
    if (gone.count("4") && !force &&
        std::any_of(holders.begin(), holders.end(), [&](const std::string& client) { return is_up(node_, client); })) {
      return dir + ": clients hold state, the directory is still in use";
    }
    events.push_back({"withdrawn", dir, gone, format_options(one.options), clients_of(node_, dir, gone, false)});
    for (const auto& each : gone) versions.erase(each);
    if (!versions.empty()) {
      set_option(&one.options, "vers", join(Strings(versions.begin(), versions.end()), ":"));
      all.push_back(one);
    }
  }
  if (!found) return node_.is("unexport-absent", "ok") ? "" : dir + ": not exported";
  if (force) release_state(node_, dir);
  save(all);
  for (const auto& event : events) note_event(node_, event);
  return "";
}

}  // namespace aixsim
