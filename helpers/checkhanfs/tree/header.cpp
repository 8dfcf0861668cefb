// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/header.hpp"

#include "checkhanfs/tree/name.hpp"
#include "text/words.hpp"

namespace hanfs::tree {
namespace {

constexpr std::string_view columns_line = "#columns kind mode uid gid size mtime hash path";
constexpr const char* not_a_manifest = "this is no manifest of checkhanfs";

// "#root /install" gives "/install"; nullopt: another line.
std::optional<std::string> header_value(std::string_view line, std::string_view name) {
  if (!text::starts_with(line, "#" + std::string(name) + " ")) return std::nullopt;
  return unescaped_name(line.substr(name.size() + 2));
}

std::optional<std::uint64_t> ending_number(std::string_view word, std::string_view name) {
  if (!text::starts_with(word, name) || !text::is_digits(word.substr(name.size()))) return std::nullopt;
  return text::whole_number<std::uint64_t>(word.substr(name.size()));
}

}  // namespace

std::string header_text(const Header& header) {
  std::string text = std::string(magic) + std::to_string(format_version) + "\n#hash " + hash_name(header.hash) +
                     "\n#root " + escaped_name(header.root) + "\n#host " + escaped_name(header.host) + "\n#time " +
                     escaped_name(header.time) + '\n';
  for (const std::string& pattern : header.excludes) text += "#exclude " + escaped_name(pattern) + '\n';
  return text + std::string(columns_line) + '\n';
}

Result<Header> parse_header(std::string_view text, std::size_t& length) {
  Header header;
  std::string_view rest = text;
  for (std::size_t number = 1;; ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return Error{number == 1 ? not_a_manifest : "it is cut off within its header"};
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (number == 1) {
      if (!text::starts_with(line, magic)) return Error{not_a_manifest};
      if (line.substr(magic.size()) != std::to_string(format_version))
        return Error{"its format is version " + escaped_name(line.substr(magic.size(), 20)) +
                     ", this program knows version " + std::to_string(format_version) +
                     "; cure: make both manifests with the same release of checkhanfs"};
      continue;
    }
    if (line == columns_line) break;
    const std::string where = "line " + std::to_string(number) + " of its header ";
    if (const auto word = header_value(line, "hash")) {
      const auto kind = hash_kind(*word);
      if (!kind) return Error{where + "names a hash that is not known"};
      header.hash = *kind;
    } else if (const auto root = header_value(line, "root")) {
      header.root = *root;
    } else if (const auto host = header_value(line, "host")) {
      header.host = *host;
    } else if (const auto time = header_value(line, "time")) {
      header.time = *time;
    } else if (const auto pattern = header_value(line, "exclude")) {
      header.excludes.push_back(*pattern);
    } else {
      return Error{where + "is not known"};
    }
  }
  length = text.size() - rest.size();
  return header;
}

std::string ending_line(const Ending& ending) {
  return "#end entries=" + std::to_string(ending.entries) + " bytes=" + std::to_string(ending.bytes) +
         " checksum=" + ending.checksum + '\n';
}

Result<Ending> parse_ending(std::string_view line) {
  const auto words = text::split(line, ' ');
  Ending ending;
  if (words.size() != 4 || words[0] != "#end" || !text::starts_with(words[3], "checksum="))
    return Error{"its end line is not written as it should be"};
  const auto entries = ending_number(words[1], "entries=");
  const auto bytes = ending_number(words[2], "bytes=");
  if (!entries || !bytes) return Error{"its end line is not written as it should be"};
  ending.entries = *entries;
  ending.bytes = *bytes;
  ending.checksum = words[3].substr(std::string_view("checksum=").size());
  return ending;
}

}  // namespace hanfs::tree
