// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/line.hpp"

#include <charconv>
#include <cstring>

#include "checkhanfs/tree/name.hpp"
#include "checkhanfs/tree/number.hpp"
#include "text/words.hpp"

namespace hanfs::tree {
namespace {

constexpr std::string_view kinds = "fdlpscb?";
constexpr std::uint32_t one_second = 1000000000;            // nanoseconds
constexpr std::string_view hardlink_field = "\thardlink=";  // no name has a tab: it would be escaped
constexpr std::size_t columns_before_hash = 6;
constexpr std::size_t columns_before_path = 7;

void append_padded(std::string& out, std::uint32_t value, std::size_t width, int base) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
  const auto length = static_cast<std::size_t>(end - digits);
  if (length < width) out.append(width - length, '0');
  out.append(digits, length);
}

void append_field(std::string& out, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  out += name;
  append_escaped_name(out, value);
}

std::string_view next_column(std::string_view& rest) {
  const std::size_t tab = rest.find('\t');
  const std::string_view column = rest.substr(0, tab);
  rest.remove_prefix(tab == std::string_view::npos ? rest.size() : tab + 1);
  return column;
}

// No sign, no leading zero: one form for each number.
template <class Number>
bool read_number(std::string_view text, Number& value) {
  if (text.empty() || (text.size() > 1 && text.front() == '0') || text.front() == '-') return false;
  const auto number = text::whole_number<Number>(text);
  if (!number) return false;
  value = *number;
  return true;
}

bool read_mode(std::string_view text, std::uint32_t& mode) {
  if (text.size() != 4) return false;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() && mode < 010000U;
}

bool read_mtime(std::string_view text, Timestamp& mtime) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() - point != 10) return false;
  const bool negative = text.front() == '-';
  std::uint64_t seconds = 0;
  if (!read_number(text.substr(negative ? 1 : 0, point - (negative ? 1 : 0)), seconds)) return false;
  if (seconds > static_cast<std::uint64_t>(INT64_MAX) || (negative && seconds == 0)) return false;
  mtime.seconds = negative ? -static_cast<std::int64_t>(seconds) : static_cast<std::int64_t>(seconds);
  const std::string_view fraction = text.substr(point + 1);
  if (!text::is_digits(fraction)) return false;
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), mtime.nanoseconds);
  return mtime.nanoseconds < one_second;
}

bool is_hash(std::string_view text, HashKind kind) {
  return text.size() == hash_digits(kind) && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What follows the tab behind so many columns; empty: there are no more.
std::string_view after_columns(std::string_view line, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const void* const tab = std::memchr(line.data(), '\t', line.size());
    if (tab == nullptr) return {};
    line.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(tab) - line.data()) + 1);
  }
  return line;
}

bool read_name(std::string_view text, std::string& name) {
  auto bytes = unescaped_name(text);
  if (!bytes) return false;
  name = std::move(*bytes);
  return true;
}

// Relative, and without parts that lead elsewhere: a manifest may come from anybody.
bool is_sound_path(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos) return false;
    begin = end + 1;
  }
  return true;
}

bool read_path(std::string_view text, std::string& path) {
  if (text == ".") {
    path.clear();
    return true;
  }
  return read_name(text, path) && is_sound_path(path);
}

}  // namespace

std::size_t append_line(std::string& out, const Entry& entry) {
  out += entry.kind;
  out += '\t';
  if (entry.kind == 'l') {
    out += '-';
  } else {
    append_padded(out, entry.mode, 4, 8);
  }
  out += '\t';
  append_number(out, entry.uid);
  out += '\t';
  append_number(out, entry.gid);
  out += '\t';
  if (entry.kind == 'f') {
    append_number(out, entry.size);
  } else {
    out += '-';
  }
  out += '\t';
  append_number(out, entry.mtime.seconds);
  out += '.';
  append_padded(out, entry.mtime.nanoseconds, 9, 10);
  out += '\t';
  out += entry.hash.empty() ? std::string_view("-") : std::string_view(entry.hash);
  out += '\t';
  if (entry.path.empty()) {
    out += '.';
  } else {
    append_escaped_name(out, entry.path);
  }
  append_field(out, "\ttarget=", entry.target);
  append_field(out, "\tdevice=", entry.device);
  const std::size_t place = out.size();
  append_hardlink(out, entry.hardlink);
  append_field(out, "\tnote=", entry.note);
  out += '\n';
  return place;
}

void append_hardlink(std::string& out, const std::string& path) { append_field(out, hardlink_field, path); }

std::string_view without_hardlink(std::string_view line) { return line.substr(0, line.find(hardlink_field)); }

Result<Entry> parse_line(std::string_view line, HashKind hash) {
  Entry entry;
  std::string_view rest = line;
  const std::string_view kind = next_column(rest);
  if (kind.size() != 1 || kinds.find(kind.front()) == std::string_view::npos)
    return Error{"the first column is no kind of entry (one of " + std::string(kinds) + ")"};
  entry.kind = kind.front();
  const std::string_view mode = next_column(rest);
  if (entry.kind == 'l' ? mode != "-" : !read_mode(mode, entry.mode)) return Error{"the mode is not four octal digits"};
  if (!read_number(next_column(rest), entry.uid)) return Error{"the uid is no number"};
  if (!read_number(next_column(rest), entry.gid)) return Error{"the gid is no number"};
  const std::string_view size = next_column(rest);
  if (entry.kind == 'f' ? !read_number(size, entry.size) : size != "-") return Error{"the size is no number of bytes"};
  if (!read_mtime(next_column(rest), entry.mtime)) return Error{"the mtime is not seconds.nanoseconds"};
  const std::string_view digits = next_column(rest);
  if (digits != "-") {
    if (entry.kind != 'f' || !is_hash(digits, hash))
      return Error{"the hash is not " + std::to_string(hash_digits(hash)) + " hexadecimal digits"};
    entry.hash = digits;
  }
  if (!read_path(next_column(rest), entry.path)) return Error{"the path is missing or not written as it should be"};

  struct Field {
    std::string_view name;
    std::string* value;
  };
  for (const Field& field : {Field{"target=", &entry.target}, Field{"device=", &entry.device},
                             Field{"hardlink=", &entry.hardlink}, Field{"note=", &entry.note}}) {
    if (!text::starts_with(rest, field.name)) continue;
    if (!read_name(next_column(rest).substr(field.name.size()), *field.value) || field.value->empty())
      return Error{"what follows " + std::string(field.name) + " is not written as it should be"};
  }
  if (!rest.empty() || line.back() == '\t') return Error{"there is a column too many"};
  return entry;
}

std::string_view path_column(std::string_view line) {
  const std::string_view rest = after_columns(line, columns_before_path);
  return rest.substr(0, rest.find('\t'));
}

std::string_view hash_column(std::string_view line, HashKind hash) {
  const std::string_view rest = after_columns(line, columns_before_hash);
  const std::string_view digits = rest.substr(0, rest.find('\t'));
  return is_hash(digits, hash) ? digits : std::string_view{};
}

}  // namespace hanfs::tree
