// SPDX-License-Identifier: Apache-2.0
#include "aix/dump_device.hpp"

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

// "-" stands where the device does not exist.
bool keeps_a_dump(const std::string& device) {
  return !device.empty() && device != "-" && device != "/dev/sysdumpnull";
}

}  // namespace

bool DumpDevices::any() const { return keeps_a_dump(primary) || keeps_a_dump(secondary); }

Result<DumpDevices> parse_sysdumpdev(std::string_view text) {
  DumpDevices devices;
  bool has_primary = false;
  for (const parsing::Line& line : parsing::lines(text)) {
    const std::vector<std::string_view> words = text::first_fields(parsing::trim_nbsp(line.text), 3);
    if (words.empty() || words.size() > 2) continue;
    const std::string value(words.size() == 2 ? words[1] : "");
    if (words.front() == "primary" && !has_primary) {
      devices.primary = value;
      has_primary = true;
    }
    if (words.front() == "secondary") devices.secondary = value;
  }
  if (!has_primary) return Error{"no row \"primary\" in it"};
  return devices;
}

}  // namespace hanfs::aix
