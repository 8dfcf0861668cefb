// SPDX-License-Identifier: Apache-2.0
#include "run/capture.hpp"

#include <array>
#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "run/bounded_output.hpp"

namespace hanfs::run {
namespace {

using End = Outcome::End;

struct EndName {
  End end;
  std::string_view name;
};
constexpr std::array<EndName, 5> end_names{{{End::signaled, "signal"},
                                            {End::timed_out, "timed_out"},
                                            {End::abandoned, "abandoned"},
                                            {End::not_started, "not_started"},
                                            {End::interrupted, "interrupted"}}};

constexpr std::size_t longest_name = 200;

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == ',' ||
         c == '=' || c == '-';
}

void append_escaped(std::string& name, std::string_view word) {
  constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : word) {
    if (is_plain(c)) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name += '%';
      name += digits[byte >> 4U];
      name += digits[byte & 15U];
    }
  }
}

// FNV-1a, 64 bits: the same on every machine, so that captures can travel.
std::string hash(std::string_view text) {
  std::uint64_t value = 14695981039346656037U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
  return digits;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// 0 or errno; ENOENT is the ordinary "not there".
int read_file(const std::string& path, BoundedOutput& content) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return errno;
  std::array<char, 16384> block{};
  for (;;) {
    const std::size_t count = std::fread(block.data(), 1, block.size(), file.get());
    content.append({block.data(), count});
    if (count < block.size()) return std::ferror(file.get()) != 0 ? (errno != 0 ? errno : EIO) : 0;
  }
}

int write_file(const std::string& path, std::string_view content) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return errno;
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  const int why = errno;
  if (std::fclose(file) != 0) return errno;
  return written ? 0 : why;
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// "NAME" or "NAME VALUE"
std::pair<std::string_view, std::string_view> split(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return {line, {}};
  return {line.substr(0, blank), line.substr(blank + 1)};
}

bool parse_end(std::string_view line, Outcome& outcome) {
  outcome.end = End::exited;
  if (parse_number(line, outcome.status)) return true;
  const auto [name, value] = split(line);
  for (const EndName& known : end_names) {
    if (name != known.name) continue;
    outcome.end = known.end;
    if (known.end == End::signaled) return parse_number(value, outcome.signal);
    if (known.end == End::not_started) return parse_number(value, outcome.start_errno);
    return value.empty();
  }
  return false;
}

bool parse_detail(std::string_view line, Outcome& outcome) {
  const auto [name, value] = split(line);
  if (name == "out_dropped") return parse_number(value, outcome.out_dropped);
  if (name == "err_dropped") return parse_number(value, outcome.err_dropped);
  if (name != "drain_cut" || !value.empty()) return false;
  outcome.drain_cut = true;
  return true;
}

// A person may have written it with echo, or with an editor that ends lines its own way.
bool parse_rc(std::string_view text, Outcome& outcome) {
  bool end_seen = false;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text = newline == std::string_view::npos ? std::string_view{} : text.substr(newline + 1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.empty()) continue;
    if (!(end_seen ? parse_detail(line, outcome) : parse_end(line, outcome))) return false;
    end_seen = true;
  }
  return end_seen;
}

std::string render_rc(const Outcome& outcome) {
  std::string text;
  if (outcome.end == End::exited) {
    text = std::to_string(outcome.status);
  } else {
    for (const EndName& known : end_names) {
      if (known.end == outcome.end) text = known.name;
    }
    if (outcome.end == End::signaled) text += ' ' + std::to_string(outcome.signal);
    if (outcome.end == End::not_started) text += ' ' + std::to_string(outcome.start_errno);
  }
  text += '\n';
  if (outcome.out_dropped != 0) text += "out_dropped " + std::to_string(outcome.out_dropped) + '\n';
  if (outcome.err_dropped != 0) text += "err_dropped " + std::to_string(outcome.err_dropped) + '\n';
  if (outcome.drain_cut) text += "drain_cut\n";
  return text;
}

Outcome unreadable(const std::string& path, const std::string& reason, int why) {
  Outcome outcome;
  outcome.end = End::not_started;
  outcome.start_errno = why;
  outcome.err = path + ": " + reason;
  return outcome;
}

Outcome replay(const std::string& folder, const Command& command) {
  const std::string base = folder + '/' + capture_name(command.argv);
  constexpr std::size_t rc_limit = 4096;
  BoundedOutput out(command.max_output);
  BoundedOutput err(command.max_output);
  BoundedOutput rc(rc_limit);
  struct Part {
    const char* suffix;
    BoundedOutput& content;
    bool present;
  };
  std::array<Part, 3> parts{{{".out", out, false}, {".err", err, false}, {".rc", rc, false}}};
  for (Part& part : parts) {
    const int why = read_file(base + part.suffix, part.content);
    if (why != 0 && why != ENOENT) return unreadable(base + part.suffix, std::strerror(why), why);
    part.present = why == 0;
  }
  Outcome outcome;
  if (!parts[0].present && !parts[1].present && !parts[2].present) {
    outcome.end = End::not_started;
    outcome.start_errno = ENOENT;
    outcome.err = "not in the capture (" + base.substr(base.rfind('/') + 1) + ".out)";
    return outcome;
  }
  outcome.end = End::exited;
  if (parts[2].present && !parse_rc(rc.take(), outcome)) {
    return unreadable(base + ".rc", "neither an exit status nor one of the words of a recording", EINVAL);
  }
  outcome.out_dropped += out.dropped();
  outcome.err_dropped += err.dropped();
  outcome.out = out.take();
  outcome.err = err.take();
  return outcome;
}

// Also takes away what an older recording left: it would be taken for a part of this one.
int record_part(const std::string& path, std::string_view content, bool wanted) {
  if (wanted) return write_file(path, content);
  boost::system::error_code why;
  boost::filesystem::remove(path, why);
  return why.value();
}

}  // namespace

std::string capture_name(const std::vector<std::string>& argv) {
  std::string name;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (i != 0) name += '_';
    std::string_view word = argv[i];
    if (i == 0) word.remove_prefix(word.rfind('/') + 1);  // npos + 1 is 0
    append_escaped(name, word);
  }
  if (name.size() <= longest_name) return name;
  const std::string ending = "%..." + hash(name);
  return name.substr(0, longest_name - ending.size()) + ending;
}

ReplayRunner::ReplayRunner(std::string folder) : folder_(std::move(folder)) {}

void ReplayRunner::run(const Next& next, const Finished& finished) {
  while (const std::optional<Job> job = next()) finished(*job, replay(folder_, job->command));
}

RecordingRunner::RecordingRunner(Runner& inner, std::string folder) : inner_(inner), folder_(std::move(folder)) {
  boost::system::error_code error;
  boost::filesystem::create_directories(boost::filesystem::path(folder_), error);
  if (error) errors_.push_back(Error{"cannot make the folder " + folder_ + ": " + error.message()});
}

void RecordingRunner::run(const Next& next, const Finished& finished) {
  inner_.run(next, [&](const Job& job, Outcome outcome) {
    const std::string base = folder_ + '/' + capture_name(job.command.argv);
    const bool missing = outcome.end == End::not_started && outcome.start_errno == ENOENT;
    const std::string rc = render_rc(outcome);
    const auto record = [&](const char* suffix, std::string_view content, bool wanted) {
      const int why = record_part(base + suffix, content, wanted && !missing);
      if (why != 0) errors_.push_back(Error{"cannot write " + base + suffix + ": " + std::strerror(why)});
    };
    record(".out", outcome.out, true);
    record(".err", outcome.err, !outcome.err.empty());
    record(".rc", rc, rc != "0\n");
    finished(job, std::move(outcome));
  });
}

}  // namespace hanfs::run
