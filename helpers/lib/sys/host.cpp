// SPDX-License-Identifier: Apache-2.0
#include "sys/host.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace hanfs::sys {

std::string node_name() {
  std::string name = environment("NODE");
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

std::string environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

}  // namespace hanfs::sys
