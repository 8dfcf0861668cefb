// SPDX-License-Identifier: Apache-2.0
#include "plan/step_text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::plan {
namespace {

template <class T>
struct Word {
  T meaning;
  std::string_view word;
};

constexpr Word<Purpose> purposes[] = {{Purpose::reset, "reset:"}, {Purpose::undo, "undo:"}, {Purpose::repay, "owed:"}};

// KIND:NAME:ACTION, where name or action may be missing.
constexpr Word<Kind> id_kinds[] = {
    {Kind::filesystem, "fs"},     {Kind::route, "route"},      {Kind::stored_route, "odm"}, {Kind::tunable, "no"},
    {Kind::resolver, "resolver"}, {Kind::mode, "mode"},        {Kind::domain, "domain"},    {Kind::exported, "export"},
    {Kind::file, "file"},         {Kind::server, "setuphanfs"}};
constexpr Word<Action> id_actions[] = {{Action::add, "add"},
                                       {Action::remove, "delete"},
                                       {Action::repair, "repair"},
                                       {Action::reset, "reset"},
                                       {Action::restore, "restore"}};

// ACTION:NAME:DETAIL, where name or detail may be missing.
struct LeadingAction {
  Action action;
  std::string_view word;
  Kind kind;
};
constexpr LeadingAction leading_actions[] = {
    {Action::withdraw, "withdraw", Kind::exported}, {Action::withdraw_for_a_moment, "leave", Kind::exported},
    {Action::bring_back, "back", Kind::exported},   {Action::start, "start", Kind::daemon},
    {Action::stop, "stop", Kind::daemon},           {Action::write, "write", Kind::file},
    {Action::back_up, "backup", Kind::file}};

template <class Table, class Same>
std::string_view word_in(const Table& table, Same same) {
  const auto found = std::find_if(std::begin(table), std::end(table), same);
  return found == std::end(table) ? std::string_view{} : found->word;
}

std::string_view word_of(Kind kind) {
  return word_in(id_kinds, [&](const auto& entry) { return entry.meaning == kind; });
}

std::string joined(std::string_view a, std::string_view b, const char* between = ":") {
  std::string text(a);
  if (!a.empty() && !b.empty()) text += between;
  return text.append(b);
}

bool begins_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// Takes `word` from the front of the id, with the colon behind it. False: the id begins with something else.
bool take_word(std::string_view& id, std::string_view word) {
  if (id != word && !begins_with(id, std::string(word) + ":")) return false;
  id.remove_prefix(std::min(id.size(), word.size() + 1));
  return true;
}

// "/home:0" -> "/home" and "0".
std::string_view take_after_last_colon(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view tail = text.substr(colon + 1);
  text = text.substr(0, colon);
  return tail;
}

bool read_leading_action(std::string_view id, Step& step) {
  for (const LeadingAction& entry : leading_actions) {
    if (!take_word(id, entry.word)) continue;
    step.action = entry.action;
    if (entry.action == Action::bring_back && !id.empty() && std::isdigit(static_cast<unsigned char>(id.back())) != 0)
      step.detail = take_after_last_colon(id);
    step.resource = {entry.kind, std::string(id)};
    return true;
  }
  return false;
}

bool read_kind(std::string_view id, Step& step) {
  for (const Word<Kind>& entry : id_kinds) {
    if (!take_word(id, entry.word)) continue;
    std::string_view action = take_after_last_colon(id);
    for (const Word<Action>& known : id_actions) {
      if (!begins_with(action, known.word)) continue;
      step.action = known.meaning;
      action.remove_prefix(known.word.size());
      break;
    }
    step.detail = action;
    step.resource = {entry.meaning, std::string(id)};
    return true;
  }
  return false;
}

// "nfsd,nfsrgyd"
std::string list(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text = joined(text, item, ",");
  return text;
}

std::vector<std::string> read_list(std::string_view text) {
  const std::vector<std::string_view> items = text::split_list(text);
  return {items.begin(), items.end()};
}

// "name=value" -> "value"; nullopt for another name.
std::optional<std::string_view> value_of(std::string_view word, std::string_view name) {
  if (!begins_with(word, name) || word.size() <= name.size() || word[name.size()] != '=') return std::nullopt;
  return word.substr(name.size() + 1);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// "mode=off domain=example.com daemons=nfsd,nfsrgyd". A domain has no blanks.
std::string situation(const ServerState& state) {
  const char* mode = !state.replication ? "unknown" : *state.replication ? "on" : "off";
  return std::string("mode=") + mode + (state.domain ? " domain=" + *state.domain : "") +
         " daemons=" + list(state.daemons);
}

ServerState read_situation(std::string_view text, const std::string& exports) {
  ServerState state;
  state.exports = exports;
  for (const std::string_view word : text::split_list(text, " ")) {
    if (word == "mode=on" || word == "mode=off") state.replication = word == "mode=on";
    if (const auto domain = value_of(word, "domain")) state.domain = *domain;
    if (const auto daemons = value_of(word, "daemons")) state.daemons = read_list(*daemons);
  }
  return state;
}

constexpr Word<Kind> plain_kinds[] = {{Kind::tunable, "tunable"},
                                      {Kind::file, "file"},
                                      {Kind::daemon, "daemon"},
                                      {Kind::domain, "domain"},
                                      {Kind::host, "host"}};
constexpr Word<ExportRows::Match> matches[] = {
    {ExportRows::Match::all, "exported"}, {ExportRows::Match::one, "exports"}, {ExportRows::Match::served, "serves"}};

// One overload for each alternative of Expectation::Value.
struct Writer {
  const Resource& resource;

  ExpectationWords operator()(const std::string& value) const {
    return {std::string(word_in(plain_kinds, [&](const auto& entry) { return entry.meaning == resource.kind; })),
            resource.name, value};
  }
  ExpectationWords operator()(const FilesystemOption& option) const {
    return {"fs", resource.name, option.name + "=" + std::to_string(option.value)};
  }
  ExpectationWords operator()(const RouteEntry& entry) const {
    return {resource.kind == Kind::route ? "default_route" : "odm_route", resource.name,
            "cost=" + std::to_string(entry.cost) + " active_dgd=" + (entry.active_dgd ? "1" : "0")};
  }
  ExpectationWords operator()(const EntryCount& count) const {
    return {resource.kind == Kind::route ? "default_rows" : "odm_rows", resource.name, std::to_string(count.entries)};
  }
  ExpectationWords operator()(const AnotherGateway&) const { return {"other_default", resource.name, ""}; }
  ExpectationWords operator()(const ExportRows& rows) const {
    return {std::string(word_in(matches, [&](const auto& entry) { return entry.meaning == rows.match; })),
            resource.name, rows.rows};
  }
  ExpectationWords operator()(const ServerMode& mode) const {
    return {"mode", mode.replication ? "on" : "off", list(mode.daemons)};
  }
  ExpectationWords operator()(const ServerState& state) const { return {"server", situation(state), state.exports}; }
};

std::optional<Expectation> read_route(Kind kind, const ExpectationWords& words) {
  const auto& [word, gateway, value] = words;
  EntryCount count;
  if (read_number(value, count.entries)) return Expectation{{kind, gateway}, count};
  const std::vector<std::string_view> parts = text::split_list(value, " ");
  RouteEntry entry;
  if (parts.size() != 2 || !read_number(value_of(parts[0], "cost").value_or(""), entry.cost)) return std::nullopt;
  entry.active_dgd = parts[1] == "active_dgd=1";
  return Expectation{{kind, gateway}, entry};
}

std::optional<Expectation> read_option(const std::string& path, const std::string& text) {
  FilesystemOption option;
  option.name = text.substr(0, text.find('='));
  if (!read_number(value_of(text, option.name).value_or(""), option.value)) return std::nullopt;
  return Expectation{{Kind::filesystem, path}, option};
}

}  // namespace

std::string text_of(const Step& step) { return step.file ? "write " + step.file->path : run::command_text(step.argv); }

std::string id_of(const Step& step) {
  const std::string& name = step.resource.name;
  if (step.resource.kind == Kind::other) return name;
  if (step.resource.kind == Kind::host) return step.detail + "/" + name;
  if (step.resource.kind == Kind::server) return "setuphanfs:run";
  const std::string purpose(word_in(purposes, [&](const auto& entry) { return entry.meaning == step.purpose; }));
  if (step.purpose == Purpose::undo && step.action == Action::withdraw) return purpose + name;
  const auto same_action = [&](const auto& entry) { return entry.action == step.action; };
  const std::string_view leading = word_in(leading_actions, same_action);
  if (!leading.empty()) return purpose + joined(joined(leading, name), step.detail);
  std::string action(word_in(id_actions, [&](const auto& entry) { return entry.meaning == step.action; }));
  action += step.detail;
  // A server's plan publishes one directory, so its id does not name it.
  return purpose +
         joined(joined(word_of(step.resource.kind), step.resource.kind == Kind::exported ? "" : name), action);
}

void read_id(const std::string& id, Step& step) {
  std::string_view rest = id;
  for (const Word<Purpose>& entry : purposes) {
    if (!begins_with(rest, entry.word)) continue;
    step.purpose = entry.meaning;
    rest.remove_prefix(entry.word.size());
    break;
  }
  if (step.purpose == Purpose::undo && begins_with(rest, "/")) {
    step.action = Action::withdraw;
    step.resource = {Kind::exported, std::string(rest)};
  } else if (!read_leading_action(rest, step)) {
    (void)read_kind(rest, step);
  }
  if (id_of(step) != id) step.resource = {Kind::other, id};
}

ExpectationWords words_of(const Expectation& expectation) {
  return std::visit(Writer{expectation.resource}, expectation.value);
}

std::optional<Expectation> read_expectation(const ExpectationWords& words) {
  const auto& [kind, subject, value] = words;
  for (const Word<Kind>& entry : plain_kinds)
    if (kind == entry.word) return Expectation{{entry.meaning, subject}, value};
  for (const Word<ExportRows::Match>& entry : matches)
    if (kind == entry.word) return Expectation{{Kind::exported, subject}, ExportRows{entry.meaning, value}};
  if (kind == "fs") return read_option(subject, value);
  if (kind == "default_route" || kind == "default_rows") return read_route(Kind::route, words);
  if (kind == "odm_route" || kind == "odm_rows") return read_route(Kind::stored_route, words);
  if (kind == "other_default") return Expectation{{Kind::route, subject}, AnotherGateway{}};
  if (kind == "mode") return Expectation{{Kind::mode, ""}, ServerMode{subject == "on", read_list(value)}};
  if (kind == "server") return Expectation{{Kind::server, ""}, read_situation(subject, value)};
  return std::nullopt;
}

}  // namespace hanfs::plan
