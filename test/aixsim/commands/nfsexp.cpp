// SPDX-License-Identifier: Apache-2.0
// lsnfsexp, mknfsexp, chnfsexp, rmnfsexp: lines of /etc/exports, and the same in the kernel unless told otherwise.
#include <algorithm>

#include "commands/command.hpp"
#include "state/exports.hpp"

namespace aixsim {
namespace {

bool common(const Export& a, const Export& b) {
  const auto one = a.versions(), other = b.versions();
  return std::any_of(one.begin(), one.end(), [&](const std::string& v) { return other.count(v) != 0; });
}

// The lines of the file that do not belong to `is_ours` stay as they are, comments included.
template <class IsOurs>
std::string without(const std::string& text, IsOurs is_ours) {
  std::string kept, whole;
  for (const auto& line : split(text, '\n')) {
    whole += line + "\n";
    if (ends_with(line, "\\")) continue;
    const auto parsed = parse_exports(whole);
    if (parsed.empty() || !is_ours(parsed[0])) kept += whole;
    whole.clear();
  }
  // split() returns an empty piece after the last newline
  return ends_with(text, "\n") || text.empty() ? kept.substr(0, kept.size() - 1) : kept;
}

struct Wish {
  std::string dir, file = "/etc/exports", version;
  std::string type, hosts;
  char when = 'B';
  Options options;  // everything but ro, rw
  bool exclude = false, include = false, bad = false;
};

std::string colons(const std::string& list) { return join(split(list, ','), ":"); }

Wish parse(const Call& call, bool removes) {
  Wish wish;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg.size() < 2 || arg[0] != '-') {
      wish.bad = true;
      continue;
    }
    for (size_t k = 1; k < arg.size() && !wish.bad; ++k) {
      const char flag = arg[k];
      if (std::string("IBN").find(flag) != std::string::npos) {
        wish.when = flag;
        continue;
      }
      if (!removes && std::string("snPpxX").find(flag) != std::string::npos) {
        if (flag == 'x') wish.exclude = true;
        if (flag == 'X') wish.include = true;
        if (flag == 's') wish.options.emplace_back("secure", "");
        if (flag == 'P') wish.options.emplace_back("public", "");
        continue;
      }
      if (std::string(removes ? "dfV" : "dfVtharcevDSGgo").find(flag) == std::string::npos) {
        wish.bad = true;
        break;
      }
      std::string value = arg.substr(k + 1);
      if (value.empty() && ++i < call.args.size()) value = call.args[i];
      if (value.empty()) {
        wish.bad = true;
        break;
      }
      if (flag == 'd') wish.dir = clean_path(value);
      if (flag == 'f') wish.file = value;
      if (flag == 'V') wish.version = value;
      if (flag == 't') wish.type = value;
      if (flag == 'h') wish.hosts = colons(value);
      if (flag == 'a') wish.options.emplace_back("anon", value);
      if (flag == 'r') wish.options.emplace_back("root", colons(value));
      if (flag == 'c') wish.options.emplace_back("access", colons(value));
      if (flag == 'e') wish.options.emplace_back("exname", value);
      if (flag == 'v') wish.options.emplace_back("vers", colons(value));
      if (flag == 'D') wish.options.emplace_back("deleg", value);
      if (flag == 'S') wish.options.emplace_back("sec", colons(value));
      if (flag == 'G') wish.options.emplace_back("refer", value);
      if (flag == 'g') wish.options.emplace_back("replicas", value);
      if (flag == 'o') wish.options.emplace_back("scatter", value);
      break;
    }
  }
  static const Strings kTypes = {"", "rw", "ro", "rm", "remove"};
  if (std::find(kTypes.begin(), kTypes.end(), wish.type) == kTypes.end()) wish.bad = true;
  if (wish.dir.empty() || wish.dir[0] != '/') wish.bad = true;
  return wish;
}

void apply_wish(const Wish& wish, Options* options) {
  for (const auto& [key, value] : wish.options) set_option(options, key, value);
  if (wish.type == "ro") set_option(options, "ro", "");
  if (wish.type == "rw") set_option(options, "rw", "");
  if (wish.type == "rm" || wish.type == "remove") set_option(options, "rw", wish.hosts);
  if (wish.exclude) set_option(options, "noauto", "");
  if (wish.include) {
    options->erase(
        std::remove_if(options->begin(), options->end(), [](const Option& o) { return o.first == "noauto"; }),
        options->end());
  }
}

// Changes what the kernel exports; AIX runs exportfs for this, too.
int export_now(Call& call, const char* command, const Export& one) {
  bool again = false;
  const std::string why = Exports(call.node).add(one, &again);
  if (why.empty()) return 0;
  return call.fail("exportfs: " + why + "\n" + command + ": " + one.dir + " could not be exported\n");
}

int usage(Call& call, const std::string& command) {
  const std::string flags = command == "rmnfsexp" ? " -d Directory [-V Version] [-f Exports_file] [-I | -B | -N]\n"
                                                  : " -d Directory [-V Version] [-f Exports_file] [-t "
                                                    "{rw|ro|remove|rm} [-h HostName,...]] [-a UID]\n"
                                                    "       [-r HostName,...] [-c HostName,...] [-s | -n] [-I | -B | "
                                                    "-N] [-P | -p] [-v Version,...]\n"
                                                    "       [-S SecurityFlavor,...] [-D {yes|no}] [-x | -X] [-e "
                                                    "ExternalName] [-G rootpath@host[+host]]\n"
                                                    "       [-g rootpath@host[+host][:rootpath@host[+host]]] [-o "
                                                    "Ordering]\n";
  return call.fail("Usage: " + command + flags);
}

}  // namespace

int cmd_mknfsexp(Call& call) {
  Wish wish = parse(call, false);
  if (wish.bad) return usage(call, "mknfsexp");
  if (wish.type.empty()) wish.type = "rw";
  Export one{wish.dir, {}};
  apply_wish(wish, &one.options);
  one.options = ordered(one.options, call.node.variant("export-order"));
  const Lock lock(Exports(call.node).lock());
  std::string text = call.node.file(wish.file);
  for (const auto& other : parse_exports(text)) {
    if (wish.when != 'N' && other.dir == one.dir && common(other, one)) {
      return call.fail("mknfsexp: " + one.dir + " is already in " + wish.file + "\n");
    }
  }
  if (wish.when != 'N') {
    if (!text.empty() && text.back() != '\n') text += "\n";
    call.node.write_path(wish.file, text + one.text() + "\n");
  }
  const int status = wish.when == 'I' ? 0 : export_now(call, "mknfsexp", one);
  if (status != 0 && wish.when == 'B' && call.node.is("mknfsexp-failed", "line-removed")) {
    call.node.write_path(wish.file, text);
  }
  return status;
}

int cmd_chnfsexp(Call& call) {
  const Wish wish = parse(call, false);
  if (wish.bad) return usage(call, "chnfsexp");
  const Exports exports(call.node);
  const Lock lock(exports.lock());
  const std::string text = call.node.file(wish.file);
  const auto selected = [&](const Export& one) {
    return one.dir == wish.dir && (wish.version.empty() || one.versions().count(wish.version) != 0);
  };
  Export one;
  for (const auto& other : wish.when == 'N' ? exports.now() : parse_exports(text)) {
    if (one.dir.empty() && selected(other)) one = other;
  }
  if (one.dir.empty()) return call.fail("chnfsexp: " + wish.dir + " is not in " + wish.file + "\n");
  if (call.node.is("chnfsexp", "resets")) one.options.clear();
  apply_wish(wish, &one.options);
  one.options = ordered(one.options, call.node.variant("export-order"));
  if (wish.when != 'N') {
    // The changed line takes the place of the old one.
    bool placed = false;
    std::string whole, changed;
    const Strings lines = split(text, '\n');
    for (size_t i = 0; i < lines.size(); ++i) {
      if (i + 1 == lines.size() && lines[i].empty()) break;
      whole += lines[i] + "\n";
      if (ends_with(lines[i], "\\")) continue;
      const auto parsed = parse_exports(whole);
      const bool ours = !parsed.empty() && selected(parsed[0]);
      if (!ours) changed += whole;
      if (ours && !placed) changed += one.text() + "\n";
      placed = placed || ours;
      whole.clear();
    }
    call.node.write_path(wish.file, changed);
  }
  if (wish.when == 'I') return 0;
  if (call.node.is("chnfsexp-live", "withdraws")) {
    for (const auto& other : exports.now()) {
      if (!selected(other)) continue;
      const std::string why = exports.remove(wish.dir, "", false);
      if (!why.empty()) return call.fail("exportfs: " + why + "\n");
      break;
    }
  }
  return export_now(call, "chnfsexp", one);
}

int cmd_rmnfsexp(Call& call) {
  const Wish wish = parse(call, true);
  if (wish.bad) return usage(call, "rmnfsexp");
  const Exports exports(call.node);
  const Lock lock(exports.lock());
  const std::string text = call.node.file(wish.file);
  const auto selected = [&](const Export& one) {
    return one.dir == wish.dir && (wish.version.empty() || one.versions().count(wish.version) != 0);
  };
  bool in_file = false, in_kernel = false;
  for (const auto& one : parse_exports(text)) in_file = in_file || selected(one);
  for (const auto& one : exports.now()) in_kernel = in_kernel || selected(one);
  if (wish.when == 'N' ? !in_kernel : !in_file) {
    return call.fail("rmnfsexp: " + wish.dir + " is not " + (wish.when == 'N' ? "exported" : "in " + wish.file) + "\n");
  }
  std::string why;
  if (wish.when != 'I' && in_kernel) why = exports.remove(wish.dir, wish.version, false);
  if (wish.when != 'N' && (why.empty() || call.node.is("rmnfsexp-busy", "line-removed"))) {
    call.node.write_path(wish.file, without(text, selected));
  }
  return why.empty() ? 0 : call.fail("exportfs: " + why + "\n");
}

namespace {

// nfs 4: header and columns known from xCAT's code only.
std::string colon_row(const Node& node, const Export& one, const Strings& columns) {
  const bool commas = node.is("lsnfsexp-separator", ",");
  const std::string empty = node.is("lsnfsexp-empty", "dash") ? "-" : "";
  const auto value = [&](const std::string& key) {
    const std::string text = option(one.options, key);
    return text.empty() ? empty : commas ? join(split(text, ':'), ",") : text;
  };
  Strings words;
  for (const auto& column : columns) {
    if (column == "directory") {
      words.push_back(one.dir);
    } else if (column == "anonuid") {
      words.push_back(value("anon"));
    } else if (column == "public") {
      words.push_back(node.is("lsnfsexp-empty", "dash") ? "no" : "");
    } else if (column == "versions" || column == "version") {
      words.push_back(value("vers"));
    } else if (column == "exname" || column == "refer") {
      words.push_back(value(column));
    } else if (column == "replica" || column == "replicas") {
      words.push_back(value("replicas"));
    } else {
      Strings others;
      for (const auto& [key, text] : one.options) {
        if (key == "anon" || key == "vers" || key == "exname" || key == "refer" || key == "replicas") continue;
        const std::string shown = commas ? join(split(text, ':'), ",") : text;
        others.push_back(shown.empty() ? key : join({key, shown}, "="));
      }
      words.push_back(join(others, ","));
    }
  }
  return join(words, ":") + "\n";
}

}  // namespace

int cmd_lsnfsexp(Call& call) {
  bool colon = false;
  std::string file = "/etc/exports", version, dir;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-c" || arg == "-l") {
      colon = arg == "-c";
    } else if ((arg == "-f" || arg == "-V") && i + 1 < call.args.size()) {
      (arg == "-f" ? file : version) = call.args[++i];
    } else if (starts_with(arg, "-") || !dir.empty()) {
      // nfs 4 [DOC]: there is no -d, though xCAT uses it.
      return call.fail(
          "Usage: lsnfsexp [-c | -l] [Directory] [-V Version] [-f "
          "Exports_file]\n");
    } else {
      dir = clean_path(arg);
    }
  }
  std::vector<Export> shown;
  for (const auto& one : parse_exports(call.node.file(file))) {
    if (!dir.empty() && one.dir != dir) continue;
    if (version.empty() || one.versions().count(version)) shown.push_back(one);
  }
  if (!dir.empty() && shown.empty()) return call.fail("lsnfsexp: " + dir + " is not in " + file + "\n");
  if (!colon) {
    for (const auto& one : shown) call.out += one.text() + "\n";
    return 0;
  }
  static const std::map<std::string, Strings> kHeaders = {
      {"xcat", {"directory", "anonuid", "public", "versions", "exname", "refer", "replica", "allother"}},
      {"names", {"directory", "anonuid", "public", "version", "exname", "refer", "replicas", "other"}},
      {"moved", {"directory", "replica", "versions", "anonuid", "public", "exname", "refer", "allother"}}};
  const Strings& columns = kHeaders.at(call.node.variant("lsnfsexp-header"));
  call.out = "#" + join(columns, ":") + "\n";
  for (const auto& one : shown) call.out += colon_row(call.node, one, columns);
  return 0;
}

}  // namespace aixsim
