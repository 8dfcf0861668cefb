// SPDX-License-Identifier: Apache-2.0
// Kernel tunables of no and nfso: current values in the state, values of the next boot in /etc/tunables/nextboot.
#pragma once
#include "core/node.hpp"

namespace aixsim {

struct Tunable {
  const char *name, *standard, *low, *high, *unit;
  char type;  // D dynamic, R reboot
};

class Tunables {
 public:
  enum Kind { kNo, kNfso };
  Tunables(const Node& node, Kind kind) : node_(node), kind_(kind) {}

  const char* command() const { return kind_ == kNo ? "no" : "nfso"; }
  const Tunable* find(const std::string& name) const;
  const Tunable* all(size_t* count) const;
  std::string value(const std::string& name) const;
  std::string nextboot(const std::string& name) const;
  long number(const std::string& name) const;
  long since(const std::string& name) const;  // simulated clock of the last change, 0 for a default
  void set(const std::string& name, const std::string& value) const;
  void set_nextboot(const std::string& name, const std::string& value) const;
  void reset() const;           // all defaults
  void apply_nextboot() const;  // tunrestore -R

 private:
  void read() const;
  const Node& node_;
  Kind kind_;
  mutable bool read_ = false;
  mutable std::map<std::string, std::pair<std::string, long>> values_;
  mutable bool nextboot_read_ = false;
  mutable std::map<std::string, std::string> nextboot_;
};

const Tunable* tunable_table(Tunables::Kind kind, size_t* count);

}  // namespace aixsim
