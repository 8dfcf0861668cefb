// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/excludes.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "text/words.hpp"

namespace hanfs::tree {
namespace {

constexpr const char* by_nature[] = {"/nim/paging",
                                     "/nim/dump",
                                     "/nim/configdump",
                                     "/nim/root",
                                     "/nim/tmp",
                                     "/nim/home",
                                     "/nim/shared_root/*/etc/.client_data",
                                     "/statelite_data"};

}  // namespace

std::vector<std::string> default_excludes(const std::string& root) {
  const std::string folder = root + '/';
  constexpr std::string_view install = "/install/";
  const std::size_t at = folder.find(install);
  std::vector<std::string> patterns;
  if (at == std::string::npos) return patterns;
  // "" for the folder install itself, "/nim" for one below it.
  const std::string below = folder.substr(at + install.size() - 1, folder.size() - at - install.size());
  for (const std::string pattern : by_nature)
    if (text::starts_with(pattern, below + '/')) patterns.push_back(pattern.substr(below.size()));
  return patterns;
}

Excludes::Excludes(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (pattern.find('/') == std::string::npos) {
      names_.push_back(pattern);
    } else {
      const std::size_t begin = pattern.front() == '/' ? 1 : 0;
      const std::size_t end = pattern.back() == '/' ? pattern.size() - 1 : pattern.size();
      paths_.push_back(pattern.substr(begin, end > begin ? end - begin : 0));
    }
  }
}

bool Excludes::match(const std::string& path, const char* name) const {
  return std::any_of(names_.begin(), names_.end(),
                     [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), name, 0) == 0; }) ||
         std::any_of(paths_.begin(), paths_.end(), [&](const std::string& pattern) {
           return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
         });
}

bool Excludes::covers(const std::string& path) const {
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t slash = std::min(path.find('/', begin), path.size());
    if (match(path.substr(0, slash), path.substr(begin, slash - begin).c_str())) return true;
    begin = slash + 1;
  }
  return false;
}

}  // namespace hanfs::tree
