// SPDX-License-Identifier: Apache-2.0
// Local file systems of a server: how large they are, and their stanzas in /etc/filesystems.
#pragma once
#include "core/node.hpp"

namespace aixsim {

struct Disk {
  std::string device, over, vfs;
  long blocks = 0, free = 0, iused = 0,
       iused_percent = 0;  // blocks of 512 bytes
};
std::vector<Disk> disks(const Node& node);
void save_disks(const Node& node, const std::vector<Disk>& all);

}  // namespace aixsim
