// SPDX-License-Identifier: Apache-2.0
#include "state/src.hpp"

#include <algorithm>

#include "core/outside.hpp"
#include "state/clients.hpp"
#include "state/exports.hpp"

namespace aixsim {
namespace {

long long now_ms() { return now_us() / 1000; }

// A variant's value: at-once, msN, never, or looksN (N status queries or two seconds, whichever comes first).
void set_delay(Daemon* daemon, const std::string& value) {
  long number = 0;
  daemon->looks = 0;
  daemon->until = now_ms() + 2000;
  if (starts_with(value, "looks") && parse_number(value.substr(5), &number)) {
    daemon->looks = number;
  } else if (starts_with(value, "ms") && parse_number(value.substr(2), &number)) {
    daemon->until = now_ms() + number;
  } else if (value == "never") {
    daemon->until = now_ms() + 1000LL * 86400 * 365;
  } else {
    daemon->until = 0;
  }
}

}  // namespace

const Strings& nfs_daemons_listed() {
  static const Strings kNames = {"biod", "rpc.statd", "rpc.lockd", "nfsd", "rpc.mountd", "nfsrgyd", "gssd"};
  return kNames;
}

const Strings& nfs_daemons_started() {
  static const Strings kNames = {"biod", "nfsd", "rpc.mountd", "nfsrgyd", "gssd", "rpc.lockd", "rpc.statd"};
  return kNames;
}

void Src::save(const std::vector<Daemon>& daemons) const {
  std::string text;
  for (const auto& d : daemons) {
    text += record({d.name, d.group, d.state, std::to_string(d.pid), std::to_string(d.looks), std::to_string(d.until),
                    d.then}) +
            "\n";
  }
  node_.write("src", text);
}

void Src::reset(const std::vector<Daemon>& daemons) const { save(daemons); }

long Src::new_pid() const {
  long pid = 4587710;
  parse_number(node_.get("next-pid"), &pid);
  node_.write("next-pid", std::to_string(pid + 131074));  // even, as AIX's are
  return pid;
}

void Src::started(Daemon* daemon) const {
  daemon->state = "active";
  daemon->looks = 0;
  daemon->until = 0;
  daemon->then.clear();
  if (daemon->group == "nfs") note_event(node_, {"up", daemon->name, {}, "", {}});
  if (daemon->name != "nfsd") return;
  node_.write("domain-at-start", node_.file("/etc/nfs/local_domain"));
  // chnfs -I: the next start sets the pending replication mode, unless something is exported for v4 [DOC].
  const std::string next = node_.get("nfs-mode-next");
  if (next.empty()) return;
  if (!Exports(node_).any_v4()) node_.write("nfs-mode", next);
  node_.write("nfs-mode-next", "");
}

std::vector<Daemon> Src::look(bool counts) const {
  std::vector<Daemon> all;
  for (const auto& line : split(node_.get("src"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 7) continue;
    Daemon d{f[0], f[1], f[2], 0, 0, 0, f[6]};
    long until = 0;
    parse_number(f[3], &d.pid);
    parse_number(f[4], &d.looks);
    parse_number(f[5], &until);
    d.until = until;
    all.push_back(d);
  }
  bool changed = false;
  for (auto& d : all) {
    if (d.then.empty()) continue;
    const bool by_looks = d.looks > 0;
    if (by_looks && counts) --d.looks, changed = true;
    if (!(by_looks && d.looks == 0) && now_ms() < d.until) continue;
    changed = true;
    if (d.then == "active") {
      started(&d);
    } else {
      if (d.state == "active" && d.group == "nfs") note_event(node_, {"down", d.name, {}, "", {}});
      d.state = "inoperative";
      d.pid = 0;
      d.then.clear();
    }
  }
  if (changed) save(all);
  return all;
}

bool Src::active(const std::string& name) const {
  const Lock held(lock());
  for (const auto& d : look(false)) {
    if (d.name == name) return d.state == "active";
  }
  return false;
}

std::string Src::start(const std::string& name, bool* fine) const {
  auto all = look(false);
  *fine = false;
  for (auto& d : all) {
    if (d.name != name) continue;
    const bool early = d.state == "stopping";
    if (d.state == "active" || d.state == "starting" || (early && node_.is("start-early", "fails"))) {
      return "0513-029 The " + name +
             " Subsystem is already active.\nMultiple instances are not "
             "supported.\n";
    }
    *fine = true;
    const long pid = new_pid();
    std::string message =
        "0513-059 The " + name + " Subsystem has been started. Subsystem PID is " + std::to_string(pid) + ".\n";
    if (early && node_.is("start-early", "lost")) return message;  // the new daemon ends together with the old one
    d.pid = pid;
    const std::string& delay = node_.variant("start-delay");
    if (delay == "at-once" || delay == "dies") {
      started(&d);
    } else {
      d.state = "starting";
      d.then = "active";
      set_delay(&d, delay);
    }
    const bool no_domain =
        name == "nfsrgyd" && node_.is("nfsrgyd-domain", "needs") && node_.file("/etc/nfs/local_domain").empty();
    if (no_domain || (name == "gssd" && node_.is("gssd", "dies")) || (name == "nfsd" && delay == "dies")) {
      d.then = "inoperative";  // it starts, and has ended at the first status query
      d.looks = 1;
      d.until = now_ms() + 50;
    }
    save(all);
    return message;
  }
  return "0513-085 The " + name + " Subsystem is not on file.\n";
}

std::string Src::stop(const std::string& name, bool* fine) const {
  auto all = look(false);
  *fine = false;
  for (auto& d : all) {
    if (d.name != name) continue;
    if (d.state == "inoperative") {
      return "0513-004 The Subsystem or Group, " + name + ", is currently inoperative.\n";
    }
    *fine = true;
    if (d.state == "active" && d.group == "nfs") note_event(node_, {"down", d.name, {}, "", {}});
    if (d.state != "stopping") {
      d.state = "stopping";
      d.then = "inoperative";
      set_delay(&d, node_.variant("stop-delay"));
      if (d.until == 0) {
        d.state = "inoperative";
        d.pid = 0;
        d.then.clear();
      }
    }
    save(all);
    // nfs 4 says nothing about state over a restart: clients take it back, or it is lost.
    if (name == "nfsd" && node_.is("restart-state", "lost")) release_state(node_, "");
    if (name == "nfsd" && node_.is("restart-exports", "dropped")) {
      const Exports exports(node_);
      const Lock held(exports.lock());
      for (const auto& one : exports.now()) exports.remove(one.dir, "", true);
    }
    return "0513-044 The " + name + " Subsystem was requested to stop.\n";
  }
  return "0513-085 The " + name + " Subsystem is not on file.\n";
}

void Src::restart(const std::string& name) const {
  auto all = look(false);
  for (auto& d : all) {
    if (d.name != name || d.state == "inoperative") continue;
    if (d.state == "active" && d.group == "nfs") note_event(node_, {"down", d.name, {}, "", {}});
    d.pid = new_pid();
    const std::string& delay = node_.variant("chnfs-settle");
    if (delay == "at-once") {
      started(&d);
      continue;
    }
    d.state = "starting";
    d.then = "active";
    set_delay(&d, delay);
  }
  save(all);
}

}  // namespace aixsim
