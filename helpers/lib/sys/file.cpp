// SPDX-License-Identifier: Apache-2.0
#include "sys/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>
#include <vector>

#include "sys/descriptor.hpp"
#include "sys/fds.hpp"

namespace hanfs::sys {

std::string file_error(int error, bool is_root) {
  const bool may_not = error == EACCES || error == EPERM;
  return std::string(std::strerror(error)) + (may_not && !is_root ? "; cure: run it as root" : "");
}

std::string file_error(int error) { return file_error(error, ::geteuid() == 0); }

namespace {

// Always with an error code: exceptions need not work on AIX (lib/run/README.md "Building for AIX").
namespace fs = boost::filesystem;
using boost::system::error_code;
namespace errc = boost::system::errc;

Error failed(const std::string& path, const char* doing) {
  return Error{path + ": cannot " + doing + ": " + file_error(errno)};
}

Error failed(const std::string& path, const char* doing, const error_code& why) {
  return Error{path + ": cannot " + doing + ": " + file_error(why.value())};
}

// The path, and where its link leads to, and that one's: no link is the last.
Result<std::vector<std::string>> places_of(const std::string& path) {
  constexpr int most = 20;  // SYMLOOP_MAX is 8 in POSIX, 20 on AIX
  std::vector<std::string> places{path};
  for (int i = 0; i <= most; ++i) {
    const fs::path place = places.back();
    error_code why;
    const fs::path target = fs::read_symlink(place, why);
    if (why == errc::invalid_argument || why == errc::no_such_file_or_directory || why == errc::not_a_directory)
      return places;  // no link
    if (why) return failed(place.string(), "read the link", why);
    places.push_back((target.is_absolute() ? target : place.parent_path() / target).string());
  }
  return failed(path, "follow the link", errc::make_error_code(errc::too_many_symbolic_link_levels));
}

// Whoever may write to the folder may put another file in its place; in one like /tmp only the owner may.
Status check_folder(const std::string& path) {
  const std::string folder = folder_of(path);
  struct stat info{};
  if (::stat(folder.c_str(), &info) != 0) return failed(folder, "stat");
  if (info.st_uid != 0 && info.st_uid != ::geteuid())
    return Error{path + ": its folder is owned by uid " + std::to_string(info.st_uid) +
                 ", must be root; cure: chown root " + folder};
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (info.st_mode & S_ISVTX) == 0)
    return Error{path + ": its folder is writable by group or others; cure: chmod go-w " + folder};
  return Done{};
}

// Only root can give a file away; elsewhere it stays the caller's.
bool set_owner(int fd, const struct stat& model) {
  struct stat now{};
  if (::fstat(fd, &now) != 0) return false;
  if (now.st_uid == model.st_uid && now.st_gid == model.st_gid) return true;
  return ::fchown(fd, model.st_uid, model.st_gid) == 0 || ::geteuid() != 0;
}

// The new content in a file beside `path`: its name. Owner before mode: a change of owner takes set-user-ID bits away.
Result<std::string> write_beside(const std::string& path, std::string_view content, const struct stat& model,
                                 bool keep_owner) {
  struct stat there{};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return Error{path + ": not a regular file, so it is not replaced; cure: move it away, or take another name"};
  std::string temporary = path + ".hanfs." + std::to_string(::getpid());
  Descriptor file(open_cloexec(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
  if (!file) return failed(temporary, "create");
  const bool written = write_all(file.get(), content) && (!keep_owner || set_owner(file.get(), model)) &&
                       ::fchmod(file.get(), model.st_mode & 07777) == 0 && ::fsync(file.get()) == 0 && file.close_now();
  if (written) return temporary;
  const Error error = failed(temporary, "write");
  ::unlink(temporary.c_str());
  return error;
}

// `may_replace` is asked right before the rename.
template <class MayReplace>
Status write_new(const std::string& path, std::string_view content, const struct stat& model, bool keep_owner,
                 const MayReplace& may_replace) {
  const Result<std::string> beside = write_beside(path, content, model, keep_owner);
  if (!beside) return beside.error();
  const std::string& temporary = *beside;
  if (const Status allowed = may_replace(); !allowed) {
    ::unlink(temporary.c_str());
    return allowed;
  }
  error_code why;
  fs::rename(temporary, path, why);
  if (!why) return Done{};
  ::unlink(temporary.c_str());
  return failed(path, "replace", why);
}

Status always() { return Done{}; }

}  // namespace

Result<std::optional<std::string>> read_file(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: a FIFO in the place of the file must not hang us.
  const Descriptor file(open_cloexec(path.c_str(), O_RDONLY | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>{};
    return failed(path, "open");
  }
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return failed(path, "stat");
  if (!S_ISREG(info.st_mode)) return Error{path + ": not a regular file"};
  std::string content;
  char block[65536];
  for (;;) {
    const ssize_t n = read_some(file.get(), block, sizeof block);
    if (n < 0) return failed(path, "read");
    if (n == 0) return std::optional<std::string>{std::move(content)};
    content.append(block, static_cast<std::size_t>(n));
    if (content.size() > limit) return Error{path + ": larger than " + std::to_string(limit) + " bytes"};
  }
}

Status write_atomically(const std::string& path, std::string_view content, unsigned mode) {
  struct stat model{};
  const bool exists = ::stat(path.c_str(), &model) == 0;
  if (!exists) model.st_mode = mode;
  return write_new(path, content, model, exists, always);
}

Status replace_atomically(const std::string& path, const std::optional<std::string>& there, std::string_view content) {
  struct stat model{};
  const bool exists = ::stat(path.c_str(), &model) == 0;
  if (!exists) model.st_mode = 0644;
  return write_new(path, content, model, exists, [&]() -> Status {
    const Result<std::optional<std::string>> now = read_file(path);
    if (!now) return now.error();
    if (*now == there) return Done{};
    return Error{path + ": somebody has changed it at the same moment; it is left as it is"};
  });
}

Status write_atomically_like(const std::string& model, const std::string& path, std::string_view content) {
  struct stat info{};
  if (::stat(model.c_str(), &info) != 0) return write_atomically(path, content);
  return write_new(path, content, info, true, always);
}

Status try_write(const std::string& path, std::string_view content) {
  struct stat model{};
  const bool exists = ::stat(path.c_str(), &model) == 0;
  if (!exists) model.st_mode = 0644;
  const Result<std::string> beside = write_beside(path, content, model, exists);
  if (!beside) return beside.error();
  ::unlink(beside->c_str());
  return Done{};
}

Result<std::string> behind_links(const std::string& path) {
  const Result<std::vector<std::string>> places = places_of(path);
  if (!places) return places.error();
  return places->back();
}

Status remove_file(const std::string& path) {
  error_code why;
  fs::remove(path, why);
  if (why) return failed(path, "remove", why);
  return Done{};
}

// Not by Boost.Filesystem, which makes folders that everybody may write to where the umask allows it.
Status make_folders(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0755) != 0 && errno != EEXIST) return failed(part, "create");
    if (end == std::string::npos) return Done{};
  }
}

Status check_trusted(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return failed(path, "stat");
  if (info.st_uid != 0 && info.st_uid != ::geteuid())
    return Error{path + ": owned by uid " + std::to_string(info.st_uid) + ", must be root; cure: chown root " + path};
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return Error{path + ": writable by group or others; cure: chmod go-w " + path};
  const Result<std::vector<std::string>> places = places_of(path);
  if (!places) return places.error();
  for (const std::string& place : *places)
    if (Status trusted = check_folder(place); !trusted) return trusted;
  return Done{};
}

std::string folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

std::string absolute_path(const std::string& path) {
  error_code why;
  const fs::path here = fs::current_path(why);
  return why ? path : fs::absolute(path, here).string();
}

}  // namespace hanfs::sys
