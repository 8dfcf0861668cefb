// SPDX-License-Identifier: Apache-2.0
#include "config/lines.hpp"

#include "text/words.hpp"

namespace hanfs::config {
namespace {

std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool begins_word = i != 0 && (line[i - 1] == ' ' || line[i - 1] == '\t' || line[i - 1] == '=');
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (begins_word && (c == '"' || c == '\'')) {
      quote = c;
    } else if (begins_word && c == '#' && line[i - 1] != '=') {
      return line.substr(0, i);
    }
  }
  return line;
}

}  // namespace

std::vector<Line> lines_of(std::string_view file) {
  std::vector<Line> lines;
  std::string_view section;
  while (!file.empty()) {
    const std::size_t end = file.find('\n');
    Line line;
    line.number = lines.size() + 1;
    line.whole = file.substr(0, end);
    const std::string_view words = lines.empty() ? text::without_byte_order_mark(line.whole) : line.whole;
    line.text = text::trimmed(without_comment(text::trimmed(words)));
    if (line.is_header()) section = text::trimmed(line.text.substr(1, line.text.rfind(']') - 1));
    line.section = section;
    lines.push_back(line);
    file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
  }
  return lines;
}

std::optional<std::string> domain_name(std::string_view section) {
  constexpr std::string_view word = "domain";
  const std::string_view name = section.substr(0, word.size()) == word ? section.substr(word.size()) : "?";
  if (!name.empty() && name.front() != ' ') return std::nullopt;
  return std::string(text::trimmed(name));
}

Status read_lines(std::string_view file, const std::string& name, const std::function<Status(const Line&)>& read) {
  for (const Line& line : lines_of(file)) {
    if (line.is_comment()) continue;
    const bool is_open = line.is_header() && line.text.back() != ']';
    const Status status = is_open ? Error{"section without \"]\""} : read(line);
    if (!status) return Error{name + ":" + std::to_string(line.number) + ": " + status.error().what};
  }
  return Done{};
}

}  // namespace hanfs::config
