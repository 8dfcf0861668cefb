// SPDX-License-Identifier: Apache-2.0
// A row is printed with "%-11s %-20s %-20s %-18s" (lib/aix/README.md "nfs4cl: showfs", verified byte for byte on the
// one public row); the fsid, digits:digits, is the anchor. The server and option lines belong to the row above them.
#include "aix/nfs4cl.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

constexpr std::size_t server_width = 11;
constexpr std::size_t path_width = 20;  // of "Remote Path" and of "fsid"

constexpr std::string_view expected_row = "a row \"server /remote/path major:minor /local/path\"";
constexpr std::size_t most_open_options = 8192;  // real ones are some 200 long; keeps many open lines linear
constexpr std::string_view expected_owner = "the row of a file system before this line";

bool is_header(std::string_view line) {
  const auto words = text::first_fields(line, 6);
  return words.size() == 6 && text::equal_ignoring_case(words[0], "server") &&
         text::equal_ignoring_case(words[1], "remote") && text::equal_ignoring_case(words[2], "path") &&
         text::equal_ignoring_case(words[3], "fsid") && text::equal_ignoring_case(words[4], "local") &&
         text::equal_ignoring_case(words[5], "path");
}

bool is_fsid(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == word.size()) return false;
  return std::all_of(word.begin(), word.end(), [](char c) { return text::is_digit(c) || c == ':'; }) &&
         word.find(':', colon + 1) == std::string_view::npos;
}

bool is_path(std::string_view s) { return !s.empty() && s.front() == '/'; }

struct Candidate {
  std::string_view server, remote, fsid, local;
  bool exact = false;
};

std::size_t offset_in(std::string_view whole, std::string_view part) {
  return static_cast<std::size_t>(part.data() - whole.data());
}

// The columns begin where the format puts them, counted from the start of the server.
bool is_exact(std::string_view line, const Candidate& c) {
  const std::size_t remote_at = std::max(server_width, c.server.size()) + 1;
  const std::size_t fsid_at = remote_at + std::max(path_width, c.remote.size()) + 1;
  const std::size_t local_at = fsid_at + std::max(path_width, c.fsid.size()) + 1;
  return offset_in(line, c.remote) == remote_at && offset_in(line, c.fsid) == fsid_at &&
         (c.local.empty() || offset_in(line, c.local) == local_at);
}

// Every way to read the line around a word that looks like an fsid: paths may hold blanks, and such a word.
std::vector<Candidate> candidates(std::string_view line) {
  std::vector<Candidate> found;
  const auto words = text::fields(line);
  if (words.size() < 2) return found;
  // A pseudo file system may come without a server: then the remote path is the first word.
  const bool has_server = !is_path(words[0]);
  const std::size_t first_path = has_server ? 1 : 0;
  if (!is_path(words[first_path])) return found;
  const std::size_t remote_at = offset_in(line, words[first_path]);
  for (std::size_t i = first_path + 1; i < words.size(); ++i) {
    if (!is_fsid(words[i]) || (i + 1 < words.size() && !is_path(words[i + 1]))) continue;
    const std::size_t fsid_at = offset_in(line, words[i]);
    Candidate c;
    if (has_server) c.server = words[0];
    c.remote = text::trimmed_right(line.substr(remote_at, fsid_at - remote_at));
    c.fsid = words[i];
    if (i + 1 < words.size()) c.local = text::trimmed_right(line.substr(offset_in(line, words[i + 1])));
    c.exact = is_exact(line, c);
    found.push_back(c);
  }
  return found;
}

std::optional<NfsFilesystem> read_row(std::string_view line) {
  auto found = candidates(line);
  if (found.size() > 1) {
    found.erase(std::remove_if(found.begin(), found.end(), [](const Candidate& c) { return !c.exact; }), found.end());
  }
  if (found.size() != 1) return {};
  const Candidate& c = found.front();
  NfsFilesystem info;
  info.server = c.server;
  info.remote = c.remote;
  info.fsid = c.fsid;
  info.local = c.local;
  return info;
}

// The text behind "LABEL :" where any blanks stand around the colon.
std::optional<std::string_view> after_label(std::string_view line, std::string_view label) {
  line = parsing::trim_nbsp(line);
  if (!text::starts_with_ignoring_case(line, label)) return {};
  line = parsing::trim_nbsp(line.substr(label.size()));
  if (line.empty() || line.front() != ':') return {};
  return parsing::trim_nbsp(line.substr(1));
}

// "ADDRESS:/path": an IPv6 address has colons of its own, so the path decides.
std::string_view address_of(std::string_view location) {
  const std::size_t path = location.find(":/");
  return path == std::string_view::npos ? location : location.substr(0, path);
}

// A second "ADDRESS:/path" behind the first would be lost: nobody has seen a list here.
bool is_one_location(std::string_view location) {
  const std::string_view address = address_of(location);
  const auto ends_word = [](char c) { return text::is_blank(c) || c == ','; };
  if (address.empty() || std::any_of(address.begin(), address.end(), ends_word) || address.front() == '/') return false;
  const auto rest = std::find_if(location.begin(), location.end(), ends_word);
  return location.find(":/", static_cast<std::size_t>(rest - location.begin())) == std::string_view::npos;
}

// "  203.0.113.13:/install" alone, as a line that was wrapped would leave it. A row has an fsid, so it is none.
bool is_bare_location(std::string_view line) {
  const std::string_view location = parsing::trim_nbsp(line);
  return text::is_blank(line.front()) && text::first_fields(location, 2).size() == 1 &&
         location.find(":/") != std::string_view::npos && is_one_location(location);
}

// Two values of one option: which one counts cannot be told.
bool contradicts_itself(const std::vector<std::pair<std::string, std::string>>& options, std::string_view key) {
  const auto has_key = [&](const auto& option) { return option.first == key; };
  const auto first = std::find_if(options.begin(), options.end(), has_key);
  return std::any_of(first, options.end(),
                     [&](const auto& option) { return has_key(option) && option.second != first->second; });
}

std::vector<std::pair<std::string, std::string>> read_options(std::string_view list) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto piece : text::split(list, ',')) {
    const std::string_view option = parsing::trim_nbsp(piece);
    if (option.empty()) continue;
    const std::size_t equals = option.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      options.emplace_back(option, "");
    } else {
      options.emplace_back(text::trimmed_right(option.substr(0, equals)),
                           text::trimmed_left(option.substr(equals + 1)));
    }
  }
  return options;
}

class Reader {
 public:
  bool has_header() const { return has_header_; }
  ShowFs take() { return std::move(list_); }

  void read(const parsing::Line& line) {
    if (parsing::trim_nbsp(line.text).empty() || parsing::is_ruler(line.text)) return;
    if (is_header(line.text)) {
      has_header_ = true;
      owner_known_ = false;
    } else if (has_header_) {
      if (!read_server(line) && !read_option_line(line)) read_file_system(line);
    } else if (!parsing::is_prompt(line.text)) {
      complain(line, "the header \"Server Remote Path fsid Local Path\" first");
    }
  }

 private:
  void complain(const parsing::Line& line, std::string_view expected) {
    list_.problems.push_back(parsing::problem(line, expected));
  }

  // The row that a server or option line belongs to; a row that could not be read must not pass its lines to another.
  NfsFilesystem* owner(const parsing::Line& line) {
    if (owner_known_) return &list_.filesystems.back();
    complain(line, expected_owner);
    return nullptr;
  }

  bool read_server(const parsing::Line& line) {
    const auto current = after_label(line.text, "Current Server");
    auto location = current ? current : after_label(line.text, "Replica Server");
    if (!location && in_replicas_ && is_bare_location(line.text)) location = parsing::trim_nbsp(line.text);
    in_replicas_ = location && !current;
    if (!location) return false;
    NfsFilesystem* const fs = owner(line);
    if (fs == nullptr) return true;
    if (!is_one_location(*location)) {
      complain(line, "one server as ADDRESS:/path");
    } else if (!current) {
      fs->replicas.emplace_back(address_of(*location));
    } else if (fs->current.empty()) {
      fs->current = address_of(*location);
    } else {
      complain(line, "one \"Current Server\" line for a file system");
    }
    return true;
  }

  bool read_option_line(const parsing::Line& line) {
    const auto options = after_label(line.text, "options");
    const bool goes_on =
        !options && !open_options_.empty() && owner_known_ && text::is_blank(line.text.front()) && !read_row(line.text);
    const std::string all =
        goes_on ? open_options_ + std::string(parsing::trim_nbsp(line.text)) : std::string(options.value_or(""));
    open_options_.clear();
    if (!options && !goes_on) return false;
    NfsFilesystem* const fs = owner(line);
    if (fs == nullptr) return true;
    if (fs->has_options && !goes_on) {
      complain(line, "one \"options\" line for a file system");
    } else {
      fs->has_options = true;
      fs->options = read_options(all);
      if (!all.empty() && all.back() == ',' && all.size() < most_open_options) open_options_ = all;
      std::string expected;
      for (const char* key : {"timeo", "retrans"})
        if (contradicts_itself(fs->options, key))
          expected += (expected.empty() ? "one value of " : " and of ") + std::string(key);
      if (!expected.empty()) complain(line, expected);
    }
    return true;
  }

  void read_file_system(const parsing::Line& line) {
    auto row = read_row(line.text);
    owner_known_ = row.has_value();
    if (row) {
      list_.filesystems.push_back(std::move(*row));
    } else if (!parsing::is_prompt(line.text)) {  // asked last: a path may look like one
      complain(line, expected_row);
    }
  }

  ShowFs list_;
  bool has_header_ = false;
  bool owner_known_ = false;
  bool in_replicas_ = false;  // the line before was about a replica
  std::string open_options_;  // so far, of an options line that ended in a comma: it goes on in the next line
};

}  // namespace

std::optional<long> NfsFilesystem::number(std::string_view key) const {
  if (contradicts_itself(options, key)) return {};
  for (const auto& [name, value] : options) {
    if (name != key) continue;
    const auto number = parsing::whole_number(value);
    if (!number || *number > std::numeric_limits<long>::max() || *number < std::numeric_limits<long>::min()) return {};
    return static_cast<long>(*number);
  }
  return {};
}

std::string NfsFilesystem::options_text() const {
  std::string out;
  for (const auto& [name, value] : options) {
    if (!out.empty()) out += ',';
    out += name;
    if (!value.empty()) out += '=' + value;
  }
  return out;
}

Result<ShowFs> parse_showfs(std::string_view all) {
  Reader reader;
  const auto lines = parsing::lines(all);
  for (const auto& line : lines) reader.read(line);
  const bool has_header = reader.has_header();
  ShowFs list = reader.take();
  if (has_header) return list;
  const std::string seen = list.problems.empty() ? "no text" : to_string(list.problems.front());
  return Error{"this is not the list of nfs4cl showfs: no header \"Server Remote Path fsid Local Path\" in " +
               std::to_string(lines.size()) + " lines (" + seen + ")"};
}

}  // namespace hanfs::aix
