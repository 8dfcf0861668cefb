// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/difference.hpp"

#include <charconv>

#include "checkhanfs/tree/name.hpp"

namespace hanfs::tree {
namespace {

struct KindText {
  const char* name;
  const char* meaning;
};

constexpr KindText kind_texts[kind_count] = {
    {"content", "a node goes on with other data after a failover"},
    {"type", "a file of one is a folder, link or device of the other"},
    {"only-first", "missing in the second tree"},
    {"only-second", "missing in the first tree"},
    {"unread", "not known: it could not be read, or changed meanwhile"},
    {"owner", "uid or gid differs"},
    {"mode", "permission bits differ"},
    {"target", "the link leads elsewhere"},
    {"device", "the device numbers differ"},
    {"mtime", "the file goes dead after a failover"},
    {"mtime-subsecond", "less than a second: the file goes dead after a failover; a copy lost the nanoseconds"},
    {"hardlink", "the same content, linked otherwise"},
};

bool is_mount_point(const Entry* entry) { return entry != nullptr && entry->note == note_mount_point; }

bool is_read(const Entry& entry) { return entry.note.empty() || entry.note == note_mount_point; }

bool is_less_than_a_second(const Timestamp& a, const Timestamp& b) {
  const bool ordered = a.seconds < b.seconds || (a.seconds == b.seconds && a.nanoseconds < b.nanoseconds);
  const Timestamp& early = ordered ? a : b;
  const Timestamp& late = ordered ? b : a;
  const auto seconds = static_cast<std::uint64_t>(late.seconds) - static_cast<std::uint64_t>(early.seconds);
  return seconds == 0 || (seconds == 1 && late.nanoseconds < early.nanoseconds);
}

std::string octal(std::uint32_t mode) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, mode, 8).ptr;
  const std::string text(digits, end);
  return std::string(text.size() < 4 ? 4 - text.size() : 0, '0') + text;
}

std::string time_text(const Timestamp& time) {
  const std::string nanoseconds = std::to_string(time.nanoseconds);
  return std::to_string(time.seconds) + '.' + std::string(9 - nanoseconds.size(), '0') + nanoseconds;
}

// What a kind of difference is about, as one tree has it.
std::string value_of(const Entry& entry, Kind kind) {
  switch (kind) {
    case Kind::content:
      return std::to_string(entry.size) + ' ' + (entry.hash.empty() ? "-" : entry.hash);
    case Kind::type:
    case Kind::only_first:
    case Kind::only_second:
      return std::string(1, entry.kind) + (entry.note == note_mount_point ? " mount point" : "");
    case Kind::unread:
      return escaped_name(entry.note);
    case Kind::owner:
      return std::to_string(entry.uid) + ':' + std::to_string(entry.gid);
    case Kind::mode:
      return octal(entry.mode);
    case Kind::target:
      return escaped_name(entry.target);
    case Kind::device:
      return entry.device;
    case Kind::mtime:
    case Kind::mtime_subsecond:
      return time_text(entry.mtime);
    case Kind::hardlink:
      return escaped_name(entry.hardlink);
  }
  return {};
}

}  // namespace

const char* kind_name(Kind kind) { return kind_texts[static_cast<std::size_t>(kind)].name; }
const char* kind_meaning(Kind kind) { return kind_texts[static_cast<std::size_t>(kind)].meaning; }

Kind Kinds::worst() const {
  unsigned lowest = 0;
  while (lowest + 1 < kind_count && (bits_ >> lowest & 1U) == 0) ++lowest;
  return static_cast<Kind>(lowest);
}

std::string Kinds::names() const {
  std::string names;
  for (unsigned i = 0; i < kind_count; ++i)
    if (has(static_cast<Kind>(i))) names += (names.empty() ? "" : ",") + std::string(kind_name(static_cast<Kind>(i)));
  return names;
}

Kinds kinds_between(const Entry& first, const Entry& second) {
  Kinds kinds;
  if (first.kind != second.kind || (first.note == note_mount_point) != (second.note == note_mount_point)) {
    kinds.add(Kind::type);
    return kinds;
  }
  const bool read = is_read(first) && is_read(second);
  // An unread file of another size differs all the same.
  if (first.size != second.size || (read && first.hash != second.hash)) kinds.add(Kind::content);
  if (!read) kinds.add(Kind::unread);
  if (first.uid != second.uid || first.gid != second.gid) kinds.add(Kind::owner);
  if (first.mode != second.mode) kinds.add(Kind::mode);
  if (read && first.target != second.target) kinds.add(Kind::target);
  if (first.device != second.device) kinds.add(Kind::device);
  if (first.mtime != second.mtime)
    kinds.add(is_less_than_a_second(first.mtime, second.mtime) ? Kind::mtime_subsecond : Kind::mtime);
  if (first.hardlink != second.hardlink) kinds.add(Kind::hardlink);
  return kinds;
}

Difference difference_between(const Entry* first, const Entry* second) {
  Difference difference;
  if (first != nullptr && second != nullptr) {
    difference.kinds = kinds_between(*first, *second);
  } else {
    difference.kinds.add(second == nullptr ? Kind::only_first : Kind::only_second);
  }
  const std::string& path = first != nullptr ? first->path : second->path;
  difference.path = path.empty() ? "." : escaped_name(path);
  const auto is_folder = [](const Entry* entry) { return entry != nullptr && entry->kind == 'd'; };
  difference.no_folder_in_first = is_folder(second) && !is_folder(first);
  difference.mounted_in_one = is_mount_point(first) != is_mount_point(second);
  const Kind worst = difference.kinds.worst();
  if (first != nullptr) difference.first = value_of(*first, worst);
  if (second != nullptr) difference.second = value_of(*second, worst);
  difference.linked =
      (first != nullptr && !first->hardlink.empty()) || (second != nullptr && !second->hardlink.empty());
  return difference;
}

char mark_of(Kind worst) {
  switch (worst) {
    case Kind::only_first:
      return '+';
    case Kind::only_second:
      return '-';
    case Kind::unread:
      return '!';
    default:
      return '*';
  }
}

std::string difference_line(const Difference& difference) {
  std::string line(1, mark_of(difference.kinds.worst()));
  line += ' ' + difference.kinds.names() + ' ' + difference.path;
  return line + '\t' + difference.first + '\t' + difference.second + '\n';
}

}  // namespace hanfs::tree
