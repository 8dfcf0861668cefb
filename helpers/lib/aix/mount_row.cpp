// SPDX-License-Identifier: Apache-2.0
// A row is printed with "%-8s %-16s %-16s %-6s %-12s %-15s " (lib/aix/README.md "mount: the list": 64 rows reproduce
// exactly). A long value pushes the rest to the right and one blank stays, so fixed columns are wrong; and a name may
// hold blanks, so words are wrong as well. Read from the right: the date is the anchor, vfs stands before it, options
// behind it. What is left of vfs are words where the names hold no blanks; otherwise the borders are those that the
// format reproduces.
#include "aix/mount_row.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

constexpr std::size_t node_width = 8;
constexpr std::size_t name_width = 16;

struct Names {
  std::string_view node, device, path;
};

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool is_month(std::string_view word) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return std::find(months.begin(), months.end(), word) != months.end();
}

std::size_t skip_spaces_back(std::string_view s, std::size_t at) {
  while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == '\t')) --at;
  return at;
}

std::size_t skip_digits_back(std::string_view s, std::size_t at) {
  while (at > 0 && text::is_digit(s[at - 1])) --at;
  return at;
}

// What separates the columns of one line.
bool is_gap(char c) { return text::is_blank(c) && c != '\n'; }

// The date whose "hh:mm" has its colon at `colon`. Days may be "07", " 7" or "7".
std::optional<Span> date_around(std::string_view row, std::size_t colon) {
  const auto digit = [&](std::size_t i) { return i < row.size() && text::is_digit(row[i]); };
  const std::size_t end = colon + 3;
  if (colon < 2 || !digit(colon + 1) || !digit(colon + 2) || (end < row.size() && !is_gap(row[end]))) return {};
  const std::size_t hour = skip_digits_back(row, colon);
  const auto hours = parsing::whole_number(row.substr(hour, colon - hour));
  const auto minutes = parsing::whole_number(row.substr(colon + 1, 2));
  if (colon - hour != 2 || !hours || *hours > 23 || !minutes || *minutes > 59) return {};
  const std::size_t day_end = skip_spaces_back(row, hour);
  const std::size_t day = skip_digits_back(row, day_end);
  const auto days = parsing::whole_number(row.substr(day, day_end - day));
  if (day_end == hour || day_end - day > 2 || !days || *days < 1 || *days > 31) return {};
  const std::size_t month_end = skip_spaces_back(row, day);
  if (month_end == day || month_end < 4 || !is_gap(row[month_end - 4])) return {};
  if (!is_month(row.substr(month_end - 3, 3))) return {};
  return Span{month_end - 3, end};
}

std::optional<Span> last_date(std::string_view row) {
  for (std::size_t colon = row.rfind(':'); colon != std::string_view::npos && colon > 0;
       colon = row.rfind(':', colon - 1)) {
    if (const auto date = date_around(row, colon)) return date;
  }
  return {};
}

bool is_vfs_name(std::string_view word) {
  return !word.empty() && word.size() <= 32 && text::is_letter(word.front()) &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return text::is_letter(c) || text::is_digit(c) || c == '_' || c == '-' || c == '.';
         });
}

void append_padded(std::string& out, std::string_view value, std::size_t width) {
  out += value;
  if (value.size() < width) out.append(width - value.size(), ' ');
  out += ' ';
}

std::string_view without_padding(std::string_view field) {
  while (!field.empty() && field.back() == ' ') field.remove_suffix(1);
  return field;
}

// The value in a field of the format: padded to exactly `width`, or longer and then without padding.
std::optional<std::string_view> field_value(std::string_view field, std::size_t width) {
  if (field.size() < width) return {};
  const std::string_view value = without_padding(field);
  if (value.empty() || (field.size() > width && value.size() != field.size())) return {};
  return value;
}

// Names without blanks: two words in a local row, three with a node. Also reads copies with other column widths.
std::optional<Names> split_words(std::string_view names) {
  const auto words = text::first_fields(names, 4);
  const auto is_path = [](std::string_view word) { return word.front() == '/'; };
  const bool indented = !names.empty() && text::is_blank(names.front());
  if (words.size() == 2 && is_path(words[1]) && (indented || is_path(words[0]))) return Names{{}, words[0], words[1]};
  if (words.size() != 3 || !is_path(words[2])) return {};
  if (!indented && !is_path(words[0])) return Names{words[0], words[1], words[2]};
  // A copy that was indented as a whole: a local row begins with at least nine blanks, so this has a node.
  const std::size_t margin = names.size() - text::trimmed_left(names).size();
  if (indented && margin <= node_width && !is_path(words[0]) && is_path(words[1])) {
    return Names{words[0], words[1], words[2]};
  }
  return {};
}

// Where column "mounted" can begin: after the first word, or after a node that holds blanks itself.
std::vector<std::size_t> device_begins(std::string_view names) {
  std::vector<std::size_t> begins;
  if (names.size() <= node_width + 1) return begins;
  const auto consider = [&](std::size_t begin, std::size_t node_length) {
    const bool aligned = begin == std::max(node_width, node_length) + 1;
    if (aligned && begin < names.size() && names[begin] != ' ' && names[begin - 1] == ' ' &&
        std::find(begins.begin(), begins.end(), begin) == begins.end()) {
      begins.push_back(begin);
    }
  };
  if (names.front() == ' ') {
    if (without_padding(names.substr(0, node_width + 1)).empty()) consider(node_width + 1, 0);
    return begins;
  }
  const std::size_t word_end = std::min(names.find(' '), names.size());
  const std::size_t word_begin = std::min(names.find_first_not_of(' ', word_end), names.size());
  consider(word_begin, word_end);
  const std::size_t slash = names.find(" /");
  if (slash != std::string_view::npos) consider(slash + 1, without_padding(names.substr(0, slash)).size());
  return begins;
}

// Every way to cut `names` that the format could have printed, at most two: more than one is as bad as many.
std::vector<Names> splits_of_format(std::string_view names) {
  std::vector<Names> found;
  if (names.empty() || names.back() != ' ') return found;
  const std::string_view body = names.substr(0, names.size() - 1);
  for (const std::size_t device_begin : device_begins(names)) {
    const std::string_view node = without_padding(names.substr(0, device_begin));
    std::size_t blank = body.find(" /", device_begin + name_width);
    for (; blank != std::string_view::npos && found.size() < 2; blank = body.find(" /", blank + 1)) {
      if (body.size() - blank - 1 < name_width) break;
      const auto device = field_value(body.substr(device_begin, blank - device_begin), name_width);
      const auto path = field_value(body.substr(blank + 1), name_width);
      if (device && path) found.push_back({node, *device, *path});
    }
  }
  return found;
}

// Two rows glued together look like one with a strange name: a date inside, and the padding of the columns.
bool holds_a_row(std::string_view name) {
  return name.find("  ") != std::string_view::npos && last_date(name).has_value();
}

// True when the format prints the left part of the row (up to the date) with these bytes.
bool reproduces(const Mount& mount, std::string_view left) {
  std::string printed;
  append_padded(printed, mount.node, node_width);
  append_padded(printed, mount.device, name_width);
  append_padded(printed, mount.path, name_width);
  append_padded(printed, mount.vfs, 6);
  return printed == left;
}

}  // namespace

MountRow read_mount_row(std::string_view row) {
  MountRow result;
  const auto date = last_date(row);
  if (!date) {
    result.expected = "a row \"node mounted mounted-over vfs Mon dd hh:mm options\"";
    return result;
  }
  result.has_date = true;
  const std::size_t vfs_end = skip_spaces_back(row, date->begin);
  std::size_t vfs_begin = vfs_end;
  while (vfs_begin > 0 && !text::is_blank(row[vfs_begin - 1])) --vfs_begin;
  const std::string_view vfs = row.substr(vfs_begin, vfs_end - vfs_begin);
  if (!is_vfs_name(vfs)) {
    result.expected = "the name of a file system type before the date";
    return result;
  }

  const std::string_view left = row.substr(0, vfs_begin);
  bool from_format = false;
  auto names = left.find('\n') == std::string_view::npos ? split_words(left) : std::nullopt;
  if (!names) {
    const auto splits = splits_of_format(left);
    if (splits.size() > 1) {
      result.expected = R"(names with one possible border between "mounted" and "mounted over")";
      return result;
    }
    if (splits.empty()) {
      result.expected = "columns node, mounted and mounted over (a path) before the type";
      return result;
    }
    names = splits.front();
    from_format = true;
  }
  result.mount = Mount{std::string(names->node),
                       std::string(names->device),
                       std::string(names->path),
                       std::string(vfs),
                       std::string(row.substr(date->begin, date->end - date->begin)),
                       std::string(text::trimmed(row.substr(date->end)))};
  result.exact = reproduces(*result.mount, row.substr(0, date->begin));
  if (from_format && (!result.exact || holds_a_row(names->device) || holds_a_row(names->path))) {
    result.mount.reset();
    result.exact = false;
    result.expected = "one row, printed in the columns of mount, where names hold blanks";
  }
  return result;
}

}  // namespace hanfs::aix
