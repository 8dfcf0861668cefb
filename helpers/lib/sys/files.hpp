// SPDX-License-Identifier: Apache-2.0
// The files of a machine as a value, so that a run can take place without a disk. The functions of sys/file.hpp say
// what each of these promises.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "result.hpp"
#include "sys/lock.hpp"

namespace hanfs::sys {

// A file that grows at its end.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  // All of `text` at once. `sync`: it is to survive a crash of the machine.
  virtual Status append(std::string_view text, bool sync) = 0;
};

class Files {
 public:
  static constexpr std::size_t usual_limit = std::size_t{16} << 20;  // bytes, for read()

  virtual ~Files() = default;
  virtual Result<std::optional<std::string>> read(const std::string& path, std::size_t limit) = 0;
  // Atomically. With mode and owner of `like` where that exists, else it keeps its own; `like` may be empty.
  virtual Status write(const std::string& path, std::string_view content, const std::string& like) = 0;
  // Whether write() could do it now; nothing is changed.
  virtual Status try_write(const std::string& path, std::string_view content) = 0;
  virtual Status remove(const std::string& path) = 0;
  // As write(), or remove() for nullopt, unless the file is not `there` any more right before: then an error, and it
  // stays as it is.
  virtual Status replace(const std::string& path, const std::optional<std::string>& there,
                         const std::optional<std::string>& content);
  virtual Status make_folders(const std::string& path) = 0;
  virtual Result<std::string> behind_links(const std::string& path) = 0;
  virtual Status check_trusted(const std::string& path) = 0;
  // Creates it with mode 0600. One of more than `largest` bytes becomes `path`.old first.
  virtual Result<std::unique_ptr<AppendFile>> open_for_append(const std::string& path, std::size_t largest) = 0;
  virtual std::unique_ptr<Lock> lock(const std::string& path) = 0;
};

class RealFiles final : public Files {
 public:
  Result<std::optional<std::string>> read(const std::string& path, std::size_t limit) override;
  Status write(const std::string& path, std::string_view content, const std::string& like) override;
  Status try_write(const std::string& path, std::string_view content) override;
  Status remove(const std::string& path) override;
  Status replace(const std::string& path, const std::optional<std::string>& there,
                 const std::optional<std::string>& content) override;
  Status make_folders(const std::string& path) override;
  Result<std::string> behind_links(const std::string& path) override;
  Status check_trusted(const std::string& path) override;
  Result<std::unique_ptr<AppendFile>> open_for_append(const std::string& path, std::size_t largest) override;
  std::unique_ptr<Lock> lock(const std::string& path) override;
};

}  // namespace hanfs::sys
