// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/local_file.hpp"

#include <charconv>

#include "text/words.hpp"

namespace hanfs::tree {
namespace {

constexpr std::string_view of_manifest = "#of ";

}  // namespace

std::string local_path(const std::string& manifest) { return manifest + ".local"; }

std::string local_header() { return "#hanfs-tree-local 1\n"; }

void append_identity(std::string& out, const std::optional<Identity>& identity) {
  if (!identity) {
    out += "-\n";
    return;
  }
  char line[80];
  char* end = std::to_chars(line, line + sizeof line, identity->inode).ptr;
  *end++ = ' ';
  end = std::to_chars(end, line + sizeof line, identity->ctime.seconds).ptr;
  *end++ = '.';
  end = std::to_chars(end, line + sizeof line, identity->ctime.nanoseconds).ptr;
  *end++ = '\n';
  out.append(line, static_cast<std::size_t>(end - line));
}

std::optional<Identity> parse_identity(std::string_view line) {
  const std::size_t blank = line.find(' ');
  const std::size_t point = line.find('.');
  if (blank == std::string_view::npos || point == std::string_view::npos || point < blank) return std::nullopt;
  const auto inode = text::whole_number<std::uint64_t>(line.substr(0, blank));
  const auto seconds = text::whole_number<std::int64_t>(line.substr(blank + 1, point - blank - 1));
  const auto nanoseconds = text::whole_number<std::uint32_t>(line.substr(point + 1));
  if (!inode || !seconds || !nanoseconds) return std::nullopt;
  return Identity{*inode, {*seconds, *nanoseconds}};
}

std::string local_ending(const std::string& checksum) { return std::string(of_manifest) + checksum + '\n'; }

std::string_view checksum_of(std::string_view line) {
  return text::starts_with(line, of_manifest) ? line.substr(of_manifest.size()) : std::string_view{};
}

}  // namespace hanfs::tree
