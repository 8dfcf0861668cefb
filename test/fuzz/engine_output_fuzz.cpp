// SPDX-License-Identifier: Apache-2.0
// What xdsh, pdsh and clush print of many hosts. The first byte says which, whether it is in pieces, and how it ended;
// a line that begins with "!" goes to stderr. Properties: an answer for each host in their order; the pieces it comes
// in do not matter; lines reach hosts that were asked only, without their newline and not longer than was asked for.
#include "fuzz.hpp"
#include "makehanfs/engine/output_reader.hpp"

namespace {

namespace cluster = hanfs::cluster;
namespace fuzz = hanfs::aix::fuzz;
namespace run = hanfs::run;

constexpr std::size_t longest = 64;

struct Heard {
  std::vector<std::pair<std::size_t, std::string>> lines;
  cluster::EngineReader::Result result;
};

Heard read(cluster::Engine::Kind kind, std::string_view text, std::size_t piece, const run::Outcome& outcome) {
  const std::vector<std::string> hosts{"cn1", "cn2", "cn10"};
  Heard heard;
  const auto on_line = [&](std::size_t host, std::string_view line, bool) {
    fuzz::require(host < hosts.size(), "a line of a host that was asked");
    fuzz::require(line.size() <= longest && line.find('\n') == std::string_view::npos, "one line, not too long");
    heard.lines.emplace_back(host, line);
  };
  cluster::EngineReader reader(kind, hosts, on_line, longest);
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline == std::string_view::npos ? text.size() : newline + 1);
    text.remove_prefix(line.size());
    const bool is_error = line.front() == '!';
    if (is_error) line.remove_prefix(1);
    for (; !line.empty(); line.remove_prefix(std::min(piece, line.size())))
      reader.feed(is_error ? run::Channel::err : run::Channel::out, line.substr(0, piece));
  }
  heard.result = reader.finish(outcome);
  fuzz::require(heard.result.hosts.size() == hosts.size(), "an answer for each host");
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    fuzz::require(heard.result.hosts[i].host == hosts[i], "in their order");
    fuzz::require(heard.result.hosts[i].last_stderr.size() <= 400, "the last of stderr is short");
  }
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kind = static_cast<cluster::Engine::Kind>(data[0] % 3U);
  run::Outcome outcome;
  outcome.end = (data[0] & 64U) != 0 ? run::Outcome::End::timed_out : run::Outcome::End::exited;
  outcome.status = data[0] >> 7U;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  const Heard whole = read(kind, text, std::string::npos, outcome);
  const Heard pieces = read(kind, text, 1 + (data[0] >> 3U) % 7U, outcome);
  fuzz::require(whole.lines == pieces.lines, "the same lines in pieces");
  fuzz::require(whole.result.hosts == pieces.result.hosts, "the same answers in pieces");
  return 0;
}
