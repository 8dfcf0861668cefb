// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/local_file.hpp"

#include "checkhanfs/tree/number.hpp"
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
  append_number(out, identity->inode);
  out += ' ';
  append_number(out, identity->ctime.seconds);
  out += '.';
  append_number(out, identity->ctime.nanoseconds);
  out += '\n';
}

std::string local_ending(const std::string& checksum) { return std::string(of_manifest) + checksum + '\n'; }

std::string_view checksum_of(std::string_view line) {
  return text::starts_with(line, of_manifest) ? line.substr(of_manifest.size()) : std::string_view{};
}

}  // namespace hanfs::tree
