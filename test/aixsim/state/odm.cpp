// SPDX-License-Identifier: Apache-2.0
#include "state/odm.hpp"

namespace aixsim {

bool StoredRoute::operator==(const StoredRoute& o) const {
  return type == o.type && destination == o.destination && gateway == o.gateway && mask == o.mask &&
         interface == o.interface && cost == o.cost && policy == o.policy && weight == o.weight && dgd == o.dgd;
}

Strings StoredRoute::route_words() const {
  Strings words = {type == "host" ? "-host" : "-net", destination, gateway};
  if (!mask.empty()) words.insert(words.begin() + 2, {"-netmask", mask});
  words.insert(words.end(), {"-hopcount", std::to_string(cost)});
  if (!interface.empty()) words.insert(words.end(), {"-if", interface});
  if (dgd) words.push_back("-active_dgd");
  if (policy) words.insert(words.end(), {"-policy", std::to_string(policy)});
  if (weight != 1) words.insert(words.end(), {"-weight", std::to_string(weight)});
  if (is_static) words.push_back("-static");
  return words;
}

StoredRoute parse_stored(const std::string& text) {
  StoredRoute route;
  Strings plain;
  const Strings words = split(text, ',');
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.empty()) continue;
    const std::string next = i + 1 < words.size() ? words[i + 1] : "";
    if (word == "-hopcount" || word == "-policy" || word == "-weight") {
      long number = 0;
      if (!parse_number(next, &number)) return route;
      (word == "-hopcount" ? route.cost : word == "-policy" ? route.policy : route.weight) = number;
      ++i;
    } else if (word == "-netmask") {
      route.mask = next;
      ++i;
    } else if (word == "-if") {
      route.interface = next;
      ++i;
    } else if (word == "-active_dgd") {
      route.dgd = true;
    } else if (word == "-static") {
      route.is_static = true;
    } else if (word == "-interface" || word == "-cloning") {
    } else if (word[0] == '-') {
      return route;
    } else {
      plain.push_back(word);
    }
  }
  if (plain.size() < 3 || plain.size() > 4 || (plain[0] != "net" && plain[0] != "host")) return route;
  route.type = plain[0];
  route.destination = plain[1] == "default" || plain[1] == "0.0.0.0" ? "0" : plain[1];
  route.gateway = plain[2];
  route.valid = true;
  return route;
}

std::string format_stored(const StoredRoute& r, const std::string& generation) {
  const std::string cost = "-hopcount," + std::to_string(r.cost);
  const std::string mask = r.mask.empty() ? "," : "-netmask," + r.mask;
  const std::string end = "," + r.destination + "," + r.gateway;
  const std::string dgd = r.dgd ? "-active_dgd" : "";
  if (generation == "plain" && r.cost == 0 && !r.dgd && r.mask.empty()) return r.type + "," + end;
  if (generation == "hopcount5" || generation == "plain") {
    return r.type + "," + cost + "," + (r.mask.empty() ? "" : "-netmask," + r.mask + ",") + dgd + end;
  }
  if (generation == "fields9") return r.type + "," + cost + "," + mask + "," + dgd + "," + end;
  // net,-hopcount,N,,,-active_dgd,,,-static,0,GW (11 fields); with -netmask or -if their field takes two.
  return r.type + "," + cost + "," + (r.mask.empty() ? "" : "-netmask," + r.mask) + "," +
         (r.interface.empty() ? "" : "-if," + r.interface) + "," + dgd + "," +
         (r.policy ? "-policy," + std::to_string(r.policy) : "") + "," +
         (r.weight != 1 ? "-weight," + std::to_string(r.weight) : "") + "," + "-static" + end;
}

std::vector<OdmObject> Odm::load() const {
  std::vector<OdmObject> objects;
  for (const auto& line : split(node_.get("odm"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 7) continue;
    OdmObject object{f[0], f[1], f[2], f[3], f[4], f[5], 0};
    parse_number(f[6], &object.nls_index);
    objects.push_back(object);
  }
  return objects;
}

void Odm::save(const std::vector<OdmObject>& objects) const {
  std::string text;
  for (const auto& o : objects) {
    text += record({o.name, o.attribute, o.value, o.type, o.generic, o.rep, std::to_string(o.nls_index)}) + "\n";
  }
  node_.write("odm", text);
}

std::string Odm::value(const std::string& name, const std::string& attribute, const std::string& fallback) const {
  const Strings found = values(name, attribute);
  return found.empty() ? fallback : found[0];
}

Strings Odm::values(const std::string& name, const std::string& attribute) const {
  Strings found;
  for (const auto& object : load()) {
    if (object.name == name && object.attribute == attribute) found.push_back(object.value);
  }
  return found;
}

}  // namespace aixsim
