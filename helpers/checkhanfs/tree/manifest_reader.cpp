// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/manifest_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sys/fds.hpp"

namespace hanfs::tree {
namespace {

constexpr std::size_t usual_block = std::size_t{256} << 10;  // bytes
constexpr std::size_t longest_line = std::size_t{16} << 20;  // bytes; a path of a thousand levels fits
constexpr const char* make_it_again = "; cure: make it again with checkhanfs tree manifest";

}  // namespace

ManifestReader::ManifestReader(sys::Descriptor file, std::string name, Expected expected)
    : file_(std::move(file)),
      name_(std::move(name)),
      expected_(expected),
      buffer_(std::make_unique<char[]>(usual_block)),
      capacity_(usual_block) {}

Result<std::unique_ptr<ManifestReader>> ManifestReader::open(const std::string& path, Expected expected) {
  // O_NONBLOCK: a FIFO in the place of the file must not hang us.
  sys::Descriptor file(sys::open_cloexec(path.c_str(), O_RDONLY | O_NONBLOCK));
  if (!file) return Error{path + ": cannot open: " + std::strerror(errno)};
  return open(std::move(file), path, expected);
}

Result<std::unique_ptr<ManifestReader>> ManifestReader::open(sys::Descriptor file, const std::string& name,
                                                             Expected expected) {
  struct stat info{};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return Error{name + ": not a regular file"};
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return Error{name + ": cannot read: " + std::strerror(errno)};
  std::unique_ptr<ManifestReader> reader(new ManifestReader(std::move(file), name, expected));
  if (const Status read = reader->read_header(); !read) return read.error();
  return reader;
}

Error ManifestReader::damaged(const std::string& what) const { return Error{name_ + ": " + what + make_it_again}; }

Error ManifestReader::error_here(const std::string& what) const {
  return damaged("line " + std::to_string(line_number()) + ": " + what);
}

std::uint64_t ManifestReader::line_number() const {
  const auto waiting = std::count(buffer_.get() + begin_, buffer_.get() + end_, '\n');
  return header_lines_ + lines_ - static_cast<std::uint64_t>(waiting) + 1;
}

// Appends to the buffer, which has room.
Status ManifestReader::read_more(bool& ended) {
  const ssize_t n = sys::read_some(file_.get(), buffer_.get() + filled_, capacity_ - filled_);
  if (n < 0) return Error{name_ + ": cannot read: " + std::strerror(errno)};
  filled_ += static_cast<std::size_t>(n);
  ended = n == 0;
  return Done{};
}

Status ManifestReader::read_header() {
  bool ended = false;
  while (!ended && filled_ < capacity_)
    if (const Status read = read_more(ended); !read) return read;
  std::size_t length = 0;
  Result<Header> header = parse_header({buffer_.get(), filled_}, length);
  if (!header) return Error{name_ + ": " + header.error().what};
  header_ = std::move(*header);
  header_lines_ = static_cast<std::uint64_t>(std::count(buffer_.get(), buffer_.get() + length, '\n'));
  digest_.update(buffer_.get(), length);
  begin_ = end_ = length;
  return Done{};
}

Status ManifestReader::finish(std::string_view last_line) {
  finished_ = true;
  if (expected_ == Expected::begun) return Done{};
  if (last_line.empty()) return damaged("it is cut off, its end line is missing");
  Result<Ending> ending = parse_ending(last_line);
  if (!ending) return damaged(ending.error().what);
  ending_ = std::move(*ending);
  if (ending_.entries != lines_)
    return damaged("it was changed: its end line counts " + std::to_string(ending_.entries) + " entries, there are " +
                   std::to_string(lines_));
  if (ending_.checksum != digest_.hex()) return damaged("it was changed: its checksum does not fit");
  return Done{};
}

// All of [begin_, end_) is consumed. Makes the next whole lines of the buffer, or of the file, the lines at hand.
Status ManifestReader::fill() {
  for (bool ended = false;;) {
    // What follows the lines at hand moves to the front; the last line stays out until it is known to be none of the
    // end, whose first character no entry has.
    std::memmove(buffer_.get(), buffer_.get() + end_, filled_ - end_);
    filled_ -= end_;
    begin_ = end_ = 0;
    if (filled_ == capacity_) {
      if (capacity_ >= longest_line) return damaged("a line is longer than " + std::to_string(longest_line) + " bytes");
      auto larger = std::make_unique<char[]>(2 * capacity_);
      std::memcpy(larger.get(), buffer_.get(), filled_);
      buffer_ = std::move(larger);
      capacity_ *= 2;
    }
    if (const Status read = read_more(ended); !read) return read;
    const std::string_view there(buffer_.get(), filled_);
    std::size_t whole = there.rfind('\n');
    whole = whole == std::string_view::npos ? 0 : whole + 1;
    std::string_view last_line;
    if (whole > 0) {
      const std::size_t before = there.rfind('\n', whole - 2);
      const std::size_t start = whole < 2 || before == std::string_view::npos ? 0 : before + 1;
      if (there[start] == '#') {
        last_line = there.substr(start, whole - 1 - start);
        whole = start;
      }
    }
    if (whole > 0) {
      end_ = whole;
      digest_.update(buffer_.get(), whole);
      mount_points_.look(there.substr(0, whole));
      lines_ += static_cast<std::uint64_t>(std::count(buffer_.get(), buffer_.get() + whole, '\n'));
      return Done{};
    }
    if (!last_line.empty() && filled_ > last_line.size() + 1) return damaged("something follows its end line");
    if (ended) {
      if (last_line.empty() && filled_ > 0 && expected_ == Expected::whole)
        return damaged("it is cut off within its last line");
      return finish(last_line);
    }
  }
}

Result<std::string_view> ManifestReader::lines() {
  if (begin_ == end_ && !finished_)
    if (const Status filled = fill(); !filled) return filled.error();
  return std::string_view(buffer_.get() + begin_, end_ - begin_);
}

Result<std::string_view> ManifestReader::line() {
  const Result<std::string_view> there = lines();
  if (!there || there->empty()) return there;
  return there->substr(0, there->find('\n'));
}

}  // namespace hanfs::tree
