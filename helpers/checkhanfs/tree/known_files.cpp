// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/known_files.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "checkhanfs/tree/line.hpp"
#include "checkhanfs/tree/name.hpp"
#include "sys/fds.hpp"
#include "text/words.hpp"

namespace hanfs::tree {

// Lines of a small width, in a buffer of their own.
class KnownFiles::Lines {
 public:
  explicit Lines(sys::Descriptor file) : file_(std::move(file)) {}

  // Without its newline. False: there is no further whole line.
  bool next(std::string_view& line) {
    for (;;) {
      const std::string_view there(buffer_ + begin_, end_ - begin_);
      if (const std::size_t at = there.find('\n'); at != std::string_view::npos) {
        line = there.substr(0, at);
        begin_ += at + 1;
        return true;
      }
      std::memmove(buffer_, buffer_ + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      const ssize_t n = end_ == sizeof buffer_ ? 0 : sys::read_some(file_.get(), buffer_ + end_, sizeof buffer_ - end_);
      if (n <= 0) return false;
      end_ += static_cast<std::size_t>(n);
    }
  }

 private:
  sys::Descriptor file_;
  char buffer_[65536];
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

namespace {

// The last line of a file, as far as it is short.
std::string last_line(int fd) {
  char tail[128];
  const off_t size = ::lseek(fd, 0, SEEK_END);
  const off_t start = size > static_cast<off_t>(sizeof tail) ? size - static_cast<off_t>(sizeof tail) : 0;
  const ssize_t n = ::pread(fd, tail, sizeof tail, start);
  ::lseek(fd, 0, SEEK_SET);
  std::string_view text(tail, n > 0 ? static_cast<std::size_t>(n) : 0);
  if (text.empty() || text.back() != '\n') return {};
  text.remove_suffix(1);
  const std::size_t before = text.rfind('\n');
  return std::string(text.substr(before == std::string_view::npos ? 0 : before + 1));
}

std::string_view ending_checksum(std::string_view line) {
  const std::size_t at = line.rfind('=');
  return text::starts_with(line, "#end ") && at != std::string_view::npos ? line.substr(at + 1) : std::string_view{};
}

}  // namespace

KnownFiles::KnownFiles(std::unique_ptr<ManifestReader> manifest, std::unique_ptr<Lines> local)
    : manifest_(std::move(manifest)), local_(std::move(local)) {}
KnownFiles::~KnownFiles() = default;

Result<std::unique_ptr<KnownFiles>> KnownFiles::open(const std::string& manifest, const std::string& local,
                                                     HashKind hash, ManifestReader::Expected expected) {
  sys::Descriptor manifest_file(sys::open_cloexec(manifest.c_str(), O_RDONLY | O_NONBLOCK));
  if (!manifest_file) return Error{manifest + ": cannot open: " + std::strerror(errno)};
  sys::Descriptor local_file(sys::open_cloexec(local.c_str(), O_RDONLY | O_NONBLOCK));
  if (!local_file) return Error{local + ": cannot open: " + std::strerror(errno)};
  if (expected == ManifestReader::Expected::whole) {
    const std::string ending = last_line(manifest_file.get());
    const std::string of = last_line(local_file.get());
    if (ending_checksum(ending).empty() || ending_checksum(ending) != checksum_of(of))
      return Error{local + ": it is not that of " + manifest};
  }
  auto reader = ManifestReader::open(std::move(manifest_file), manifest, expected);
  if (!reader) return reader.error();
  if ((*reader)->header().hash != hash) return Error{manifest + ": it has other hashes"};
  auto lines = std::make_unique<Lines>(std::move(local_file));
  std::string_view header;
  if (!lines->next(header) || std::string(header) + '\n' != local_header())
    return Error{local + ": it is no local file of this version"};
  std::unique_ptr<KnownFiles> known(new KnownFiles(std::move(*reader), std::move(lines)));
  known->next();
  return known;
}

void KnownFiles::next() {
  if (!line_.empty()) manifest_->consume(line_.size() + 1);
  const Result<std::string_view> line = manifest_->line();
  line_ = line && local_->next(local_line_) ? *line : std::string_view{};
}

bool KnownFiles::is_before(std::string_view path) {
  const std::string_view column = path_column(line_);
  if (column.find('\\') == std::string_view::npos) return (column == "." ? std::string_view{} : column) < path;
  return unescaped_name(column).value_or("") < path;
}

std::string_view KnownFiles::line_of(std::string_view path, const Identity& identity) {
  if (given_) next();
  given_ = false;
  identity_.clear();
  append_identity(identity_, identity);
  identity_.pop_back();
  for (; !line_.empty(); next()) {
    given_ = local_line_ == identity_;
    if (given_) return line_;
    if (!is_before(path)) break;
  }
  return {};
}

}  // namespace hanfs::tree
