// SPDX-License-Identifier: Apache-2.0
#include "sys/host.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace hanfs::sys {

std::string node_name() {
  const char* node = std::getenv("NODE");
  std::string name = node != nullptr ? node : "";  // xCAT exports absent values as empty, so empty is not set
  if (name.empty()) {
    char buffer[256] = {};
    if (::gethostname(buffer, sizeof buffer - 1) == 0) name = buffer;
    name = name.substr(0, name.find('.'));
  }
  // The verdict line is made of words: what could break it does not come in.
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  });
  return plain ? name : "unknown";
}

std::vector<std::string> environment_of(const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const char* const value = std::getenv(name.c_str());
    if (value != nullptr && *value != '\0') found.push_back(name + "=" + value);
  }
  return found;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, length);
}

Deadline::Deadline(std::chrono::milliseconds whole) : whole_(whole), end_(std::chrono::steady_clock::now() + whole) {}

std::chrono::milliseconds Deadline::left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds{0});
}

}  // namespace hanfs::sys
