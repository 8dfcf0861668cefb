// SPDX-License-Identifier: Apache-2.0
// no and nfso (routes 1.3 and 1.4, nfs 3). Message texts and codes of errors are guesses.
#include "state/tunables.hpp"

#include "commands/command.hpp"
#include "core/format.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

struct Tool {
  Call& call;
  Tunables tunables;
  bool permanent = false, reboot = false;
  std::string name;

  int usage(const std::string& why = "") const {
    if (!why.empty()) call.err += name + ": " + why + "\n";
    call.err += "usage: " + name + " -h [tunable] | {[-F] -L [tunable]} | {[-F] -x [tunable]}\n";
    call.err += "       " + name + " [-p|-r] (-a [-F] | {-o tunable})\n";
    call.err += "       " + name + " [-p|-r] [-y] (-D | ({-d tunable} {-o tunable=value}))\n";
    return 1;
  }

  bool hidden(const std::string& tunable) const {
    return name == "nfso" && tunable == "nfs_v4_fail_over_timeout" && call.node.is("nfso", "unknown");
  }

  int unknown(const std::string& tunable) const {
    return call.fail("Unknown tunable: " + tunable + "\n" + name + ": the tunable '" + tunable + "' does not exist.\n");
  }

  std::string shown(const std::string& tunable) const {
    if (reboot) return tunables.nextboot(tunable);
    const std::string value = tunables.value(tunable);
    if (permanent && value != tunables.nextboot(tunable)) return "NONE";  // [DOC S2]
    return value;
  }

  int list() const {
    size_t count = 0;
    const Tunable* all = tunables.all(&count);
    std::vector<std::pair<std::string, std::string>> values;
    for (size_t i = 0; i < count; ++i) {
      if (!hidden(all[i].name)) values.emplace_back(all[i].name, shown(all[i].name));
    }
    call.out += tunables_list(values);
    return 0;
  }

  // name,current,default,reboot,min,max,unit,type [DOC S2]
  std::string row(const Tunable& one) const {
    std::string low = one.low, high = one.high, unit = one.unit;
    if (call.node.is("no-x-range", "empty")) low = high = unit = "";
    if (call.node.is("no-x-range", "na")) low = high = unit = "n/a";
    return std::string(one.name) + "," + tunables.value(one.name) + "," + one.standard + "," +
           tunables.nextboot(one.name) + "," + low + "," + high + "," + unit + "," + one.type + "\n";
  }

  int machine(const std::string& tunable) const {
    const std::string support = name == "no"                   ? call.node.variant("no-x")
                                : call.node.is("nfso-x", "no") ? "unsupported"
                                                               : "both";
    if (support == "unsupported" || (support == "list-only" && !tunable.empty()) ||
        (support == "name-only" && tunable.empty())) {
      return usage("illegal option -- x");
    }
    size_t count = 0;
    const Tunable* all = tunables.all(&count);
    bool found = false;
    for (size_t i = 0; i < count; ++i) {
      if (hidden(all[i].name) || (!tunable.empty() && tunable != all[i].name)) continue;
      call.out += row(all[i]);
      found = true;
    }
    return found ? 0 : unknown(tunable);
  }

  // routes 1.4 [SEEN no-p-o_one-tunable]: "Setting X to V", then "... in nextboot file".
  int assign(const std::string& tunable, const std::string& value) const {
    const Tunable* known = tunables.find(tunable);
    if (!known || hidden(tunable)) return unknown(tunable);
    long number = 0, low = 0, high = 0;
    const bool numeric = std::string(known->standard).find_first_not_of("0123456789") == std::string::npos;
    if (value.empty() || (numeric && !parse_number(value, &number))) {
      return call.fail("Invalid value " + value + " for tunable " + tunable + "\n");
    }
    if (parse_number(known->low, &low) && parse_number(known->high, &high) && (number < low || number > high)) {
      return call.fail(strf("Value for %s is out of range: %s, valid range is %ld - %ld\n", tunable.c_str(),
                            value.c_str(), low, high));
    }
    if (known->type == 'R' && !reboot) {
      return call.fail("The tunable " + tunable + " is of type Reboot: use -r.\n");
    }
    if (!reboot) {
      if (starts_with(tunable, "dgd_")) Routes(call.node).keep_found();
      tunables.set(tunable, value);
      call.out += "Setting " + tunable + " to " + value + "\n";
    }
    if (permanent || reboot) {
      tunables.set_nextboot(tunable, value);
      call.out += "Setting " + tunable + " to " + value + " in nextboot file\n";
    }
    return 0;
  }

  int one(const std::string& word) const {
    const size_t at = word.find('=');
    if (at != std::string::npos) return assign(word.substr(0, at), word.substr(at + 1));
    const Tunable* known = tunables.find(word);
    if (!known || hidden(word)) return unknown(word);
    call.out += word + " = " + shown(word) + "\n";
    return 0;
  }
};

int run(Call& call, Tunables::Kind kind) {
  Tool tool{call, Tunables(call.node, kind), false, false, kind == Tunables::kNo ? "no" : "nfso"};
  enum { kNone, kList, kMachine, kHelp } mode = kNone;
  std::vector<std::pair<char, std::string>> work;
  std::string operand;
  const Strings& args = call.args;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') {
      if (mode == kNone || mode == kList || !operand.empty()) return tool.usage("unexpected argument " + arg);
      operand = arg;
      continue;
    }
    for (size_t k = 1; k < arg.size(); ++k) {
      const char flag = arg[k];
      if (flag == 'o' || flag == 'd') {
        std::string value = arg.substr(k + 1);
        if (value.empty()) {
          if (i + 1 >= args.size()) return tool.usage(strf("option requires an argument -- %c", flag));
          value = args[++i];
        }
        work.emplace_back(flag, value);
        break;
      }
      if (flag == 'p') {
        tool.permanent = true;
      } else if (flag == 'r') {
        tool.reboot = true;
      } else if (flag == 'a') {
        mode = kList;
      } else if (flag == 'x') {
        mode = kMachine;
      } else if (flag == 'h') {
        mode = kHelp;
      } else if (flag == 'D') {
        work.emplace_back('D', "");
      } else if (flag != 'F' && flag != 'y') {
        return tool.usage(strf("illegal option -- %c", flag));
      }
    }
  }
  if (tool.permanent && tool.reboot) return tool.usage("-p and -r are exclusive");
  if (mode == kList && work.empty()) return tool.list();
  if (mode == kMachine && work.empty()) return tool.machine(operand);
  if (mode == kHelp && work.empty()) {
    if (!operand.empty() && !tool.tunables.find(operand)) return tool.unknown(operand);
    call.out += "Help for tunable " + operand + " is not simulated.\n";
    return 0;
  }
  if (mode != kNone || work.empty()) return tool.usage();
  int status = 0;
  for (const auto& [flag, word] : work) {
    int result = 0;
    if (flag == 'o') {
      result = tool.one(word);
    } else if (flag == 'd') {
      const Tunable* known = tool.tunables.find(word);
      result = known ? tool.assign(word, known->standard) : tool.unknown(word);
    } else {
      tool.tunables.reset();
    }
    status = result ? result : status;
  }
  return status;
}

}  // namespace

int cmd_no(Call& call) { return run(call, Tunables::kNo); }
int cmd_nfso(Call& call) { return run(call, Tunables::kNfso); }

}  // namespace aixsim
