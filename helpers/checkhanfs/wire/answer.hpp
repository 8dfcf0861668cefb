// SPDX-License-Identifier: Apache-2.0
// What a server said about a path over the wire, as plain data: the asking (ask.hpp) makes it, the judging
// (findings.hpp) takes it. Names from the wire are bytes of strangers; what cannot be printed in them stands as \xNN.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hanfs::check {

// RFC 7530, section 13.1: the statuses that are told apart.
namespace nfs4 {
constexpr std::uint32_t ok = 0;
constexpr std::uint32_t perm = 1;
constexpr std::uint32_t noent = 2;
constexpr std::uint32_t access = 13;
constexpr std::uint32_t notdir = 20;
constexpr std::uint32_t resource = 10018;
constexpr std::uint32_t moved = 10019;
constexpr std::uint32_t wrongsec = 10016;
constexpr std::uint32_t minor_vers_mismatch = 10021;
}  // namespace nfs4

// One entry of fs_locations: where the same file system is, too.
struct Location {
  std::string server;    // an address or a name
  std::string rootpath;  // "/install"

  bool operator==(const Location& o) const { return server == o.server && rootpath == o.rootpath; }
  bool operator<(const Location& o) const { return server != o.server ? server < o.server : rootpath < o.rootpath; }
};

struct FsLocations {
  std::string fs_root;  // where the server has it
  std::vector<Location> locations;

  bool operator==(const FsLocations& o) const { return fs_root == o.fs_root && locations == o.locations; }
};

struct Fsid {
  std::uint64_t major_id = 0;
  std::uint64_t minor_id = 0;

  bool operator==(const Fsid& o) const { return major_id == o.major_id && minor_id == o.minor_id; }
};

// Those of the attributes asked for that the server has (RFC 7530, sections 5.6 and 5.7).
struct Attributes {
  std::optional<std::uint32_t> type;            // nfs_ftype4
  std::optional<std::uint32_t> fh_expire_type;  // 0: file handles are persistent
  std::optional<Fsid> fsid;
  std::optional<std::uint32_t> lease_seconds;
  std::uint32_t rdattr_error = nfs4::ok;  // nfsstat4; MOVED: the file system is elsewhere
  std::optional<FsLocations> fs_locations;

  bool operator==(const Attributes& o) const {
    return type == o.type && fh_expire_type == o.fh_expire_type && fsid == o.fsid && lease_seconds == o.lease_seconds &&
           rdattr_error == o.rdattr_error && fs_locations == o.fs_locations;
  }
};

// How far a look came.
enum class Reached {
  answered,       // a COMPOUND came back: `status` and what follows
  unresolved,     // the name has no address, or none was told in time
  refused,        // nobody listens on the port
  unreachable,    // the network or the host says so
  no_connection,  // nothing came back before the time was up
  silent,         // connected, but no answer before the time was up
  closed,         // connected, but then closed or reset
  garbage,        // what came is no answer
  not_nfs4,       // it speaks RPC, but no NFS version 4
  rejected,       // it does not take our credentials (RPC's MSG_DENIED)
  not_asked,      // there was no look: no process, or the run was stopped
};
constexpr int reached_count = static_cast<int>(Reached::not_asked) + 1;

// One word for JSON: "answered".
const char* name_of(Reached reached);

struct Look {
  Reached reached = Reached::not_asked;
  std::string detail;                  // for people: the reason in the words of whoever told it
  std::vector<std::string> addresses;  // of the name given
  std::string address;                 // the one that answered, or was asked last
  bool privileged_port = false;        // it answered a source port below 1024 only
  double connect_seconds = 0;
  double round_trip_seconds = 0;  // of the COMPOUND

  std::uint32_t status = nfs4::ok;  // nfsstat4 of the COMPOUND
  std::string ended_at;             // the path up to where it ended: "/install/nope"
  Attributes attributes;            // only with status ok, or where a referral was followed to its reason

  bool operator==(const Look& o) const {
    return reached == o.reached && detail == o.detail && addresses == o.addresses && address == o.address &&
           privileged_port == o.privileged_port && connect_seconds == o.connect_seconds &&
           round_trip_seconds == o.round_trip_seconds && status == o.status && ended_at == o.ended_at &&
           attributes == o.attributes;
  }
};

// A server as it was given, and its looks: one, or two some seconds apart.
struct Answer {
  std::string server;
  std::vector<Look> looks;

  bool operator==(const Answer& o) const { return server == o.server && looks == o.looks; }
};

}  // namespace hanfs::check
