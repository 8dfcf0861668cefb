// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/attributes.hpp"

#include <string>

#include "text/escape.hpp"

namespace hanfs::check {
namespace {

// Numbers of attributes, RFC 7530, section 5.6 and 5.7.
constexpr unsigned attribute_type = 1;
constexpr unsigned attribute_fh_expire_type = 2;
constexpr unsigned attribute_fsid = 8;
constexpr unsigned attribute_lease_time = 10;
constexpr unsigned attribute_rdattr_error = 11;
constexpr unsigned attribute_fs_locations = 24;
constexpr unsigned known[] = {attribute_type,       attribute_fh_expire_type, attribute_fsid,
                              attribute_lease_time, attribute_rdattr_error,   attribute_fs_locations};

// More than any server has: AIX takes 8 replicas (lib/xcat/README.md has no more either), a path is 1023 bytes.
constexpr std::uint32_t most_entries = 1024;
constexpr std::uint32_t longest_name = 4096;  // bytes

// Reads XDR. After the first piece that is not there everything is zero and `sound` is false.
class XdrReader {
 public:
  explicit XdrReader(std::string_view bytes) : bytes_(bytes) {}

  bool sound() const { return sound_; }
  bool at_end() const { return bytes_.empty(); }

  std::uint32_t number() {
    const std::string_view four = take(4);
    std::uint32_t value = 0;
    for (const char byte : four) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
  }

  std::uint64_t long_number() {
    const std::uint64_t high = number();
    return high << 32U | number();
  }

  // How many elements follow; each takes four bytes at least.
  std::uint32_t count() {
    const std::uint32_t elements = number();
    if (elements > most_entries || elements > bytes_.size() / 4) sound_ = false;
    return sound_ ? elements : 0;
  }

  std::string name() {
    const std::uint32_t length = number();
    if (length > longest_name) sound_ = false;
    const std::string_view bytes = take(length);
    take((4 - length % 4) % 4);
    return text::escape_unprintable(bytes);
  }

 private:
  std::string_view take(std::size_t length) {
    if (length > bytes_.size()) sound_ = false;
    if (!sound_) return {};
    const std::string_view taken = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return taken;
  }

  std::string_view bytes_;
  bool sound_ = true;
};

bool has_attribute(const std::vector<std::uint32_t>& mask, unsigned number) {
  return number / 32 < mask.size() && (mask[number / 32] >> number % 32 & 1U) != 0;
}

std::string read_path(XdrReader& reader) {
  std::string path;
  for (std::uint32_t left = reader.count(); left > 0; --left) path += '/' + reader.name();
  return path.empty() ? "/" : path;
}

FsLocations read_locations(XdrReader& reader) {
  FsLocations read;
  read.fs_root = read_path(reader);
  std::size_t all = 0;
  for (std::uint32_t left = reader.count(); left > 0; --left) {
    std::vector<std::string> servers;
    for (std::uint32_t names = reader.count(); names > 0; --names) servers.push_back(reader.name());
    const std::string rootpath = read_path(reader);
    all += servers.size();
    if (all > most_entries) break;
    for (std::string& server : servers) read.locations.push_back({std::move(server), rootpath});
  }
  return read;
}

}  // namespace

std::vector<std::uint32_t> wanted_attributes() {
  std::vector<std::uint32_t> mask(1);
  for (const unsigned number : known) mask[number / 32] |= 1U << number % 32;
  return mask;
}

Result<Attributes> decode_attributes(const std::vector<std::uint32_t>& mask, std::string_view values) {
  const std::vector<std::uint32_t> wanted = wanted_attributes();
  for (std::size_t i = 0; i < mask.size(); ++i)
    if ((mask[i] & ~(i < wanted.size() ? wanted[i] : 0U)) != 0)
      return Error{"it holds attributes that were not asked for"};
  XdrReader reader(values);
  Attributes read;
  // In the order of their numbers.
  if (has_attribute(mask, attribute_type)) read.type = reader.number();
  if (has_attribute(mask, attribute_fh_expire_type)) read.fh_expire_type = reader.number();
  if (has_attribute(mask, attribute_fsid)) {
    const std::uint64_t major_id = reader.long_number();
    read.fsid = Fsid{major_id, reader.long_number()};
  }
  if (has_attribute(mask, attribute_lease_time)) read.lease_seconds = reader.number();
  if (has_attribute(mask, attribute_rdattr_error)) read.rdattr_error = reader.number();
  if (has_attribute(mask, attribute_fs_locations)) read.fs_locations = read_locations(reader);
  if (!reader.sound()) return Error{"its attributes are cut, or hold a length that cannot be"};
  if (!reader.at_end()) return Error{"more bytes than attributes"};
  return read;
}

}  // namespace hanfs::check
