// SPDX-License-Identifier: Apache-2.0
#include "state/mounts.hpp"

namespace aixsim {
namespace {

std::string bucket(const std::string& key) { return strf("%02x", static_cast<unsigned>(hash64(key) & 0xff)); }

std::string fs_file(const std::string& key) {
  return strf("fsid/%016llx", static_cast<unsigned long long>(hash64(key)));
}

std::string path_file(const std::string& path) {
  return strf("bypath/%016llx", static_cast<unsigned long long>(hash64(path)));
}

std::string to_line(const Mount& m) {
  return record({m.vfs, m.node, m.mounted, m.over, m.options, m.fs, std::to_string(m.date)}) + "\n";
}

bool from_line(const std::string& line, Mount* m) {
  const Strings f = fields(line);
  if (f.size() != 7) return false;
  *m = {f[0], f[1], f[2], f[3], f[4], f[5], 0};
  parse_number(f[6], &m->date);
  return true;
}

}  // namespace

std::string clean_path(const std::string& path) {
  std::string clean = path;
  while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  return clean;
}

Strings Filesystem::replicas(const std::string& now_current) const {
  Strings others;
  for (const auto& server : servers) {
    if (server != now_current) others.push_back(server);
  }
  return others;
}

Options parse_options(const std::string& text) {
  Options options;
  if (text.empty()) return options;
  for (const auto& word : split(text, ',')) {
    const size_t at = word.find('=');
    options.emplace_back(word.substr(0, at), at == std::string::npos ? "" : word.substr(at + 1));
  }
  return options;
}

std::string format_options(const Options& options) {
  Strings words;
  for (const auto& [key, value] : options) words.push_back(value.empty() ? key : key + "=" + value);
  return join(words, ",");
}

std::string option(const Options& options, const std::string& key, const std::string& fallback) {
  for (const auto& one : options) {
    if (one.first == key) return one.second;
  }
  return fallback;
}

void set_option(Options* options, const std::string& key, const std::string& value) {
  static const char* const kOpposites[][2] = {{"ro", "rw"}, {"intr", "nointr"}, {"hard", "soft"}};
  for (auto& one : *options) {
    bool same = one.first == key;
    for (const auto& pair : kOpposites) {
      same = same || (key == pair[0] && one.first == pair[1]) || (key == pair[1] && one.first == pair[0]);
    }
    if (same) {
      one = {key, value};
      return;
    }
  }
  options->emplace_back(key, value);
}

Options default_options() {
  return parse_options(
      "rw,intr,rsize=65536,wsize=65536,timeo=100,retrans=5,numclust=2,maxgroups=0,acregmin=3,acregmax=60,acdirmin=30,"
      "acdirmax=60,minpout=1250,maxpout=2500,sec=sys:krb5:krb5i:krb5p");
}

void Mounts::clear() {
  remove_tree(node_.state("fsid"));
  remove_tree(node_.state("bypath"));
  make_dirs(node_.state("fsid"));
  make_dirs(node_.state("bypath"));
  node_.write("mounts", "");
  node_.write("next-fsid", "0");
}

void Mounts::index(const Mount& mount) const { node_.write(path_file(mount.over), to_line(mount)); }

void Mounts::add(const Mount& mount) { add_all({mount}); }

void Mounts::add_all(const std::vector<Mount>& mounts) {
  const Lock lock(node_.lock_path("mounts"));
  std::string lines;
  for (const auto& mount : mounts) {
    index(mount);
    lines += to_line(mount);
  }
  node_.append("mounts", lines);
}

bool Mounts::remove(const std::string& over) {
  const Lock lock(node_.lock_path("mounts"));
  std::vector<Mount> kept = all();
  bool found = false;
  Mount gone;
  for (size_t i = kept.size(); i-- > 0;) {
    if (kept[i].over == over) {
      gone = kept[i];
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
      found = true;
      break;
    }
  }
  if (!found) return false;
  std::string lines;
  const Mount* below = nullptr;
  bool fs_used = gone.fs.empty();
  for (const auto& mount : kept) {
    lines += to_line(mount);
    if (mount.over == over) below = &mount;
    fs_used = fs_used || mount.fs == gone.fs;
  }
  node_.write("mounts", lines);
  if (below) {
    index(*below);
  } else if (!node_.frozen()) {
    remove_file(node_.state(path_file(over)));
  }
  // nfs 1.1 [GUESS]: the options live as long as the mount.
  if (!fs_used && !node_.frozen()) remove_file(node_.state(fs_file(gone.fs)));
  return true;
}

std::vector<Mount> Mounts::all() const {
  std::vector<Mount> mounts;
  Mount mount;
  for (const auto& line : split(node_.get("mounts"), '\n')) {
    if (from_line(line, &mount)) mounts.push_back(mount);
  }
  return mounts;
}

bool Mounts::at(const std::string& over, Mount* mount) const {
  std::string line;
  if (!node_.read(path_file(over), &line) || line.empty()) return false;
  line.pop_back();
  return from_line(line, mount) && mount->over == over;
}

bool Mounts::covering(const std::string& path, Mount* mount) const {
  if (path.empty() || path[0] != '/') return false;
  std::string at_path = clean_path(path);
  for (;;) {
    if (at(at_path, mount)) return true;
    if (at_path == "/") return false;
    const size_t slash = at_path.rfind('/');
    at_path = slash == 0 ? "/" : at_path.substr(0, slash);
  }
}

bool Mounts::load(const std::string& key, Filesystem* fs) const {
  std::string text;
  if (key.empty() || !node_.read(fs_file(key), &text)) return false;
  auto values = parse_settings(text);
  *fs = Filesystem();
  fs->key = values["key"];
  fs->vfs = values["vfs"];
  fs->remote = values["remote"];
  fs->local = values["local"];
  fs->mounted_from = values["from"];
  fs->current = values["current"];
  if (!values["servers"].empty()) fs->servers = split(values["servers"], ',');
  fs->base = parse_options(values["base"]);
  fs->mounted = parse_options(values["mounted"]);
  fs->options = parse_options(values["options"]);
  fs->exported = values["exported"];
  fs->stale = !values["stale"].empty();
  fs->next = values["next"];
  if (!fs->next.empty()) parse_number(values["swap"], &fs->swap_at);
  return fs->key == key;
}

void Mounts::save(const Filesystem& fs) const {
  std::map<std::string, std::string> values = {{"key", fs.key},
                                               {"vfs", fs.vfs},
                                               {"remote", fs.remote},
                                               {"local", fs.local},
                                               {"from", fs.mounted_from},
                                               {"current", fs.current},
                                               {"servers", join(fs.servers, ",")},
                                               {"base", format_options(fs.base)},
                                               {"mounted", format_options(fs.mounted)},
                                               {"options", format_options(fs.options)}};
  if (!fs.exported.empty()) values["exported"] = fs.exported;
  if (fs.stale) values["stale"] = "yes";
  if (!fs.next.empty()) {
    values["next"] = fs.next;
    values["swap"] = std::to_string(fs.swap_at);
  }
  node_.write(fs_file(fs.key), format_settings(values));
}

std::string Mounts::lock_of(const std::string& key) const { return node_.lock_path("fsid." + bucket(key)); }

std::string Mounts::new_fsid() const {
  const Lock lock(node_.lock_path("next-fsid"));
  long next = 0;
  parse_number(node_.get("next-fsid"), &next);
  node_.write("next-fsid", std::to_string(next + 1));
  // nfs 1.3 [SEEN] 0:42949672973 = (10<<32)+13.
  return "0:" + std::to_string(42949672973L + next);
}

std::string Mounts::current(const Filesystem& fs) const {
  return !fs.next.empty() && node_.clock() >= fs.swap_at ? fs.next : fs.current;
}

}  // namespace aixsim
