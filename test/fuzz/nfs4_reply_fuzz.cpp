// SPDX-License-Identifier: Apache-2.0
// What a server sends of attributes, and what the child process says of a look: bytes of strangers both. Properties: a
// decoded list is no longer than its bytes, can be shown, and survives the way through the pipe; a cut is an error.
#include "checkhanfs/wire/answer_text.hpp"
#include "checkhanfs/wire/attributes.hpp"
#include "fuzz.hpp"

namespace {

namespace check = hanfs::check;
namespace fuzz = hanfs::aix::fuzz;

void require_printable(const std::string& name) {
  for (const char byte : name) fuzz::require(static_cast<unsigned char>(byte) >= 0x20, "a name can be shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all = fuzz::text_of(data, size);
  if (const auto look = check::read_look(all)) {
    const auto again = check::read_look(check::text_of(*look));
    fuzz::require(again.has_value(), "what was read can be written");
  }

  // The first four bytes choose the attributes, the rest is theirs.
  if (size < 4) return 0;
  const std::uint32_t chosen = static_cast<std::uint32_t>(data[0]) << 24U | static_cast<std::uint32_t>(data[1]) << 16U |
                               static_cast<std::uint32_t>(data[2]) << 8U | data[3];
  (void)check::decode_attributes({chosen, chosen}, all.substr(4));
  const std::vector<std::uint32_t> mask{chosen & check::wanted_attributes().front()};
  const auto read = check::decode_attributes(mask, all.substr(4));
  if (!read) return 0;
  fuzz::require(size % 4 == 0, "XDR comes in words");
  if (size > 4) fuzz::require(!check::decode_attributes(mask, all.substr(4, size - 5)), "a cut is an error");
  check::Look look;
  look.reached = check::Reached::answered;
  look.attributes = *read;
  if (read->fs_locations) {
    fuzz::require(read->fs_locations->locations.size() <= size / 4, "no more entries than words");
    require_printable(read->fs_locations->fs_root);
    for (const check::Location& location : read->fs_locations->locations) {
      require_printable(location.server);
      require_printable(location.rootpath);
    }
  }
  const auto again = check::read_look(check::text_of(look));
  fuzz::require(again && *again == look, "it survives the way through the pipe");
  return 0;
}
