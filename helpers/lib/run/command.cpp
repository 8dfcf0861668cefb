// SPDX-License-Identifier: Apache-2.0
#include "run/command.hpp"

#include <cstdio>
#include <cstring>
#include <string_view>

#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::run {
namespace {

bool plain_for_shell(std::string_view word) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%^";
  return !word.empty() && word.find_first_not_of(plain) == std::string_view::npos;
}

std::string_view without_folder(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// The words with blanks between them, the program without its folder.
std::string line_of(const std::vector<std::string>& argv, std::string (*written)(std::string_view word)) {
  std::string line;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (i != 0) line += ' ';
    line += written(i == 0 ? without_folder(argv[i]) : std::string_view(argv[i]));
  }
  return line;
}

// A word that a POSIX shell has printf(1) make: each byte but the plain ones by its octal number.
std::string printed_word(std::string_view word) {
  std::string result = "\"$(printf '";
  for (const char& c : word) {
    const bool is_option = &c == word.data() && c == '-';  // of printf
    if (c != '%' && !is_option && plain_for_shell({&c, 1})) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'\\', static_cast<char>('0' + (byte >> 6U)), static_cast<char>('0' + (byte >> 3U & 7U)),
                 static_cast<char>('0' + (byte & 7U))};
    }
  }
  return result + "')\"";
}

// The last lines that say something; a program that fails tells the reason last.
std::string last_lines(std::string_view text) {
  constexpr int lines_wanted = 3;
  constexpr std::size_t bytes_wanted = 400;
  std::string result;
  int lines = 0;
  while (!text.empty() && lines < lines_wanted) {
    const std::size_t newline = text.rfind('\n');
    std::string_view line = text::trimmed(newline == std::string_view::npos ? text : text.substr(newline + 1));
    text = newline == std::string_view::npos ? std::string_view{} : text.substr(0, newline);
    if (line.empty()) continue;
    const std::size_t room = bytes_wanted - result.size();
    if (line.size() > room) {
      if (!result.empty()) break;
      line = line.substr(line.size() - room);
      while (!line.empty() && (static_cast<unsigned char>(line.front()) & 0xC0U) == 0x80U) line.remove_prefix(1);
      result = "..." + text::escape_unprintable(line);
      break;
    }
    if (!result.empty()) result.insert(0, " / ");
    result.insert(0, text::escape_unprintable(line));
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
      return outcome.pid == 0 ? "not run: the run was ended, or no time was left" : "interrupted" + after;
  }
  return "unknown end";
}

}  // namespace

std::string seconds(std::chrono::milliseconds time) {
  return text::fixed(static_cast<double>(time.count()) / 1000.0, 2) + " s";
}

std::string shell_word(std::string_view word) {
  if (plain_for_shell(word)) return std::string(word);
  std::string result = "'";
  for (const char c : text::escape_unprintable(word)) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string command_text(const std::vector<std::string>& argv) { return line_of(argv, shell_word); }

std::string exact_command_text(const std::vector<std::string>& argv) {
  return line_of(argv, [](std::string_view word) {
    return text::escape_unprintable(word) == word ? shell_word(word) : printed_word(word);
  });
}

std::string failure(const Outcome& outcome) {
  if (outcome.ok()) return {};
  const std::string said = last_lines(outcome.err);
  return verdict(outcome) + (said.empty() ? "" : ": " + said);
}

}  // namespace hanfs::run
