// SPDX-License-Identifier: Apache-2.0
// An NFSv4 server in a thread, on port 2049 of a loopback address that no other process of these tests has. What bytes
// it sends was written from RFC 5531 (RPC), RFC 4506 (XDR) and RFC 7530 (NFSv4), as test/wire/fake_nfs.py was.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "checkhanfs/wire/nfs_client.hpp"

namespace hanfs::check {

inline std::string xdr(std::initializer_list<std::uint32_t> numbers) {
  std::string bytes;
  for (const std::uint32_t number : numbers)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xFFU);
  return bytes;
}
inline std::string xdr_bytes(const std::string& bytes) {
  return xdr({static_cast<std::uint32_t>(bytes.size())}) + bytes + std::string((4 - bytes.size() % 4) % 4, '\0');
}
// A path of one part.
inline std::string xdr_path(const std::string& part) { return xdr({1}) + xdr_bytes(part); }

struct NfsCall {
  std::uint32_t xid = 0;
  std::string head;  // RPC's, in words
  unsigned peer_port = 0;
  std::uint32_t uid = 0;
  std::string operations;  // "PUTROOTFH LOOKUP(install) GETATTR(1000d06)"
  int number = 0;          // counted from 0, over all connections
};

class NfsCallReader {
 public:
  explicit NfsCallReader(const std::string& bytes) : bytes_(bytes) {}
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
      value = value << 8U | static_cast<unsigned char>(at_ < bytes_.size() ? bytes_[at_++] : 0);
    return value;
  }
  std::string bytes() {
    const std::uint32_t length = number();
    const std::string read = bytes_.substr(std::min<std::size_t>(at_, bytes_.size()), length);
    at_ += (length + 3U) / 4U * 4U;
    return read;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

inline NfsCall nfs_call(const std::string& record) {
  NfsCallReader reader(record);
  NfsCall call;
  call.xid = reader.number();
  const char* const names[] = {"direction ", " rpc ", " program ", " version ", " procedure ", " credentials "};
  for (const char* name : names) call.head += name + std::to_string(reader.number());
  NfsCallReader credentials(reader.bytes());
  (void)credentials.number();  // the stamp
  (void)credentials.bytes();   // the machine
  call.uid = credentials.number();
  (void)reader.number();  // the verifier
  (void)reader.bytes();
  (void)reader.bytes();  // the tag
  call.head += " minor " + std::to_string(reader.number());
  for (std::uint32_t left = reader.number(); left > 0; --left) {
    const std::uint32_t operation = reader.number();
    call.operations += call.operations.empty() ? "" : " ";
    if (operation == 24) {
      call.operations += "PUTROOTFH";
    } else if (operation == 15) {
      call.operations += "LOOKUP(" + reader.bytes() + ")";
    } else if (operation == 9) {
      char mask[16] = "";
      const std::uint32_t words = reader.number();
      std::snprintf(mask, sizeof mask, "%x", reader.number());
      call.operations += "GETATTR(" + std::string(words == 1 ? mask : "not one word") + ")";
    } else {
      call.operations += "operation " + std::to_string(operation);
      break;
    }
  }
  return call;
}

// With the mark in front of the record.
inline std::string nfs_record(const std::string& reply) {
  return xdr({0x80000000U | static_cast<std::uint32_t>(reply.size())}) + reply;
}
inline std::string nfs_accepted(const NfsCall& call, const std::string& body, std::uint32_t status = 0) {
  return nfs_record(xdr({call.xid, 1, 0, 0, 0, status}) + body);
}
inline std::string nfs_denied(const NfsCall& call) { return nfs_record(xdr({call.xid, 1, 1, 1, 5})); }
// As many results as there are operations up to `failed` (counted from 1), the last one with `status`.
inline std::string nfs_failed(const NfsCall& call, std::uint32_t status, std::uint32_t failed) {
  std::vector<std::uint32_t> operations;
  for (std::size_t at = 0; at < call.operations.size(); ++at) {
    if (at != 0 && call.operations[at - 1] != ' ') continue;
    operations.push_back(call.operations[at] == 'P' ? 24 : call.operations[at] == 'L' ? 15 : 9);
  }
  std::string results;
  for (std::uint32_t i = 1; i <= failed; ++i)
    results += xdr({i <= operations.size() ? operations[i - 1] : 15U, i == failed ? status : 0U});
  return nfs_accepted(call, xdr({status, 0, failed}) + results);
}
// All of type, fh_expire_type, fsid, lease_time, rdattr_error, fs_locations.
inline std::string nfs_attributes(const std::vector<std::string>& servers, std::uint32_t rdattr_error = 0) {
  std::string values = xdr({2, 0, 0, 7, 0, 9, 90, rdattr_error}) + xdr_path("install");
  values += xdr({static_cast<std::uint32_t>(servers.size())});
  for (const std::string& server : servers) values += xdr({1}) + xdr_bytes(server) + xdr_path("install");
  return values;
}
inline std::string nfs_answered(const NfsCall& call, const std::string& attributes) {
  const auto operations =
      static_cast<std::uint32_t>(std::count(call.operations.begin(), call.operations.end(), ' ')) + 1;
  std::string results = xdr({24, 0});
  for (std::uint32_t i = 2; i < operations; ++i) results += xdr({15, 0});
  results += xdr({9, 0, 1, 0x01000D06}) + xdr_bytes(attributes);
  return nfs_accepted(call, xdr({0, 0, operations}) + results);
}

class LoopbackServer {
 public:
  // The bytes that it sends, piece by piece; it hangs up behind them where that is said.
  struct Reply {
    std::vector<std::string> pieces{};
    bool hang_up = false;
  };
  using Answer = std::function<Reply(const NfsCall&)>;

  // One for each server of this process; no other process has them.
  static std::string address(unsigned which) {
    const auto process = static_cast<unsigned>(::getpid());
    return "127." + std::to_string(64 + which) + "." + std::to_string(process / 250 % 250 + 1) + "." +
           std::to_string(process % 250 + 1);
  }

  LoopbackServer(const std::string& where, Answer answer) : answer_(std::move(answer)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(nfs_port);
    ::inet_pton(AF_INET, where.c_str(), &here.sin_addr);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0 || ::listen(listener_, 8) != 0) return;
    listens_ = true;
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    (void)::write(stop_[1], "", 1);
    if (thread_.joinable()) thread_.join();
    for (const int fd : {listener_, stop_[0], stop_[1]}) ::close(fd);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  // False: this machine has an NFS server of its own, which has the port of all addresses.
  bool listens() const { return listens_; }
  // To be read when who asks has its answer.
  const std::vector<NfsCall>& calls() const { return calls_; }

 private:
  // False: the test is over.
  bool is_ready(int fd) const {
    pollfd fds[] = {{fd, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    int ready = -1;
    do {
      ready = ::poll(fds, 2, 20000);
    } while (ready == -1 && errno == EINTR);  // a change of the process's user comes as a signal to each thread
    return ready > 0 && fds[1].revents == 0;
  }

  std::string receive(int connection, std::size_t size) const {
    std::string bytes;
    char buffer[4096];
    while (bytes.size() < size && is_ready(connection)) {
      const ssize_t got = ::recv(connection, buffer, std::min(sizeof buffer, size - bytes.size()), 0);
      if (got <= 0) break;
      bytes.append(buffer, static_cast<std::size_t>(got));
    }
    return bytes;
  }

  void serve() {
    while (is_ready(listener_)) {
      sockaddr_in peer{};
      socklen_t length = sizeof peer;
      const int connection = ::accept(listener_, reinterpret_cast<sockaddr*>(&peer), &length);
      if (connection == -1) return;
      while (serve_call(connection, ntohs(peer.sin_port))) {
      }
      ::close(connection);
    }
  }

  bool serve_call(int connection, unsigned peer_port) {
    NfsCallReader mark(receive(connection, 4));
    const std::string record = receive(connection, mark.number() & 0x7FFFFFFFU);
    if (record.empty()) return false;
    NfsCall call = nfs_call(record);
    call.peer_port = peer_port;
    call.number = static_cast<int>(calls_.size());
    calls_.push_back(call);
    const Reply reply = answer_(call);
    for (std::size_t i = 0; i < reply.pieces.size(); ++i) {
      if (i != 0) std::this_thread::sleep_for(std::chrono::milliseconds(3));
      (void)::send(connection, reply.pieces[i].data(), reply.pieces[i].size(), MSG_NOSIGNAL);
    }
    return !reply.hang_up;
  }

  Answer answer_;
  int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  int stop_[2] = {-1, -1};
  bool has_stop_ = ::pipe(stop_) == 0;
  bool listens_ = false;
  std::vector<NfsCall> calls_;
  std::thread thread_;
};

// Whether looks at it can be made in child processes. Those have little memory (checkhanfs/wire/ask.cpp), and a
// sanitizer that wants more of it ends them.
inline bool can_be_asked(const LoopbackServer& server) {
#if defined(__SANITIZE_ADDRESS__)
  constexpr bool is_sanitized = true;
#elif defined(__has_feature)
  constexpr bool is_sanitized = __has_feature(address_sanitizer);
#else
  constexpr bool is_sanitized = false;
#endif
  const char* const why = !can_look()         ? "this was built without libnfs"
                          : !server.listens() ? "port 2049 belongs to another server of this machine"
                          : is_sanitized      ? "a sanitizer needs more memory than the child may have"
                                              : nullptr;
  if (why != nullptr) MESSAGE("not tried, as " << why);
  return why == nullptr;
}

}  // namespace hanfs::check
