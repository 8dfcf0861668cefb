// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/nfs_client.hpp"

// clang-format off: libnfs-raw.h needs libnfs.h before it, and libnfs.h struct timeval, which <time.h> need not have
#include <sys/time.h>
#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <nfsc/libnfs-raw-nfs4.h>
// clang-format on

#include <grp.h>
#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "checkhanfs/wire/attributes.hpp"
#include "sys/sockets.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

// Exported by libnfs 4.0.0, and in none of its public headers.
extern "C" void rpc_set_autoreconnect(struct rpc_context* rpc, int retries);

namespace hanfs::check {
namespace {

using std::chrono::milliseconds;

constexpr uid_t nobody = 65534;  // a number: nobody's name may stand in a directory service that does not answer
constexpr std::size_t most_addresses = 4;  // of one name

struct RpcContextDeleter {
  void operator()(rpc_context* context) const { rpc_destroy_context(context); }
};
using RpcContext = std::unique_ptr<rpc_context, RpcContextDeleter>;

double seconds_between(sys::Clock::TimePoint start, sys::Clock::TimePoint end) {
  return std::chrono::duration<double>(end - start).count();
}

// What COMPOUND brought: the results are copied, as libnfs frees its own after the callback.
struct CompoundReply {
  bool done = false;
  bool decoded = false;
  std::string error;  // libnfs's words
  std::uint32_t status = nfs4::ok;
  std::uint32_t results = 0;
  bool has_attributes = false;
  std::vector<std::uint32_t> mask;
  std::string values;
};

void keep_reply(const COMPOUND4res& answer, CompoundReply& reply) {
  reply.decoded = true;
  reply.status = static_cast<std::uint32_t>(answer.status);
  reply.results = answer.resarray.resarray_len;
  if (reply.results == 0) return;
  // libnfs puts its arrays where the bytes before them end, be that place aligned for them or not.
  nfs_resop4 last;
  std::memcpy(&last, static_cast<const void*>(answer.resarray.resarray_val + (reply.results - 1)), sizeof last);
  if (last.resop != OP_GETATTR || last.nfs_resop4_u.opgetattr.status != NFS4_OK) return;
  const fattr4& attributes = last.nfs_resop4_u.opgetattr.GETATTR4res_u.resok4.obj_attributes;
  reply.has_attributes = true;
  reply.mask.assign(attributes.attrmask.bitmap4_val, attributes.attrmask.bitmap4_val + attributes.attrmask.bitmap4_len);
  reply.values.assign(attributes.attr_vals.attrlist4_val, attributes.attr_vals.attrlist4_len);
}

// libnfs may have none.
std::string last_words(rpc_context& context) {
  const char* const words = rpc_get_error(&context);
  return words == nullptr ? "" : words;
}

extern "C" void on_compound_reply(rpc_context* context, int status, void* data, void* private_data) {
  auto& reply = *static_cast<CompoundReply*>(private_data);
  reply.done = true;
  if (status == RPC_STATUS_SUCCESS && data != nullptr) {
    keep_reply(*static_cast<const COMPOUND4res*>(data), reply);
    return;
  }
  // With an error the data is libnfs's text, or nothing.
  reply.error = status == RPC_STATUS_ERROR && data != nullptr ? static_cast<const char*>(data) : last_words(*context);
}

nfs_argop4 operation(nfs_opnum4 number) {
  nfs_argop4 made;
  std::memset(&made, 0, sizeof made);
  made.argop = number;
  return made;
}

// PUTROOTFH, a LOOKUP for each component, GETATTR.
class PathCompound {
 public:
  explicit PathCompound(std::vector<std::string> components)
      : components_(std::move(components)), wanted_(wanted_attributes()) {
    operations_.push_back(operation(OP_PUTROOTFH));
    for (std::string& component : components_) {
      nfs_argop4 lookup = operation(OP_LOOKUP);
      lookup.nfs_argop4_u.oplookup.objname.utf8string_len = static_cast<u_int>(component.size());
      lookup.nfs_argop4_u.oplookup.objname.utf8string_val = component.data();
      operations_.push_back(lookup);
    }
    nfs_argop4 get_attributes = operation(OP_GETATTR);
    get_attributes.nfs_argop4_u.opgetattr.attr_request.bitmap4_len = static_cast<u_int>(wanted_.size());
    get_attributes.nfs_argop4_u.opgetattr.attr_request.bitmap4_val = wanted_.data();
    operations_.push_back(get_attributes);
  }
  PathCompound(const PathCompound&) = delete;  // operations point into it
  PathCompound& operator=(const PathCompound&) = delete;

  COMPOUND4args arguments() {
    COMPOUND4args made;
    std::memset(&made, 0, sizeof made);
    made.argarray.argarray_len = static_cast<u_int>(operations_.size());
    made.argarray.argarray_val = operations_.data();
    return made;
  }

  std::size_t operations() const { return operations_.size(); }

 private:
  std::vector<std::string> components_;
  std::vector<std::uint32_t> wanted_;
  std::vector<nfs_argop4> operations_;
};

// libnfs 4.0.0 tells apart in words only what RPC's reply said (all were seen in test/wire). When it cannot decode the
// reply it says "Message rejected by server".
Reached reached_of_error(const std::string& words) {
  const auto says = [&](const char* what) { return words.find(what) != std::string::npos; };
  if (says("not accepted")) return Reached::rejected;        // MSG_DENIED
  if (says("Server responded: ")) return Reached::not_nfs4;  // accepted, with another status than SUCCESS
  return Reached::garbage;
}

// The mark in front of a record (RFC 5531, section 11). What other protocols begin with is a length that no reply has;
// libnfs would call that a broken connection.
bool may_begin_record(const std::string& bytes) {
  constexpr std::uint32_t longest_reply = std::uint32_t{1} << 20;
  if (bytes.size() < 4) return true;
  std::uint32_t mark = 0;
  for (const char byte : bytes) mark = mark << 8U | static_cast<unsigned char>(byte);
  return (mark & 0x7FFFFFFFU) <= longest_reply;
}

Reached reached_of_errno(int error) {
  if (error == ECONNREFUSED) return Reached::refused;
  if (error == ECONNRESET || error == EPIPE) return Reached::closed;  // it came and went at once
  return error == ETIMEDOUT ? Reached::no_connection : Reached::unreachable;
}

// Sockets of one address; root's second one has a privileged port already.
struct AddressSockets {
  std::string address;
  int ordinary = -1;  // -1: there is none, and `error` says why
  int privileged = -1;
  int error = 0;
};

class ServerLook {
 public:
  ServerLook(const Question& question, const sys::Clock& clock, const std::function<void(const Look&)>& so_far)
      : clock_(clock), so_far_(so_far), end_(clock.now() + question.time), user_(static_cast<int>(::geteuid())) {
    for (const std::string_view part : text::split_list(question.path, "/")) components_.emplace_back(part);
  }

  Look at(const std::string& server) {
    now(Reached::unresolved, "name servers do not answer in time");
    Result<std::vector<std::string>> addresses = sys::addresses_of(server);
    if (!addresses) {
      look_.reached = Reached::unresolved;
      look_.detail = addresses.error().what;
      return look_;
    }
    look_.addresses = *addresses;
    if (addresses->size() > most_addresses) addresses->resize(most_addresses);
    std::vector<AddressSockets> sockets = open_sockets(*addresses);
    if (user_ == 0 && !become_nobody()) {
      look_.detail = std::string("root's rights cannot be given away: ") + std::strerror(errno);
      return look_;
    }
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      // An address that does not answer leaves the others their share.
      const sys::Clock::TimePoint until = clock_.now() + (end_ - clock_.now()) / static_cast<long>(sockets.size() - i);
      ask(sockets[i], until);
      if (look_.reached == Reached::answered) break;
    }
    return look_;
  }

 private:
  std::vector<AddressSockets> open_sockets(const std::vector<std::string>& addresses) const {
    std::vector<AddressSockets> opened;
    for (const std::string& address : addresses) {
      AddressSockets sockets{address, sys::open_tcp_socket(address)};
      if (sockets.ordinary == -1) sockets.error = errno;
      if (user_ == 0) sockets.privileged = sys::open_tcp_socket(address);
      if (sockets.privileged != -1 && !sys::take_privileged_port(sockets.privileged, address)) {
        ::close(sockets.privileged);
        sockets.privileged = -1;
      }
      opened.push_back(sockets);
    }
    return opened;
  }

  static bool become_nobody() {
    const auto group = static_cast<gid_t>(nobody);
    return ::setgroups(0, nullptr) == 0 && ::setgid(group) == 0 && ::setuid(nobody) == 0 && ::geteuid() == nobody;
  }

  bool is_refusal() const {
    if (look_.reached == Reached::rejected) return true;
    return look_.reached == Reached::answered && (look_.status == nfs4::perm || look_.status == nfs4::access);
  }

  void ask(const AddressSockets& sockets, sys::Clock::TimePoint until) {
    look_.address = sockets.address;
    if (sockets.ordinary == -1) return end_as(Reached::unreachable, std::strerror(sockets.error));
    ask_over(sockets.ordinary, until);
    if (!is_refusal() || sockets.privileged == -1) return;
    const Look before = look_;
    ask_over(sockets.privileged, until);
    look_.privileged_port = look_.reached == Reached::answered && !is_refusal();
    if (!look_.privileged_port) look_ = before;
  }

  milliseconds left(sys::Clock::TimePoint until) const {
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - clock_.now()));
  }

  void end_as(Reached reached, std::string detail) {
    look_.reached = reached;
    look_.detail = text::escape_unprintable(detail, 200);
  }

  // Where it is, should it be stopped there.
  void now(Reached reached, std::string detail) {
    end_as(reached, std::move(detail));
    so_far_(look_);
  }

  bool connected(int fd, sys::Clock::TimePoint until) {
    now(Reached::no_connection, "");
    const auto start = clock_.now();
    int error = sys::begin_connecting(fd, look_.address, nfs_port);
    if (error == 0 && sys::wait_for_events(fd, POLLOUT, left(until)) == 0) {
      end_as(Reached::no_connection, "");
      return false;
    }
    if (error == 0) error = sys::connecting_error(fd);
    look_.connect_seconds = seconds_between(start, clock_.now());
    if (error == 0) {
      now(Reached::silent, "");
      return true;
    }
    end_as(reached_of_errno(error), std::strerror(error));
    return false;
  }

  void ask_over(int fd, sys::Clock::TimePoint until) {
    if (!connected(fd, until)) return;
    const RpcContext context(rpc_init_context());
    if (!context) return end_as(Reached::not_asked, "no memory");
    rpc_set_fd(context.get(), fd);            // it sees by itself that the socket is connected, and closes it
    rpc_set_autoreconnect(context.get(), 0);  // a second try would hide how the first one ended
    rpc_set_uid(context.get(), user_);
    rpc_set_gid(context.get(), static_cast<int>(nobody));
    std::vector<std::string> components = components_;
    compound(*context, components, until);
    if (look_.reached != Reached::answered || look_.status != nfs4::moved || failed_operation_ < 2) return;
    // A referral on the way: the last file system that it led to says where it is.
    components.resize(std::min(components.size(), failed_operation_ - 2));
    const Look moved = look_;
    compound(*context, components, until);
    const Attributes attributes = look_.attributes;
    look_ = moved;
    look_.attributes = attributes;
  }

  void compound(rpc_context& context, const std::vector<std::string>& components, sys::Clock::TimePoint until) {
    PathCompound request(components);
    COMPOUND4args arguments = request.arguments();
    // libnfs calls back until the context is gone, which is after this function.
    replies_.push_back(std::make_unique<CompoundReply>());
    CompoundReply& reply = *replies_.back();
    const auto start = clock_.now();
    if (rpc_nfs4_compound_async(&context, on_compound_reply, &arguments, &reply) != 0)
      return end_as(Reached::not_asked, "the question cannot be sent: " + last_words(context));
    if (!pump(context, reply, until)) return;
    look_.round_trip_seconds = seconds_between(start, clock_.now());
    if (!reply.decoded) return end_as(reached_of_error(reply.error), reply.error);
    judge_reply(reply, components, request.operations());
  }

  // Until the reply is there. False: it never comes, and `look_` says why.
  bool pump(rpc_context& context, const CompoundReply& reply, sys::Clock::TimePoint until) {
    end_as(Reached::silent, "");
    bool begun = false;
    while (!reply.done) {
      const int fd = rpc_get_fd(&context);
      int events = sys::wait_for_events(fd, static_cast<short>(rpc_which_events(&context)), left(until));
      if (events == 0) return false;
      // What was sent before the connection broke is read first; libnfs would look at the break alone.
      if ((events & POLLIN) != 0) events &= ~(POLLHUP | POLLERR);
      const std::string first = (events & POLLIN) != 0 ? sys::peek(fd, 4) : "";
      if (!begun && !may_begin_record(first)) {
        end_as(Reached::garbage, "its first bytes begin no record of RPC");
        return false;
      }
      if (!begun && !first.empty()) {
        begun = true;
        now(Reached::silent, "bytes came, but no answer");
      }
      // Whatever ended the connection, libnfs's words are that it failed to reconnect, which it was told not to try.
      const bool failed = rpc_service(&context, events) < 0;
      if (!reply.decoded && (failed || reply.error.find("reconnect") != std::string::npos)) {
        if (first.empty()) {
          end_as(Reached::closed, "");
        } else {
          end_as(Reached::garbage, "its bytes are no record of RPC");
        }
        return false;
      }
    }
    return true;
  }

  void judge_reply(const CompoundReply& reply, const std::vector<std::string>& components, std::size_t operations) {
    look_.reached = Reached::answered;
    look_.detail.clear();
    look_.status = reply.status;
    failed_operation_ = reply.results;  // counted from 1; the last result is that of the operation that failed
    if (reply.status == nfs4::minor_vers_mismatch) return end_as(Reached::not_nfs4, "it does not speak version 4.0");
    const bool complete = reply.status == nfs4::ok && reply.results == operations && reply.has_attributes;
    if (reply.status == nfs4::ok && !complete) return end_as(Reached::garbage, "results are missing in its answer");
    if (reply.results > operations) return end_as(Reached::garbage, "more results than questions");
    look_.ended_at = path_of(components, reply.results == 0 ? 0 : reply.results - 1);
    if (!complete) return;
    const Result<Attributes> attributes = decode_attributes(reply.mask, reply.values);
    if (!attributes) return end_as(Reached::garbage, attributes.error().what);
    look_.attributes = *attributes;
  }

  static std::string path_of(const std::vector<std::string>& components, std::size_t count) {
    std::string path;
    for (std::size_t i = 0; i < std::min(count, components.size()); ++i) path += '/' + components[i];
    return path.empty() ? "/" : path;
  }

  const sys::Clock& clock_;
  const std::function<void(const Look&)>& so_far_;
  sys::Clock::TimePoint end_;
  int user_;
  std::vector<std::string> components_;
  Look look_;
  std::size_t failed_operation_ = 0;
  std::vector<std::unique_ptr<CompoundReply>> replies_;
};

}  // namespace

bool can_look() { return true; }

Look look_at(const Question& question, const sys::Clock& clock, const std::function<void(const Look&)>& so_far) {
  return ServerLook(question, clock, so_far).at(question.server);
}

}  // namespace hanfs::check
