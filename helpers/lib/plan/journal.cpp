// SPDX-License-Identifier: Apache-2.0
#include "plan/journal.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "plan/step_text.hpp"

namespace hanfs::plan {
namespace {

using nlohmann::json;

// Paths are bytes, JSON is UTF-8, and --reset needs the bytes back: bytes that are no UTF-8, '%' and '\0' become %XX.
std::string encode(std::string_view bytes) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (const char character : bytes) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte == '%' || byte >= 0x80 || byte < 0x20) {
      text += {'%', digits[byte >> 4], digits[byte & 15]};
    } else {
      text += character;
    }
  }
  return text;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      bytes += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

json words(const Argv& argv) {
  json list = json::array();
  for (const std::string& word : argv) list.push_back(encode(word));
  return list;
}

Argv words(const json& list) {
  Argv argv;
  for (const json& word : list) argv.push_back(decode(word.get<std::string>()));
  return argv;
}

json to_json(const TextEdit& edit) {
  json object{{"out", words(edit.out)}, {"in", words(edit.in)}};
  if (!edit.exact) return object;
  object["exact"] = json::object();
  if (edit.exact->from) object["exact"]["from"] = encode(*edit.exact->from);
  if (edit.exact->to) object["exact"]["to"] = encode(*edit.exact->to);
  return object;
}

TextEdit text_edit(const json& object) {
  TextEdit edit{words(object.at("out")), words(object.at("in")), std::nullopt};
  if (!object.contains("exact")) return edit;
  const json& exact = object.at("exact");
  edit.exact.emplace();
  if (exact.contains("from")) edit.exact->from = decode(exact.at("from").get<std::string>());
  if (exact.contains("to")) edit.exact->to = decode(exact.at("to").get<std::string>());
  return edit;
}

json to_json(const FileChange& change) {
  json object{{"path", encode(change.path)}};
  if (change.content) object["content"] = encode(*change.content);
  if (!change.like.empty()) object["like"] = encode(change.like);
  if (change.edit) object["edit"] = to_json(*change.edit);
  return object;
}

FileChange file_change(const json& object) {
  FileChange change{decode(object.at("path").get<std::string>()), std::nullopt, ""};
  if (object.contains("content")) change.content = decode(object.at("content").get<std::string>());
  change.like = decode(object.value("like", ""));
  if (object.contains("edit")) change.edit = text_edit(object.at("edit"));
  return change;
}

json to_json(const Expectation& expectation) {
  const auto [kind, subject, value] = words_of(expectation);
  return {encode(kind), encode(subject), encode(value)};
}

std::optional<Expectation> expectation_of(const json& object, const char* name) {
  if (!object.contains(name)) return std::nullopt;
  const Argv parts = words(object.at(name));
  return parts.size() == 3 ? read_expectation({parts[0], parts[1], parts[2]}) : std::nullopt;
}

json to_json(const Step& step) {
  json object{{"step", encode(id_of(step))}, {"why", encode(step.why)}};
  if (!step.argv.empty()) object["argv"] = words(step.argv);
  if (step.file) object["file"] = to_json(*step.file);
  if (!step.undo.empty()) {
    object["undo"] = json::array();
    for (const Argv& argv : step.undo) object["undo"].push_back(words(argv));
  }
  if (step.undo_file) object["undo_file"] = to_json(*step.undo_file);
  if (step.expect) object["expect"] = to_json(*step.expect);
  if (step.was) object["was"] = to_json(*step.was);
  if (step.never_kill) object["never_kill"] = true;
  if (step.sync_journal) object["durable"] = true;
  return object;
}

Step step_of(const json& object) {
  Step step;
  read_id(decode(object.at("step").get<std::string>()), step);
  step.why = decode(object.value("why", ""));
  if (object.contains("argv")) step.argv = words(object.at("argv"));
  if (object.contains("file")) step.file = file_change(object.at("file"));
  if (object.contains("undo"))
    for (const json& argv : object.at("undo")) step.undo.push_back(words(argv));
  if (object.contains("undo_file")) step.undo_file = file_change(object.at("undo_file"));
  step.expect = expectation_of(object, "expect");
  step.was = expectation_of(object, "was");
  step.never_kill = object.value("never_kill", false);
  step.sync_journal = object.value("durable", false);
  return step;
}

const char* event_name(JournalEntry::State state) {
  switch (state) {
    case JournalEntry::State::begun:
      return "begin";
    case JournalEntry::State::done:
      return "done";
    case JournalEntry::State::failed:
      return "failed";
    case JournalEntry::State::undone:
      return "undone";
  }
  return "";
}

std::optional<JournalEntry::State> state_named(const std::string& event) {
  using State = JournalEntry::State;
  for (const State state : {State::done, State::failed, State::undone})
    if (event == event_name(state)) return state;
  return std::nullopt;
}

// Of entries with one run and step (a clock that begins anew with each boot can make them equal): an end belongs to the
// latest, and what was taken back to the latest that was not.
JournalEntry& entry_for(JournalEntry::State event, const std::vector<std::size_t>& of_same_id,
                        std::vector<JournalEntry>& entries) {
  if (event == JournalEntry::State::undone)
    for (auto index = of_same_id.rbegin(); index != of_same_id.rend(); ++index)
      if (entries[*index].state != JournalEntry::State::undone) return entries[*index];
  return entries[of_same_id.back()];
}

std::string end_line(const std::string& run, const Step& step, JournalEntry::State state) {
  return json{{"event", event_name(state)}, {"run", run}, {"step", encode(id_of(step))}}.dump();
}

}  // namespace

JournalContent parse_journal(std::string_view text) {
  JournalContent content;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> index;  // (run, step) -> entries
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const json object = json::parse(line.begin(), line.end(), nullptr, false);
    if (!object.is_object()) {
      content.count_unreadable();
      continue;
    }
    try {  // a field of another type: the file was edited by hand
      const std::string event = object.at("event").get<std::string>();
      const std::string run = object.at("run").get<std::string>();
      if (event == "begin") {
        JournalEntry entry{run,
                           object.value("time", ""),
                           JournalEntry::State::begun,
                           step_of(object),
                           decode(object.value("node", "")),
                           decode(object.value("boot", ""))};
        index[{run, id_of(entry.step)}].push_back(content.entries.size());
        content.entries.push_back(std::move(entry));
        continue;
      }
      const std::optional<JournalEntry::State> state = state_named(event);
      const auto known = index.find({run, decode(object.at("step").get<std::string>())});
      if (known == index.end() || !state) {
        content.count_unreadable();
      } else {
        content.unreadable_since = 0;
        entry_for(*state, known->second, content.entries).state = *state;
      }
    } catch (const json::exception&) {
      content.count_unreadable();
    }
  }
  return content;
}

Journal::Journal(sys::Files& files, const sys::Clock& clock, const std::string& path, std::string run, std::string node,
                 std::string boot)
    : clock_(clock), run_(std::move(run)), node_(std::move(node)), boot_(std::move(boot)) {
  if (const Status shortened = shorten(files, path); !shortened) {
    reason_ = shortened.error().what;
    return;
  }
  Result<std::unique_ptr<sys::AppendFile>> file = files.open_for_append(path, largest_size);
  if (!file) {
    reason_ = file.error().what;
    return;
  }
  file_ = std::move(*file);
}

// A run that was killed, or a machine that lost its power, may have left half a line. Behind it ours would make it one
// in the middle, which no run leaves, so that nobody could say any more what had happened. One that lacks its end only
// gets it.
Status Journal::mend_last_line(sys::Files& files, const std::string& path, const std::string& text) {
  const std::size_t begin = text.rfind('\n') + 1;  // npos + 1 is 0
  if (begin == text.size()) return Done{};
  const bool is_whole = json::accept(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end());
  return files.write(path, is_whole ? text + '\n' : text.substr(0, begin), path);
}

Status Journal::shorten(sys::Files& files, const std::string& path) const {
  if (const auto usual = files.read(path, usual_size); usual)
    return *usual ? mend_last_line(files, path, **usual) : Done{};
  const Result<std::optional<std::string>> whole = files.read(path, largest_size);
  if (!whole) return whole.error();
  if (!*whole) return Done{};
  std::string kept;
  for (const JournalEntry& entry : parse_journal(**whole).entries) {
    const bool has_ended = !entry.step.sync_journal && !boot_.empty() && (entry.boot != boot_ || entry.node != node_);
    if (entry.state == JournalEntry::State::undone || has_ended) continue;
    kept += begin_line(entry) + '\n';
    if (entry.state != JournalEntry::State::begun) kept += end_line(entry.run, entry.step, entry.state) + '\n';
  }
  return files.write(path, kept, path);
}

std::string Journal::begin_line(const JournalEntry& entry) const {
  json object = to_json(entry.step);
  object["event"] = event_name(JournalEntry::State::begun);
  object["run"] = entry.run;
  object["time"] = entry.time;
  if (!entry.node.empty()) object["node"] = encode(entry.node);
  if (!entry.boot.empty()) object["boot"] = encode(entry.boot);
  return object.dump();
}

void Journal::begin(const Step& step) {
  write(begin_line({run_, clock_.utc(), JournalEntry::State::begun, step, node_, boot_}), step.sync_journal);
}

void Journal::end(const Step& step, JournalEntry::State state) {
  write(end_line(run_, step, state), step.sync_journal);
}

void Journal::undone(const JournalEntry& entry) {
  write(end_line(entry.run, entry.step, JournalEntry::State::undone), true);
}

// One write a line. Without fsync for what lives in the kernel only: a line in the page cache outlives our death by
// SIGKILL, and a crash of the machine takes the kernel's state along with the line.
void Journal::write(const std::string& line, bool sync_journal) {
  if (!file_) return;
  const Status written = file_->append(line + '\n', sync_journal);
  if (!written && reason_.empty()) reason_ = written.error().what;
}

}  // namespace hanfs::plan
