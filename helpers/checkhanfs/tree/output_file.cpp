// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "sys/fds.hpp"

namespace hanfs::tree {
namespace {

constexpr std::size_t write_block = std::size_t{256} << 10;  // bytes
constexpr std::size_t read_block = 65536;                    // bytes

Error output_error(const std::string& path, const char* doing) {
  return Error{path + ": cannot " + doing + ": " + std::strerror(errno)};
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  OutputFile file;
  file.path_ = path;
  file.partial_ = path + ".partial";
  // Anew: where others may write to the folder, a link that they left must not choose what is overwritten.
  ::unlink(file.partial_.c_str());
  file.file_ = sys::Descriptor(sys::open_cloexec(file.partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644));
  if (!file.file_) return output_error(file.partial_, "create");
  return file;
}

Result<OutputFile> OutputFile::temporary(const std::string& folder) {
  OutputFile file;
  file.partial_ = (folder.empty() ? std::string("/var/tmp") : folder) + "/checkhanfs.XXXXXX";
  std::vector<char> name(file.partial_.begin(), file.partial_.end());
  name.push_back('\0');
  file.file_ = sys::Descriptor(::mkstemp(name.data()));
  if (!file.file_) return output_error(file.partial_, "create");
  ::fcntl(file.file_.get(), F_SETFD, FD_CLOEXEC);
  file.partial_ = name.data();
  ::unlink(name.data());
  return file;
}

Status OutputFile::append(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < write_block ? Status(Done{}) : flush();
}

Status OutputFile::flush() {
  if (!sys::write_all(file_.get(), buffer_)) return output_error(partial_, "write");
  buffer_.clear();
  return Done{};
}

Status OutputFile::commit() {
  if (const Status flushed = flush(); !flushed) return flushed;
  if (::fsync(file_.get()) != 0) return output_error(partial_, "write");
  if (!file_.close_now()) return output_error(partial_, "write");
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) return output_error(path_, "replace");
  return Done{};
}

Status OutputFile::read_back(const std::function<Status(std::string_view)>& take) {
  if (const Status flushed = flush(); !flushed) return flushed;
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) return output_error(partial_, "read");
  std::string block(read_block, '\0');
  for (;;) {
    const ssize_t n = sys::read_some(file_.get(), block.data(), block.size());
    if (n < 0) return output_error(partial_, "read");
    if (n == 0) return Done{};
    if (const Status taken = take(std::string_view(block).substr(0, static_cast<std::size_t>(n))); !taken) return taken;
  }
}

void OutputFile::discard() {
  file_.reset();
  if (!path_.empty()) ::unlink(partial_.c_str());
}

}  // namespace hanfs::tree
