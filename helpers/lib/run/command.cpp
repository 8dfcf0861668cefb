// SPDX-License-Identifier: Apache-2.0
#include "run/command.hpp"

#include <cstdio>
#include <cstring>
#include <string_view>

namespace hanfs::run {
namespace {

// How many bytes at `at` form one printable character; 0: a control character, or not UTF-8 at all. Messages end in a
// terminal, in syslog and in JSON, and none of them takes either.
std::size_t escape_control(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(at + i < text.size() ? text[at + i] : 0); };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned char first = byte(0);
  if (first < 0x20 || first == 0x7F) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF && follows(1)) return first == 0xC2 && byte(1) < 0xA0 ? 0 : 2;
  if (first >= 0xE0 && first <= 0xEF && follows(1) && follows(2)) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    // U+2028 and U+2029 end a line as a newline does.
    const bool separator = first == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9);
    return overlong || surrogate || separator ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4 && follows(1) && follows(2) && follows(3)) {
    const bool out_of_range = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
    return out_of_range ? 0 : 4;
  }
  return 0;
}

std::string visible(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = escape_control(text, i);
    if (length == 0) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(text[i])));
      result += escape;
      ++i;
    } else {
      result += text.substr(i, length);
      i += length;
    }
  }
  return result;
}

bool plain_for_shell(std::string_view word) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%^";
  return !word.empty() && word.find_first_not_of(plain) == std::string_view::npos;
}

std::string_view without_folder(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

// The last lines that say something; a program that fails tells the reason last.
std::string last_lines(std::string_view text) {
  constexpr int lines_wanted = 3;
  constexpr std::size_t bytes_wanted = 400;
  std::string result;
  int lines = 0;
  while (!text.empty() && lines < lines_wanted) {
    const std::size_t newline = text.rfind('\n');
    std::string_view line = trimmed(newline == std::string_view::npos ? text : text.substr(newline + 1));
    text = newline == std::string_view::npos ? std::string_view{} : text.substr(0, newline);
    if (line.empty()) continue;
    const std::size_t room = bytes_wanted - result.size();
    if (line.size() > room) {
      if (!result.empty()) break;
      line = line.substr(line.size() - room);
      while (!line.empty() && (static_cast<unsigned char>(line.front()) & 0xC0U) == 0x80U) line.remove_prefix(1);
      result = "..." + visible(line);
      break;
    }
    if (!result.empty()) result.insert(0, " / ");
    result.insert(0, visible(line));
    ++lines;
    if (result.size() >= bytes_wanted) break;
  }
  return result;
}

std::string verdict(const Outcome& outcome) {
  const std::string after = " after " + seconds(outcome.elapsed);
  switch (outcome.end) {
    case Outcome::End::exited:
      if (outcome.status == -1) return "exit status unknown" + after;
      return "exit status " + std::to_string(outcome.status) + after;
    case Outcome::End::signaled:
      return "killed by signal " + std::to_string(outcome.signal) + after;
    case Outcome::End::timed_out:
      return "no end within its time, killed" + after;
    case Outcome::End::abandoned:
      return "no end within its time, left alone as process " + std::to_string(outcome.pid) + after;
    case Outcome::End::not_started:
      if (!outcome.err.empty()) return "could not be started";  // a capture says there why it has no answer
      return std::string("could not be started: ") +
             (outcome.start_errno == 0 ? "unknown reason" : std::strerror(outcome.start_errno));
    case Outcome::End::interrupted:
      return outcome.pid == 0 ? "not run: interrupted before" : "interrupted" + after;
  }
  return "unknown end";
}

}  // namespace

std::string seconds(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(time.count()) / 1000.0);
  return text;
}

std::string shell_word(std::string_view word) {
  if (plain_for_shell(word)) return std::string(word);
  std::string result = "'";
  for (const char c : visible(word)) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string command_text(const std::vector<std::string>& argv) {
  std::string line;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (i != 0) line += ' ';
    line += shell_word(i == 0 ? without_folder(argv[i]) : std::string_view(argv[i]));
  }
  return line;
}

std::string failure(const Outcome& outcome) {
  if (outcome.ok()) return {};
  const std::string said = last_lines(outcome.err);
  return verdict(outcome) + (said.empty() ? "" : ": " + said);
}

}  // namespace hanfs::run
