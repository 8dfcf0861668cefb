// SPDX-License-Identifier: Apache-2.0
// lsattr, chdev, odmget (routes 3.1 to 3.3).
#include "state/odm.hpp"

#include "commands/command.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

struct Attribute {
  const char *device, *name, *standard, *description;
};
// [SEEN lsattr-El-en0_*, chdev_sys0]; the rows of inet0 are from memory [GUESS].
const Attribute kAttributes[] = {
    {"inet0", "authm", "65536", "Authentication Methods"},
    {"inet0", "bootup_option", "no", "Use BSD-style Network Configuration"},
    {"inet0", "gateway", "", "Gateway"},
    {"inet0", "hostname", "", "Host Name"},
    {"inet0", "rout6", "", "IPv6 Route"},
    {"inet0", "route", "", "Route"},
    {"en0", "alias4", "", "IPv4 Alias including Subnet Mask"},
    {"en0", "alias6", "", "IPv6 Alias including Prefix Length"},
    {"en0", "arp", "on", "Address Resolution Protocol (ARP)"},
    {"en0", "authority", "", "Authorized Users"},
    {"en0", "broadcast", "", "Broadcast Address"},
    {"en0", "mtu", "1500", "Maximum IP Packet Size for This Device"},
    {"en0", "netaddr", "", "Internet Address"},
    {"en0", "netaddr6", "", "IPv6 Internet Address"},
    {"en0", "netmask", "", "Subnet Mask"},
    {"en0", "prefixlen", "", "Prefix Length for IPv6 Internet Address"},
    {"en0", "remmtu", "576", "Maximum IP Packet Size for REMOTE Networks"},
    {"en0", "rfc1323", "", "Enable/Disable TCP RFC 1323 Window Scaling"},
    {"en0", "security", "none", "Security Level"},
    {"en0", "state", "down", "Current Interface Status"},
    {"en0", "tcp_mssdflt", "", "Set TCP Maximum Segment Size"},
    {"en0", "tcp_nodelay", "", "Enable/Disable TCP_NODELAY Option"},
    {"en0", "tcp_recvspace", "", "Set Socket Buffer Space for Receiving"},
    {"en0", "tcp_sendspace", "", "Set Socket Buffer Space for Sending"},
    {"sys0", "maxuproc", "128", "Maximum number of PROCESSES allowed per user"},
};

const Attribute* find_attribute(const std::string& device, const std::string& name) {
  for (const auto& one : kAttributes) {
    if (device == one.device && name == one.name) return &one;
  }
  return nullptr;
}

bool known_device(const std::string& device) { return device == "inet0" || device == "en0" || device == "sys0"; }

// Options of lsattr and chdev: letters, some with a value; false: usage.
bool options(const Strings& args, const std::string& with_value, const std::string& plain,
             std::vector<std::pair<char, std::string>>* found, std::string* why) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i].size() < 2 || args[i][0] != '-') {
      *why = args[i];
      return false;
    }
    for (size_t k = 1; k < args[i].size(); ++k) {
      const char flag = args[i][k];
      if (with_value.find(flag) != std::string::npos) {
        std::string value = args[i].substr(k + 1);
        if (value.empty()) {
          if (i + 1 >= args.size()) {
            *why = strf("-%c", flag);
            return false;
          }
          value = args[++i];
        }
        found->emplace_back(flag, value);
        break;
      }
      if (plain.find(flag) == std::string::npos) {
        *why = strf("-%c", flag);
        return false;
      }
      found->emplace_back(flag, "");
    }
  }
  return true;
}

}  // namespace

int cmd_lsattr(Call& call) {
  std::vector<std::pair<char, std::string>> found;
  std::string why;
  const auto usage = [&] {
    return call.fail(
        "Usage:\nlsattr {-D[-O]|-E[-O]|-P[-O]|-F Format} -l Name [-a Attribute]... [-f File]\n       [-h] [-H]\n"
        "lsattr -R {-l Name} -a Attribute... [-f File] [-h] [-H]\n");
  };
  if (!options(call.args, "laF", "EHOh", &found, &why)) {
    call.err = "lsattr: 0514-548 Unrecognized option " + why + "\n";
    return usage();
  }
  std::string device, format;
  Strings wanted;
  bool effective = false, header = false;
  for (const auto& [flag, value] : found) {
    if (flag == 'l') device = value;
    if (flag == 'F') format = value;
    if (flag == 'a') wanted.push_back(value);
    if (flag == 'E') effective = true;
    if (flag == 'H') header = true;
    if (flag == 'O' || flag == 'h') return call.fail(strf("lsattr: -%c is not simulated\n", flag));
  }
  if (device.empty() || !effective) return usage();
  if (!known_device(device)) {
    return call.fail(
        "lsattr: 0514-519 The following device was not found in the customized\n\tdevice configuration database:\n\t" +
        device + "\n");
  }
  for (const auto& name : wanted) {
    if (!find_attribute(device, name)) {
      return call.fail("lsattr: 0514-528 The \"" + name +
                       "\" attribute does not exist in the predefined\n"
                       "\tdevice configuration database.\n");
    }
  }
  const Odm odm(call.node);
  std::vector<Strings> rows;
  for (const auto& one : kAttributes) {
    if (device != one.device) continue;
    bool chosen = wanted.empty();
    for (const auto& name : wanted) chosen = chosen || name == one.name;
    if (!chosen) continue;
    Strings values = odm.values(device, one.name);
    if (values.empty() &&
        !(wanted.size() == 1 && std::string(one.name) == "route" && call.node.is("lsattr-empty", "none"))) {
      values.push_back(one.standard);
    }
    for (size_t i = 0; i < values.size(); ++i) {
      const bool continued = i > 0 && call.node.is("lsattr-rows", "continuation");
      rows.push_back(continued ? Strings{"", values[i], "", ""}
                               : Strings{one.name, values[i], one.description, "True"});
    }
  }
  if (format.empty()) {
    call.out = lsattr_table(rows, header);
    return 0;
  }
  // Format is a list of column names; AIX wants the separator between them, one blank for ours.
  for (const auto& row : rows) {
    Strings cells;
    for (const auto& column : split(format, ' ')) {
      const size_t at = column == "attribute"       ? 0
                        : column == "value"         ? 1
                        : column == "description"   ? 2
                        : column == "user_settable" ? 3
                                                    : 9;
      if (at == 9) return call.fail("lsattr: 0514-549 Unknown format column " + column + "\n");
      cells.push_back(row[at]);
    }
    call.out += join(cells, " ") + "\n";
  }
  return 0;
}

namespace {

int method_error(Call& call, const std::string& text, const std::string& code = "0514-068 Cause not known.") {
  return call.fail("Method error (/usr/lib/methods/chginet):\n        " + code + "\n" + text);
}

struct Change {
  bool permanent_only = false, kernel_only = false;
};

int add_route(Call& call, const std::string& value, const Change& how) {
  const StoredRoute route = parse_stored(value);
  const bool too_new = call.node.is("chdev-input", "short") && split(value, ',').size() > 9;
  if (!route.valid || too_new) {
    return method_error(
        call, "",
        "0514-018 The values specified for the following attributes\n                are not valid:\n     route");
  }
  const Odm odm(call.node);
  const Lock lock(odm.lock());
  auto objects = odm.load();
  const std::string form = call.node.variant("odm-string");
  const std::string stored = form == "as-given" ? value : format_stored(route, form);
  if (!how.kernel_only) {
    for (const auto& object : objects) {
      // routes 3.1: adding a value that exists fails.
      if (object.name == "inet0" && object.attribute == "route" && object.value == stored) {
        return method_error(call, "0821-279 writing to routing socket: File exists\n");
      }
    }
  }
  const auto store = [&] {
    objects.push_back({"inet0", "route", stored, "R", "DU", "s", 0});
    odm.save(objects);
  };
  if (!how.permanent_only) {
    Call kernel{call.node, {}, "", "", false};
    Strings words = route.route_words();
    words.insert(words.begin(), {"-n", "add"});
    if (run_route(kernel, words) != 0) {
      if (call.node.is("chdev-partial", "odm") && !how.kernel_only) store();
      return method_error(call, kernel.err);
    }
  }
  if (!how.kernel_only) store();
  return 0;
}

int delete_route(Call& call, const std::string& value, const Change& how) {
  if (how.permanent_only && call.node.is("chdev-delroute-P", "refused")) {
    return method_error(
        call, "",
        "0514-018 The values specified for the following attributes\n                are not valid:\n     delroute");
  }
  const StoredRoute route = parse_stored(value);
  const Odm odm(call.node);
  const Lock lock(odm.lock());
  auto objects = odm.load();
  size_t at = objects.size();
  for (size_t i = 0; i < objects.size(); ++i) {
    if (objects[i].name != "inet0" || objects[i].attribute != "route") continue;
    // [DOC S7] exactly the stored string; 10.14 says nobody knows for sure.
    const bool same = objects[i].value == value ||
                      (call.node.is("delroute", "meaning") && route.valid && parse_stored(objects[i].value) == route);
    if (same && at == objects.size()) at = i;
  }
  if (!route.valid || (at == objects.size() && !how.kernel_only)) {
    return method_error(
        call, "",
        "0514-018 The values specified for the following attributes\n                are not valid:\n     delroute");
  }
  if (!how.permanent_only) {
    Call kernel{call.node, {}, "", "", false};
    Strings words = {"-n", "delete", route.type == "host" ? "-host" : "-net", route.destination};
    if (!route.mask.empty()) words.insert(words.end(), {"-netmask", route.mask});
    words.push_back(route.gateway);
    if (run_route(kernel, words) != 0) {
      if (call.node.is("chdev-partial", "odm") && !how.kernel_only) {
        objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(at));
        odm.save(objects);
      }
      return method_error(call, kernel.err);
    }
  }
  if (!how.kernel_only) {
    objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(at));
    odm.save(objects);
  }
  return 0;
}

void set_value(const Node& node, const std::string& device, const std::string& name, const std::string& value) {
  const Odm odm(node);
  const Lock lock(odm.lock());
  auto objects = odm.load();
  for (auto& object : objects) {
    if (object.name == device && object.attribute == name) {
      object.value = value;
      odm.save(objects);
      return;
    }
  }
  objects.push_back({device, name, value, "R", "DU", "s", 0});
  odm.save(objects);
}

}  // namespace

int cmd_chdev(Call& call) {
  std::vector<std::pair<char, std::string>> found;
  std::string why;
  const auto usage = [&] {
    return call.fail(
        "Usage:\nchdev -l Name [-p ParentName] [-w ConnectionLocation] [-f File]\n"
        "      [-h] [-q] [-P | -T | -U] [-a Attribute=Value]...\n");
  };
  if (!options(call.args, "la", "PTUqh", &found, &why)) {
    call.err = "chdev: 0514-548 Unrecognized option " + why + "\n";
    return usage();
  }
  std::string device;
  Strings changes;
  Change how;
  bool quiet = false;
  for (const auto& [flag, value] : found) {
    if (flag == 'l') device = value;
    if (flag == 'a') changes.push_back(value);
    if (flag == 'P') how.permanent_only = true;
    if (flag == 'T') how.kernel_only = true;
    if (flag == 'q') quiet = true;
    if (flag == 'h' || flag == 'U') return usage();  // -U is for other devices [3.1]
  }
  if (device.empty() || (how.permanent_only && how.kernel_only)) return usage();
  if (!known_device(device)) {
    return call.fail(
        "chdev: 0514-519 The following device was not found in the customized\n\tdevice configuration "
        "database:\n\tname = '" +
        device + "'\n");
  }
  if (call.node.is("chdev-diskless", "fails") && call.node.setting("standalone") != "yes") {
    return call.fail("chdev: 0514-503 Cannot lock the /etc/objrepos/config_lock file.\n");
  }
  for (const auto& change : changes) {
    const size_t at = change.find('=');
    const std::string name = change.substr(0, at);
    const bool deletes = device == "inet0" && name == "delroute";
    if (at == std::string::npos || (!deletes && !find_attribute(device, name))) {
      return call.fail(
          "chdev: 0514-018 The values specified for the following attributes\n                are not valid:\n     " +
          name + "\n");
    }
  }
  for (const auto& change : changes) {
    const size_t at = change.find('=');
    const std::string name = change.substr(0, at), value = change.substr(at + 1);
    int status = 0;
    if (device == "inet0" && name == "route") {
      status = add_route(call, value, how);
    } else if (device == "inet0" && name == "delroute") {
      status = delete_route(call, value, how);
    } else if (!how.kernel_only) {
      set_value(call.node, device, name, value);
    }
    if (status) return status;
  }
  if (!quiet) call.out = device + " changed\n";  // [SEEN chdev_sys0, mktcpip]
  return 0;
}

int cmd_odmget(Call& call) {
  const auto usage = [&] { return call.fail("odmget: usage: odmget [-q criteria] classname ...\n"); };
  std::string criteria;
  Strings classes;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-q") {
      if (++i >= call.args.size()) return usage();
      criteria = call.args[i];
    } else if (starts_with(arg, "-q")) {
      criteria = arg.substr(2);
    } else if (starts_with(arg, "-")) {
      return usage();
    } else {
      classes.push_back(arg);
    }
  }
  if (classes.empty()) return usage();
  std::map<std::string, std::string> wanted;
  std::string rest = criteria;
  while (!rest.empty()) {
    // name=inet0 and attribute='route'
    size_t at = rest.find(" and "), upper = rest.find(" AND ");
    at = upper < at ? upper : at;
    std::string term = rest.substr(0, at);
    rest = at == std::string::npos ? "" : rest.substr(at + 5);
    const size_t equals = term.find('=');
    if (equals == std::string::npos)
      return call.fail("odmget: 0514-203 The criteria are not valid: " + criteria + "\n");
    const auto trim = [](std::string text) {
      while (!text.empty() && (text.back() == ' ' || text.back() == '\'' || text.back() == '"')) text.pop_back();
      const size_t from = text.find_first_not_of(" '\"");
      return from == std::string::npos ? "" : text.substr(from);
    };
    wanted[trim(term.substr(0, equals))] = trim(term.substr(equals + 1));
  }
  for (const auto& [key, value] : wanted) {
    if (key != "name" && key != "attribute" && key != "value") {
      return call.fail("odmget: 0514-203 " + key + " is not a descriptor of CuAt\n");
    }
  }
  for (const auto& name : classes) {
    if (name == "CuDv" || name == "PdAt" || name == "CuVPD") continue;
    if (name != "CuAt") return call.fail("odmget: Could not retrieve object for " + name + ", odm errno 5904\n");
    for (const auto& object : Odm(call.node).load()) {
      bool match = true;
      for (const auto& [key, value] : wanted) {
        match = match && (key == "name" ? object.name : key == "attribute" ? object.attribute : object.value) == value;
      }
      if (match) call.out += odm_stanza(object);
    }
  }
  return 0;
}

}  // namespace aixsim
