// SPDX-License-Identifier: Apache-2.0
// hanfs_worlds: plays worlds and tells what was found. test/README.md "Worlds".
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "findings.hpp"
#include "sweep.hpp"

namespace hanfs::worlds {
namespace {

struct Wish {
  Program program = Program::node;
  std::uint64_t from = 1, until = 200, step = 1;
  double seconds = 0;  // 0: all seeds
  bool trace = false, shows = true;
  std::string only;  // a kind
};

struct Tally {
  std::uint64_t worlds = 0, events = 0, calls = 0, bad = 0;
  std::map<std::string, std::vector<std::uint64_t>> seeds_by_kind;
};

void show(const World& world, const std::string& kind) {
  const World shortest = shrink(world, kind);
  const WorldResult result = play(shortest);
  std::printf("\n-- %s, seed %llu\n%s", kind.c_str(), static_cast<unsigned long long>(world.seed),
              text_of(shortest).c_str());
  for (const Finding& finding : result.findings) {
    if (finding.kind == kind) std::printf("   %s: %s\n", finding.kind.c_str(), finding.what.c_str());
  }
}

int work(const Wish& wish) {
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  Tally tally;
  for (std::uint64_t seed = wish.from; seed <= wish.until && (wish.seconds <= 0 || seconds() < wish.seconds);
       seed += wish.step) {
    const World world = make_world(wish.program, seed);
    const WorldResult result = play(world);
    if (wish.trace) std::printf("%s\n%s", text_of(world).c_str(), result.trace.c_str());
    ++tally.worlds;
    tally.events += world.events.size();
    tally.calls += result.calls;
    tally.bad += result.findings.empty() ? 0U : 1U;
    std::map<std::string, bool> seen;
    for (const Finding& finding : result.findings) {
      if (wish.trace) std::printf("!! %s: %s\n", finding.kind.c_str(), finding.what.c_str());
      if (seen[finding.kind]) continue;
      seen[finding.kind] = true;
      tally.seeds_by_kind[finding.kind].push_back(seed);
    }
  }
  const double took = seconds();
  std::printf("worlds=%llu events=%llu calls=%llu bad=%llu seconds=%.1f\n",
              static_cast<unsigned long long>(tally.worlds), static_cast<unsigned long long>(tally.events),
              static_cast<unsigned long long>(tally.calls), static_cast<unsigned long long>(tally.bad), took);
  constexpr std::size_t most_shown = 20;
  for (const auto& [kind, seeds] : tally.seeds_by_kind) {
    std::printf("harm %s worlds=%zu first=%llu seeds", kind.c_str(), seeds.size(),
                static_cast<unsigned long long>(seeds.front()));
    for (std::size_t i = 0; i < std::min(seeds.size(), most_shown); ++i)
      std::printf(" %llu", static_cast<unsigned long long>(seeds[i]));
    std::printf("\n");
  }
  std::fflush(stdout);
  for (const auto& [kind, seeds] : tally.seeds_by_kind) {
    if (wish.shows && (wish.only.empty() || wish.only == kind)) show(make_world(wish.program, seeds.front()), kind);
    std::fflush(stdout);
  }
  return tally.bad == 0 ? 0 : 1;
}

// Each plant has to be found: a world has more such findings with it than without. A program that always does the same
// by itself hides its plant; then it is found all the same.
int find_plants() {
  constexpr std::uint64_t tries = 400;
  int missed = 0;
  for (const Plant& plant : plants()) {
    std::uint64_t seed = 1;
    bool by_itself = false;
    const auto finds = [&] {
      const World world = make_world(plant.program, seed);
      const std::size_t without = play(world).count(plant.kind);
      by_itself = by_itself || without != 0;
      return play(world, &plant).count(plant.kind) > without;
    };
    while (seed <= tries && !finds()) ++seed;
    const bool found = seed <= tries;
    if (!found && !by_itself) ++missed;
    std::printf("%s %s %s\n", plant.program == Program::node ? "node" : "server", plant.kind.c_str(),
                found       ? ("found in world " + std::to_string(seed)).c_str()
                : by_itself ? "found, but only as the program does it by itself"
                            : "NOT FOUND");
  }
  return missed == 0 ? 0 : 1;
}

bool parse(int argc, char** argv, Wish& wish) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool has_value = i + 1 < argc;
    if (word == "--trace") {
      wish.trace = true;
    } else if (word == "--no-shrink") {
      wish.shows = false;
    } else if (!has_value) {
      return false;
    } else if (word == "--program") {
      const std::string program = argv[++i];
      if (program != "node" && program != "server") return false;
      wish.program = program == "server" ? Program::server : Program::node;
    } else if (word == "--from") {
      wish.from = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--until") {
      wish.until = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--step") {
      wish.step = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--seconds") {
      wish.seconds = std::strtod(argv[++i], nullptr);
    } else if (word == "--kind") {
      wish.only = argv[++i];
    } else {
      return false;
    }
  }
  return wish.from > 0 && wish.step > 0;
}

}  // namespace
}  // namespace hanfs::worlds

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--plants") == 0)
    return hanfs::worlds::find_plants() | hanfs::worlds::find_lies();
  if (argc > 1 && std::strcmp(argv[1], "--sweep") == 0)
    return hanfs::worlds::sweep(argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
  hanfs::worlds::Wish wish;
  if (!hanfs::worlds::parse(argc, argv, wish)) {
    std::fputs(
        "hanfs_worlds [--program node|server] [--from SEED] [--until SEED] [--step N] [--seconds S] [--kind HARM]\n"
        "             [--trace] [--no-shrink]\n"
        "hanfs_worlds --plants\n"
        "hanfs_worlds --sweep [MACHINE [COMMAND]]\n",
        stderr);
    return 2;
  }
  return hanfs::worlds::work(wish);
}
