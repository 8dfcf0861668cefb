// SPDX-License-Identifier: Apache-2.0
// What is mounted: one list in order of mounting, an index by path, one small file per fsid.
// One look-up costs the same with 10 mounts and with 10,000.
#pragma once
#include "core/node.hpp"

namespace aixsim {

struct Mount {
  std::string vfs, node, mounted, over, options, fs;  // fs: key of its Filesystem, empty for a local one
  long date = 0;
};

using Option = std::pair<std::string, std::string>;  // value empty: a word such as "ro"
using Options = std::vector<Option>;

// What a client knows about one server file system. For nfs4 this is the fsid structure of nfs 1.1.
struct Filesystem {
  std::string key, vfs, remote, local;
  std::string mounted_from;  // the server named at mount time
  std::string current;
  Strings servers;       // in the order of replicas=, the mounting server first
  Options base;          // what resetfsoptions goes back to
  Options mounted;       // in force when it was mounted: what files opened then keep
  Options options;       // in force now
  std::string exported;  // options of the server's export when it was mounted, known for linked servers
  bool stale = false;    // variant server-returns=stale: its server was away and is back, what was open is lost
  long swap_at = -1;     // variant failover=clock: when `next` becomes current
  std::string next;

  Strings replicas(const std::string& now_current) const;  // all servers but the current one
};

Options parse_options(const std::string& text);
std::string format_options(const Options& options);
std::string option(const Options& options, const std::string& key, const std::string& fallback = "");
void set_option(Options* options, const std::string& key, const std::string& value);
// nfs 1.3 [SEEN] keys and order; timeo=100 [DOC mount-opt], retrans=5 [GUESS 2.3].
Options default_options();

class Mounts {
 public:
  explicit Mounts(const Node& node) : node_(node) {}

  void clear();
  void add(const Mount& mount);
  // Many at once (boot): the list is written with one write.
  void add_all(const std::vector<Mount>& mounts);
  bool remove(const std::string& over);
  std::vector<Mount> all() const;
  bool at(const std::string& over, Mount* mount) const;        // exactly this mount point
  bool covering(const std::string& path, Mount* mount) const;  // the mount that a path binds to

  bool load(const std::string& key, Filesystem* fs) const;
  void save(const Filesystem& fs) const;
  std::string lock_of(const std::string& key) const;
  std::string new_fsid() const;

  // Server in use now; with failover=clock it follows the simulated clock.
  std::string current(const Filesystem& fs) const;

 private:
  void index(const Mount& mount) const;
  const Node& node_;
};

std::string clean_path(const std::string& path);

}  // namespace aixsim
