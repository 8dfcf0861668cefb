// SPDX-License-Identifier: Apache-2.0
// The ODM class CuAt of the node: survives a boot.
#pragma once
#include "core/format.hpp"
#include "core/node.hpp"

namespace aixsim {

// A route attribute by meaning (routes 3.2, parsing rule).
struct StoredRoute {
  std::string type, destination, gateway, mask, interface;
  long cost = 0, policy = 0, weight = 1;
  bool dgd = false, is_static = false;
  bool valid = false;

  bool operator==(const StoredRoute& other) const;
  Strings route_words() const;  // words for route add or delete, after the verb
};
StoredRoute parse_stored(const std::string& text);
// In a generation: fields11, fields9, hopcount5, plain.
std::string format_stored(const StoredRoute& route, const std::string& generation);

class Odm {
 public:
  explicit Odm(const Node& node) : node_(node) {}
  std::vector<OdmObject> load() const;
  void save(const std::vector<OdmObject>& objects) const;
  std::string lock() const { return node_.lock_path("odm"); }
  // First value of an attribute, or the fallback.
  std::string value(const std::string& name, const std::string& attribute, const std::string& fallback = "") const;
  Strings values(const std::string& name, const std::string& attribute) const;

 private:
  const Node& node_;
};

}  // namespace aixsim
