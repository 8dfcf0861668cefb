// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/sections.hpp"

#include <cstdlib>

#include "makehanfs/runbook/commands.hpp"
#include "text/words.hpp"

namespace hanfs::cluster::outage {
namespace {

// Stands before the letter of a byte that the form gives a meaning to, and before every value.
constexpr char escape = '\x10';
constexpr char value_begins = 'v';
constexpr char blank = 's';
constexpr char newline = 'n';
constexpr char itself = 'e';

std::string decoded(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != escape || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    const char letter = text[++i];
    if (letter == blank) value += ' ';
    if (letter == newline) value += '\n';
    if (letter == itself) value += escape;
  }
  return value;
}

// Takes what stands before `mark` from the beginning of the text, and the mark.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const std::size_t end = text.find(mark);
  const std::string_view before = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + mark.size());
  return before;
}

std::vector<std::string> decoded_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty())
    if (const std::string_view word = take_until(text, " "); !word.empty()) words.push_back(decoded(word));
  return words;
}

// The mark that begins the line; empty: none does.
std::string_view mark_of(std::string_view line) {
  for (const std::string_view mark : {"# ", "## ", "### ", "Run: ", "Run on ", "Look: ", "Look on ",
                                      "Expected: ", "About ", "Mind: ", "Nodes: ", "Nothing to do: "})
    if (line.substr(0, mark.size()) == mark) return mark;
  return {};
}

std::string command_on_hosts(std::string_view text, const Settings& settings) {
  const std::string hosts = decoded(take_until(text, " for "));
  const std::string seconds = decoded(take_until(text, " s: "));
  return on_hosts(settings, hosts, std::strtol(seconds.c_str(), nullptr, 10), decoded(text));
}

void add_to_step(RunbookStep& step, std::string_view mark, std::string_view text, const Settings& settings) {
  if (mark.empty()) step.why = decoded(text);
  if (mark == "Run: ") step.commands.push_back(shell_line(decoded_words(text)));
  if (mark == "Run on ") step.commands.push_back(command_on_hosts(text, settings));
  if (mark == "Look: ") step.checks.push_back(shell_line(decoded_words(text)));
  if (mark == "Look on ") step.checks.push_back(command_on_hosts(text, settings));
  if (mark == "Expected: ") step.expect += (step.expect.empty() ? "" : " ") + decoded(text);
  if (mark == "Mind: ") step.cautions.push_back(decoded(text));
  if (mark == "Nodes: ") step.nodes = decoded_words(text);
  if (mark == "About ") {
    step.expected_seconds = std::strtod(decoded(take_until(text, " s: ")).c_str(), nullptr);
    step.basis = decoded(text);
  }
}

// `part` is that of the sections which follow.
void add(std::vector<RunbookSection>& sections, std::string& part, std::string_view mark, std::string_view text,
         const Settings& settings) {
  if (mark == "# ") {
    part = decoded(text);
  } else if (mark == "## ") {
    RunbookSection& section = sections.emplace_back();
    section.part = part;
    section.id = decoded(take_until(text, " "));
    section.title = decoded(text);
  } else if (sections.empty()) {
    return;
  } else if (mark == "### ") {
    RunbookStep& step = sections.back().steps.emplace_back();
    step.id = decoded(take_until(text, " "));
    step.title = decoded(text);
  } else if (mark == "Nothing to do: ") {
    sections.back().not_needed.push_back(decoded(text));
  } else if (sections.back().steps.empty()) {
    sections.back().intro = decoded(text);
  } else {
    add_to_step(sections.back().steps.back(), mark, text, settings);
  }
}

}  // namespace

std::string encoded(std::string_view value) {
  std::string text{escape, value_begins};
  for (const char c : value) {
    const char letter = c == ' ' ? blank : c == '\n' ? newline : c == escape ? itself : '\0';
    if (letter != '\0') text += escape;
    text += letter != '\0' ? letter : c;
  }
  return text;
}

std::vector<std::string> read_list(std::string_view filled) {
  std::vector<std::string> list;
  while (!filled.empty()) {
    const std::string_view line = take_until(filled, "\n");
    if (line.substr(0, 2) == "* ") {
      list.push_back(decoded(line.substr(2)));
    } else if (!line.empty() && !list.empty()) {
      list.back() += " " + decoded(line);
    }
  }
  return list;
}

std::vector<RunbookSection> read_sections(std::string_view filled, const Settings& settings) {
  std::vector<RunbookSection> sections;
  std::string part;
  std::string_view mark;
  std::string entry;
  const auto finish = [&] {
    if (!entry.empty()) add(sections, part, mark, entry, settings);
    entry.clear();
  };
  while (!filled.empty()) {
    const std::string_view line = take_until(filled, "\n");
    if (line.empty()) continue;
    const std::string_view begun = mark_of(line);
    const bool after_title = mark == "# " || mark == "## " || mark == "### ";
    if (begun.empty() && !after_title) {
      entry.append(" ").append(line);
      continue;
    }
    finish();
    mark = begun;
    entry = line.substr(begun.size());
  }
  finish();
  return sections;
}

}  // namespace hanfs::cluster::outage
