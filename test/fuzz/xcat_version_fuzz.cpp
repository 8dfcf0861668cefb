// SPDX-License-Identifier: Apache-2.0
// Properties: a version is digits and single dots, stands in the input behind "Version", and is read again alone.
#include "fuzz.hpp"
#include "xcat/version.hpp"

namespace {

using hanfs::aix::fuzz::require;

void check(std::string_view text) {
  const auto version = hanfs::xcat::parse_version(text);
  if (!version) return;
  require(text.find("Version") < text.rfind(*version), "it stands behind the word");
  require(version->find_first_not_of("0123456789.") == std::string::npos && version->find("..") == std::string::npos,
          "digits and single dots");
  require(version->front() != '.' && version->back() != '.', "no dot at an end");
  require(hanfs::xcat::parse_version("Version " + *version + "\n") == version, "read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(hanfs::aix::fuzz::text_of(data, size));
  return 0;
}
