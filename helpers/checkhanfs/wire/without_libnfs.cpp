// SPDX-License-Identifier: Apache-2.0
// For a build without libnfs, in the place of nfs_client.cpp.
#include "checkhanfs/wire/nfs_client.hpp"

namespace hanfs::check {

bool can_look() { return false; }

Look look_at(const Question&, const sys::Clock&, const std::function<void(const Look&)>&) {
  Look look;
  look.detail = "this program was built without libnfs";
  return look;
}

}  // namespace hanfs::check
