// SPDX-License-Identifier: Apache-2.0
#include "sys/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sys/fds.hpp"
#include "sys/file.hpp"

namespace hanfs::sys {
namespace {

class RealAppendFile final : public AppendFile {
 public:
  RealAppendFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  ~RealAppendFile() override { ::close(fd_); }
  RealAppendFile(const RealAppendFile&) = delete;
  RealAppendFile& operator=(const RealAppendFile&) = delete;

  Status append(std::string_view text, bool sync) override {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    const bool complete = written == static_cast<ssize_t>(text.size());
    if (complete && (!sync || ::fsync(fd_) == 0)) return Done{};
    return Error{path_ + ": " + (written < 0 || complete ? file_error(errno) : "written in part only")};
  }

 private:
  std::string path_;
  int fd_;
};

}  // namespace

Result<std::optional<std::string>> RealFiles::read(const std::string& path, std::size_t limit) {
  return read_file(path, limit);
}
Status RealFiles::write(const std::string& path, std::string_view content, const std::string& like) {
  return like.empty() ? write_atomically(path, content) : write_atomically_like(like, path, content);
}
Status RealFiles::try_write(const std::string& path, std::string_view content) { return sys::try_write(path, content); }
Status RealFiles::remove(const std::string& path) { return remove_file(path); }
Status RealFiles::make_folders(const std::string& path) { return sys::make_folders(path); }
Result<std::string> RealFiles::behind_links(const std::string& path) { return sys::behind_links(path); }
Status RealFiles::check_trusted(const std::string& path) { return sys::check_trusted(path); }
std::unique_ptr<Lock> RealFiles::lock(const std::string& path) { return lock_file(path); }

Status Files::replace(const std::string& path, const std::optional<std::string>& there,
                      const std::optional<std::string>& content) {
  const Result<std::optional<std::string>> now = read(path, usual_limit);
  if (!now) return now.error();
  if (*now != there) return Error{path + ": somebody has changed it at the same moment; it is left as it is"};
  return content ? write(path, *content, "") : remove(path);
}

Status RealFiles::replace(const std::string& path, const std::optional<std::string>& there,
                          const std::optional<std::string>& content) {
  return content ? replace_atomically(path, there, *content) : Files::replace(path, there, content);
}

Result<std::unique_ptr<AppendFile>> RealFiles::open_for_append(const std::string& path, std::size_t largest) {
  boost::system::error_code why;
  const boost::uintmax_t size = boost::filesystem::file_size(path, why);
  if (!why && size > largest) boost::filesystem::rename(path, path + ".old", why);
  const int fd = open_cloexec(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (fd < 0) return Error{path + ": " + file_error(errno)};
  return std::unique_ptr<AppendFile>(std::make_unique<RealAppendFile>(path, fd));
}

}  // namespace hanfs::sys
