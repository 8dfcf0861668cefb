// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/answer_text.hpp"

#include <nlohmann/json.hpp>

namespace hanfs::check {
namespace {

using LookJson = nlohmann::json;

template <class Value>
LookJson or_null(const std::optional<Value>& value) {
  return value ? LookJson(*value) : LookJson(nullptr);
}

LookJson written(const Attributes& attributes) {
  LookJson object{{"type", or_null(attributes.type)},
                  {"fh_expire_type", or_null(attributes.fh_expire_type)},
                  {"fsid", nullptr},
                  {"lease_seconds", or_null(attributes.lease_seconds)},
                  {"rdattr_error", attributes.rdattr_error},
                  {"fs_locations", nullptr}};
  if (attributes.fsid) object["fsid"] = {attributes.fsid->major_id, attributes.fsid->minor_id};
  if (attributes.fs_locations) {
    LookJson locations = LookJson::array();
    for (const Location& location : attributes.fs_locations->locations)
      locations.push_back({location.server, location.rootpath});
    object["fs_locations"] = {{"fs_root", attributes.fs_locations->fs_root}, {"locations", std::move(locations)}};
  }
  return object;
}

// Takes members out of an object; the first one that is not what it should be spoils it.
class MemberReader {
 public:
  explicit MemberReader(const LookJson& object) : object_(object) { sound_ = object.is_object(); }

  bool sound() const { return sound_; }

  const LookJson& member(const char* name) {
    static const LookJson none;
    const auto found = sound_ ? object_.find(name) : object_.end();
    if (!sound_ || found == object_.end()) {
      sound_ = false;
      return none;
    }
    return *found;
  }

  void text(const char* name, std::string& value) {
    const LookJson& found = member(name);
    if (const auto* held = found.get_ptr<const std::string*>()) {
      value = *held;
    } else {
      sound_ = false;
    }
  }

  template <class Number>
  void number(const char* name, Number& value) {
    if (!take_number(member(name), value)) sound_ = false;
  }

  template <class Number>
  void number(const char* name, std::optional<Number>& value) {
    const LookJson& found = member(name);
    Number read{};
    if (found.is_null()) return;
    if (take_number(found, read)) {
      value = read;
    } else {
      sound_ = false;
    }
  }

  void spoil() { sound_ = false; }

  template <class Number>
  static bool take_number(const LookJson& found, Number& value) {
    if constexpr (std::is_floating_point_v<Number>) {
      if (!found.is_number()) return false;
      value = found.get<Number>();
    } else {
      if (!found.is_number_unsigned()) return false;
      const auto whole = found.get<std::uint64_t>();
      if (whole > std::numeric_limits<Number>::max()) return false;
      value = static_cast<Number>(whole);
    }
    return true;
  }

 private:
  const LookJson& object_;
  bool sound_ = true;
};

bool read_names(const LookJson& list, std::vector<std::string>& names) {
  if (!list.is_array()) return false;
  for (const LookJson& item : list) {
    const auto* name = item.get_ptr<const std::string*>();
    if (name == nullptr) return false;
    names.push_back(*name);
  }
  return true;
}

bool read_fs_locations(const LookJson& object, FsLocations& read) {
  MemberReader reader(object);
  reader.text("fs_root", read.fs_root);
  const LookJson& list = reader.member("locations");
  if (!reader.sound() || !list.is_array()) return false;
  for (const LookJson& item : list) {
    std::vector<std::string> pair;
    if (!read_names(item, pair) || pair.size() != 2) return false;
    read.locations.push_back({pair[0], pair[1]});
  }
  return true;
}

bool read_attributes(const LookJson& object, Attributes& read) {
  MemberReader reader(object);
  reader.number("type", read.type);
  reader.number("fh_expire_type", read.fh_expire_type);
  reader.number("lease_seconds", read.lease_seconds);
  reader.number("rdattr_error", read.rdattr_error);
  if (const LookJson& fsid = reader.member("fsid"); !fsid.is_null()) {
    Fsid both;
    if (!fsid.is_array() || fsid.size() != 2 || !MemberReader::take_number(fsid[0], both.major_id) ||
        !MemberReader::take_number(fsid[1], both.minor_id))
      return false;
    read.fsid = both;
  }
  if (const LookJson& locations = reader.member("fs_locations"); !locations.is_null()) {
    FsLocations list;
    if (!read_fs_locations(locations, list)) return false;
    read.fs_locations = std::move(list);
  }
  return reader.sound();
}

}  // namespace

const char* name_of(Reached reached) {
  switch (reached) {
    case Reached::answered:
      return "answered";
    case Reached::unresolved:
      return "unresolved";
    case Reached::refused:
      return "refused";
    case Reached::unreachable:
      return "unreachable";
    case Reached::no_connection:
      return "no_connection";
    case Reached::silent:
      return "silent";
    case Reached::closed:
      return "closed";
    case Reached::garbage:
      return "garbage";
    case Reached::not_nfs4:
      return "not_nfs4";
    case Reached::rejected:
      return "rejected";
    case Reached::not_asked:
      return "not_asked";
  }
  return "";
}

std::string text_of(const Look& look) {
  const LookJson object{{"reached", static_cast<unsigned>(look.reached)},
                        {"detail", look.detail},
                        {"addresses", look.addresses},
                        {"address", look.address},
                        {"privileged_port", look.privileged_port},
                        {"connect_seconds", look.connect_seconds},
                        {"round_trip_seconds", look.round_trip_seconds},
                        {"status", look.status},
                        {"ended_at", look.ended_at},
                        {"attributes", written(look.attributes)}};
  return object.dump(-1, ' ', false, LookJson::error_handler_t::replace);
}

std::optional<Look> read_look(std::string_view text) {
  const LookJson object = LookJson::parse(text, nullptr, false);
  MemberReader reader(object);
  Look look;
  unsigned reached = 0;
  reader.number("reached", reached);
  if (!reader.sound() || reached >= static_cast<unsigned>(reached_count)) return std::nullopt;
  look.reached = static_cast<Reached>(reached);
  reader.text("detail", look.detail);
  if (!read_names(reader.member("addresses"), look.addresses)) return std::nullopt;
  reader.text("address", look.address);
  const LookJson& privileged = reader.member("privileged_port");
  if (!privileged.is_boolean()) return std::nullopt;
  look.privileged_port = privileged.get<bool>();
  reader.number("connect_seconds", look.connect_seconds);
  reader.number("round_trip_seconds", look.round_trip_seconds);
  reader.number("status", look.status);
  reader.text("ended_at", look.ended_at);
  if (!reader.sound() || !read_attributes(reader.member("attributes"), look.attributes)) return std::nullopt;
  return look;
}

}  // namespace hanfs::check
