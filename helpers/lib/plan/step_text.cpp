// SPDX-License-Identifier: Apache-2.0
#include "plan/step_text.hpp"

#include <algorithm>
#include <string_view>

#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::plan {
namespace {

// An id is BEFORE NAME AFTER DETAIL, behind the word of its purpose. The name is left out where BEFORE has no colon.
struct IdForm {
  Kind kind;
  Action action;
  std::string_view before;
  std::string_view after;
};

// Of forms that begin alike, the one with the longer `after` comes first.
constexpr IdForm id_forms[] = {{Kind::filesystem, Action::repair, "fs:", ":repair"},
                               {Kind::filesystem, Action::reset, "fs:", ":reset"},
                               {Kind::filesystem, Action::set, "fs:", ":"},
                               {Kind::route, Action::add, "route:", ":add"},
                               {Kind::route, Action::remove, "route:", ":delete"},
                               {Kind::route, Action::restore, "route:", ":restore"},
                               {Kind::stored_route, Action::add, "odm:", ":add"},
                               {Kind::stored_route, Action::remove, "odm:", ":delete"},
                               {Kind::stored_route, Action::restore, "odm:", ":restore"},
                               {Kind::tunable, Action::restore, "no:", ":restore"},
                               {Kind::tunable, Action::set, "no:", ""},
                               {Kind::stored_tunable, Action::restore, "nextboot:", ":restore"},
                               {Kind::stored_tunable, Action::set, "nextboot:", ""},
                               {Kind::resolver, Action::restore, "resolver:", ":restore"},
                               {Kind::resolver, Action::set, "resolver:", ""},
                               {Kind::exported, Action::withdraw, "withdraw:", ""},
                               {Kind::exported, Action::withdraw_for_a_moment, "leave:", ""},
                               {Kind::exported, Action::bring_back, "back:", ":"},
                               {Kind::exported, Action::bring_back, "back:", ""},
                               {Kind::exported, Action::set, "export", ""},
                               {Kind::daemon, Action::start, "start:", ""},
                               {Kind::daemon, Action::stop, "stop:", ""},
                               {Kind::mode, Action::set, "mode", ""},
                               {Kind::domain, Action::set, "domain", ""},
                               {Kind::file, Action::set, "file", ""},
                               {Kind::file, Action::back_up, "backup", ""},
                               {Kind::file, Action::write, "write:", ""},
                               {Kind::server, Action::set, "setuphanfs:run", ""}};

constexpr std::string_view purposes[] = {"", "reset:", "undo:", "owed:"};  // in the order of Purpose

bool has_name(const IdForm& form) { return form.before.back() == ':'; }

std::vector<std::string> read_list(std::string_view text) {
  const std::vector<std::string_view> items = text::split_list(text);
  return {items.begin(), items.end()};
}

// The value of "NAME=value" in words between blanks.
std::optional<std::string> value_of(const std::string& text, const std::string& name) {
  for (const std::string_view word : text::split_list(text, " "))
    if (text::starts_with(word, name + "=")) return std::string(word.substr(name.size() + 1));
  return std::nullopt;
}

long read_number(std::string_view text) { return text::whole_number<long>(text).value_or(0); }

// What the journal calls the resource of an expectation, for each alternative of its value.
struct Writer {
  const Resource& resource;

  ExpectationWords operator()(const std::string& value) const {
    const Kind kind = resource.kind;
    return {kind == Kind::tunable          ? "tunable"
            : kind == Kind::stored_tunable ? "nextboot"
            : kind == Kind::daemon         ? "daemon"
            : kind == Kind::domain         ? "domain"
            : kind == Kind::host           ? "host"
            : kind == Kind::stored_route   ? "odm_text"
                                           : "file",
            resource.name, value};
  }
  ExpectationWords operator()(const FilesystemOption& option) const {
    return {"fs", resource.name, option.name + "=" + std::to_string(option.value)};
  }
  ExpectationWords operator()(const RouteEntry& entry) const {
    return {resource.kind == Kind::route ? "default_route" : "odm_route", resource.name,
            "cost=" + std::to_string(entry.cost) + " active_dgd=" + (entry.active_dgd ? "1" : "0") +
                (entry.is_static ? " static=1" : "") + (entry.interface.empty() ? "" : " if=" + entry.interface)};
  }
  ExpectationWords operator()(const EntryCount& count) const {
    return {resource.kind == Kind::route ? "default_rows" : "odm_rows", resource.name, std::to_string(count.entries)};
  }
  ExpectationWords operator()(const LiveGateway& live) const {
    return {live.another ? "other_default" : "live_default", resource.name,
            text::joined(live.among, ",") + (live.another && live.itself ? " itself=1" : "") +
                (live.comes_back ? " comes_back_at=" + std::to_string(live.comes_back->cost) +
                                       (live.comes_back->active_dgd ? " active_dgd=1" : "")
                                 : "")};
  }
  ExpectationWords operator()(const ExportRows& rows) const {
    using Match = ExportRows::Match;
    const char* kind = rows.match == Match::all      ? "exported"
                       : rows.match == Match::one    ? "exports"
                       : rows.match == Match::served ? "serves"
                                                     : "serves-now";
    return {kind, resource.name, rows.rows};
  }
  ExpectationWords operator()(const ServerMode& mode) const {
    return {"mode", mode.replication ? "on" : "off", text::joined(mode.daemons, ",")};
  }
  ExpectationWords operator()(const ServerState& state) const {
    const char* mode = !state.replication ? "unknown" : *state.replication ? "on" : "off";
    return {"server",
            std::string("mode=") + mode + (state.domain ? " domain=" + *state.domain : "") +
                " daemons=" + text::joined(state.daemons, ",") + (state.node.empty() ? "" : " node=" + state.node) +
                (state.addresses.empty() ? "" : " addresses=" + text::joined(state.addresses, ",")),
            state.exports};
  }
};

ServerState read_server_state(const std::string& situation, const std::string& exports) {
  ServerState state;
  const std::string mode = value_of(situation, "mode").value_or("");
  if (mode == "on" || mode == "off") state.replication = mode == "on";
  state.domain = value_of(situation, "domain");
  state.daemons = read_list(value_of(situation, "daemons").value_or(""));
  state.exports = exports;
  state.node = value_of(situation, "node").value_or("");
  state.addresses = read_list(value_of(situation, "addresses").value_or(""));
  return state;
}

}  // namespace

std::string text_of(const Step& step) { return step.file ? "write " + step.file->path : run::command_text(step.argv); }

std::string text_of(const Expectation& expectation) {
  const ExpectationWords words = words_of(expectation);
  const auto* live = std::get_if<LiveGateway>(&expectation.value);
  if (live == nullptr) return words[0] + " " + words[1];
  std::string text = live->itself ? "an answer of " + expectation.resource.name + " to a ping" : "";
  if (!live->another) return text;
  if (!text.empty()) text += ", and ";
  text += "another default gateway that is there, not held for dead, and answers a ping (";
  return text + (live->among.empty() ? "there is none" : text::joined(live->among, ", ")) + ")";
}

std::string id_of(const Step& step) {
  const auto& [kind, name] = step.resource;
  const Action action = step.action;
  const bool detailed = !step.detail.empty();
  if (kind == Kind::host) return step.detail + "/" + name;
  if (step.purpose == Purpose::undo && action == Action::withdraw) return "undo:" + name;
  for (const IdForm& form : id_forms) {
    if (form.kind != kind || form.action != action || (form.after == ":" && !detailed)) continue;
    std::string id(purposes[static_cast<std::size_t>(step.purpose)]);
    return id.append(form.before).append(has_name(form) ? name : "").append(form.after).append(step.detail);
  }
  return name;
}

void read_id(const std::string& id, Step& step) {
  std::string_view rest = id;
  for (std::size_t i = 1; i < std::size(purposes); ++i) {
    if (!text::starts_with(rest, purposes[i])) continue;
    step.purpose = static_cast<Purpose>(i);
    rest.remove_prefix(purposes[i].size());
    break;
  }
  if (step.purpose == Purpose::undo && text::starts_with(rest, "/")) {
    step.action = Action::withdraw;
    step.resource = {Kind::exported, std::string(rest)};
    return;
  }
  for (const IdForm& form : id_forms) {
    if (!text::starts_with(rest, form.before) || (!has_name(form) && rest != form.before)) continue;
    const std::string_view name = rest.substr(form.before.size());
    const std::size_t end = form.after.empty() ? name.size() : name.rfind(form.after);
    if (end == std::string_view::npos) continue;
    const std::string_view detail = name.substr(end + form.after.size());
    if (detail.find(':') != std::string_view::npos) continue;  // `after` is a part of the name
    step.action = form.action;
    step.detail = detail;
    step.resource = {form.kind, std::string(name.substr(0, end))};
    return;
  }
  step.purpose = Purpose::change;
  step.resource = {Kind::other, id};
}

ExpectationWords words_of(const Expectation& expectation) {
  return std::visit(Writer{expectation.resource}, expectation.value);
}

std::optional<Expectation> read_expectation(const ExpectationWords& words) {
  const auto& [kind, name, value] = words;
  const auto rows = [&name = name, &value = value](ExportRows::Match match) {
    return Expectation{{Kind::exported, name}, ExportRows{match, value}};
  };
  if (kind == "tunable") return Expectation{{Kind::tunable, name}, value};
  if (kind == "nextboot") return Expectation{{Kind::stored_tunable, name}, value};
  if (kind == "daemon") return Expectation{{Kind::daemon, name}, value};
  if (kind == "domain") return Expectation{{Kind::domain, name}, value};
  if (kind == "host") return Expectation{{Kind::host, name}, value};
  if (kind == "file") return Expectation{{Kind::file, name}, value};
  if (kind == "exported") return rows(ExportRows::Match::all);
  if (kind == "exports") return rows(ExportRows::Match::one);
  if (kind == "serves") return rows(ExportRows::Match::served);
  if (kind == "serves-now") return rows(ExportRows::Match::served_now);
  if (kind == "mode") return Expectation{{Kind::mode, ""}, ServerMode{name == "on", read_list(value)}};
  if (kind == "server") return Expectation{{Kind::server, ""}, read_server_state(name, value)};
  if (kind == "odm_text") return Expectation{{Kind::stored_route, name}, value};
  if (kind == "live_default") return Expectation{{Kind::route, name}, LiveGateway{{}, false, true}};
  if (kind == "other_default") {
    LiveGateway live{read_list(value.substr(0, value.find(' '))), true, value_of(value, "itself") == "1"};
    if (const auto cost = value_of(value, "comes_back_at"))
      live.comes_back = RouteEntry{read_number(*cost), value_of(value, "active_dgd") == "1"};
    return Expectation{{Kind::route, name}, std::move(live)};
  }
  if (kind == "fs") {
    const std::string option = value.substr(0, value.find('='));
    return Expectation{{Kind::filesystem, name},
                       FilesystemOption{option, read_number(value_of(value, option).value_or(""))}};
  }
  const Resource route{text::starts_with(kind, "odm") ? Kind::stored_route : Kind::route, name};
  if (kind == "default_rows" || kind == "odm_rows")
    return Expectation{route, EntryCount{static_cast<std::size_t>(read_number(value))}};
  if (kind == "default_route" || kind == "odm_route")
    return Expectation{
        route, RouteEntry{read_number(value_of(value, "cost").value_or("")), value_of(value, "active_dgd") == "1",
                          value_of(value, "static") == "1", value_of(value, "if").value_or("")}};
  return std::nullopt;
}

}  // namespace hanfs::plan
