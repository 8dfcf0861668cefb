// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/exports_edit.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "text/words.hpp"

namespace hanfs::server {
namespace {

struct Entry {
  aix::Export row;
  std::string text;  // without the newline at its end
};

// The lines of a text, each with its newline.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::vector<Entry> entries_of(const std::string& text) {
  const std::vector<std::string_view> lines = lines_of(text);
  std::vector<Entry> entries;
  for (aix::Export& row : aix::parse_exports(text).rows) {
    Entry entry{std::move(row), ""};
    for (std::size_t number = entry.row.line; number <= entry.row.last_line; ++number) entry.text += lines[number - 1];
    if (!entry.text.empty() && entry.text.back() == '\n') entry.text.pop_back();
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Where what is written behind the last line would be taken into it, as that ends with a backslash: the number of the
// first line of what it continues, an entry or a comment; else 0.
std::size_t open_line_of(const std::vector<std::string_view>& lines) {
  const auto is_open = [&](std::size_t number) {
    std::string_view line = lines[number - 1];
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    return !line.empty() && line.back() == '\\';
  };
  std::size_t number = lines.size();
  if (number == 0 || !is_open(number)) return 0;
  while (number > 1 && is_open(number - 1)) --number;
  return number;
}

// An entry at the end of the file may end in a backslash. Anywhere else the line behind it would be taken into it.
std::string_view closed(std::string_view entry) {
  std::string_view end = entry;
  if (!end.empty() && end.back() == '\r') end.remove_suffix(1);
  if (end.empty() || end.back() != '\\') return entry;
  while (!end.empty() && (end.back() == '\\' || text::is_blank(end.back()))) end.remove_suffix(1);
  return end;
}

bool is_same(const Entry& entry, const std::string& text) { return closed(entry.text) == closed(text); }

bool holds(const std::vector<Entry>& entries, const std::string& text) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) { return is_same(entry, text); });
}

std::string with_newlines(const std::vector<std::string>& entries) {
  std::string text;
  for (const std::string& entry : entries) text.append(closed(entry)).append("\n");
  return text;
}

}  // namespace

plan::TextEdit edit_of(const ExportsText& text, const std::function<bool(const aix::Export&)>& drop,
                       std::vector<std::string> in) {
  plan::TextEdit edit;
  for (const Entry& entry : entries_of(text.value_or("")))
    if (drop(entry.row)) edit.out.push_back(entry.text);
  edit.in = std::move(in);
  if (const Result<ExportsText> after = edited(edit, text)) edit.exact = plan::TextEdit::Exact{text, *after};
  return edit;
}

std::string in_one_line(std::string_view entry) {
  std::string line;
  while (!entry.empty()) {
    const std::size_t newline = std::min(entry.find('\n'), entry.size());
    std::string_view part = entry.substr(0, newline);
    entry.remove_prefix(std::min(newline + 1, entry.size()));
    if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
    if (!part.empty() && part.back() == '\\') part.remove_suffix(1);
    const std::string_view words = text::trimmed(part);
    if (!words.empty()) line.append(line.empty() ? "" : " ").append(words);
  }
  return line;
}

Result<ExportsText> edited(const plan::TextEdit& edit, const ExportsText& text) {
  if (edit.exact && edit.exact->from == text) return edit.exact->to;
  const std::string there = text.value_or("");
  const std::vector<Entry> entries = entries_of(there);
  std::vector<const Entry*> gone;
  for (const std::string& out : edit.out) {
    const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const Entry& entry) {
      return is_same(entry, out) && std::find(gone.begin(), gone.end(), &entry) == gone.end();
    });
    if (found == entries.rend())
      return Error{"somebody has changed /etc/exports meanwhile, this is not there any more: " + in_one_line(out) +
                   "; the file is left as it is; cure: look at it, then run this again"};
    gone.push_back(&*found);
  }
  const std::vector<std::string_view> lines = lines_of(there);
  const std::size_t open_line = open_line_of(lines);
  std::string made;
  bool placed = edit.in.empty();
  std::size_t number = 0;
  for (const std::string_view line : lines) {
    ++number;
    if (!placed && number == open_line) {
      made += with_newlines(edit.in);
      placed = true;
    }
    const auto of_line = [&](const Entry* entry) {
      return entry->row.line <= number && number <= entry->row.last_line;
    };
    const bool goes = std::any_of(gone.begin(), gone.end(), of_line);
    if (goes && !placed) {
      made += with_newlines(edit.in);
      placed = true;
    }
    if (!goes) made += line;
  }
  if (!placed) {
    if (!made.empty() && made.back() != '\n') made += '\n';
    made += with_newlines(edit.in);
  }
  return ExportsText(std::move(made));
}

plan::TextEdit reversed(const plan::TextEdit& edit) {
  plan::TextEdit back{edit.in, edit.out, std::nullopt};
  if (edit.exact) back.exact = plan::TextEdit::Exact{edit.exact->to, edit.exact->from};
  return back;
}

bool is_made(const plan::TextEdit& edit, const ExportsText& text) {
  if (edit.exact && edit.exact->to == text) return edit.exact->from != text;
  const std::vector<Entry> entries = entries_of(text.value_or(""));
  const auto there = [&](const std::string& entry) { return holds(entries, entry); };
  return std::all_of(edit.in.begin(), edit.in.end(), there) && std::none_of(edit.out.begin(), edit.out.end(), there);
}

std::string as_words(const plan::TextEdit& edit) {
  std::string words;
  const auto add = [&](const char* what, const std::vector<std::string>& entries) {
    for (const std::string& entry : entries)
      words += (words.empty() ? "" : ", ") + std::string(what) + " '" + in_one_line(entry) + "'";
  };
  add("take out", edit.out);
  add("put in", edit.in);
  return words;
}

}  // namespace hanfs::server
