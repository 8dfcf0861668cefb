// SPDX-License-Identifier: Apache-2.0
#include "state/disks.hpp"

namespace aixsim {

std::vector<Disk> disks(const Node& node) {
  std::vector<Disk> all;
  for (const auto& line : split(node.get("disks"), '\n')) {
    const Strings f = fields(line);
    if (f.size() != 7) continue;
    Disk disk{f[0], f[1], f[2], 0, 0, 0, 0};
    parse_number(f[3], &disk.blocks);
    parse_number(f[4], &disk.free);
    parse_number(f[5], &disk.iused);
    parse_number(f[6], &disk.iused_percent);
    all.push_back(disk);
  }
  return all;
}

void save_disks(const Node& node, const std::vector<Disk>& all) {
  std::string text;
  for (const auto& d : all) {
    text += record({d.device, d.over, d.vfs, std::to_string(d.blocks), std::to_string(d.free), std::to_string(d.iused),
                    std::to_string(d.iused_percent)}) +
            "\n";
  }
  node.write("disks", text);
}

}  // namespace aixsim
