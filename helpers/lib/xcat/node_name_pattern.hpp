// SPDX-License-Identifier: Apache-2.0
// The regular expression of an /re/subst/ and its search in the name of a node. One for all expressions that begin so:
// columns of a row mostly do, so a node's name is searched once for all of them, and what they calculate alike is
// calculated once (test/bench/plan --rows regex).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "xcat/arithmetic.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {

class NodeNamePattern {
 public:
  // "": generated, of |subst|: one [\D0]*(\d+) for each number in the name (lib/xcat/README.md "Attributes: rows and
  // expressions"). Errors of both are "what; cure: what to do".
  static Result<std::shared_ptr<NodeNamePattern>> compile(std::string_view text);
  NodeNamePattern(const NodeNamePattern&) = delete;  // the last search points into it
  NodeNamePattern& operator=(const NodeNamePattern&) = delete;
  ~NodeNamePattern() = default;

  // How many groups in parentheses it has; nothing where that depends on the name.
  std::optional<std::size_t> groups() const;
  // What matched, with the groups in it; valid until the next search for another name. Error: no match, also
  // where it is generated and the name has fewer numbers than `wanted`.
  Result<const Pattern*> search(std::string_view node, std::size_t wanted);

  // `calculation` was read from `text`. The same text is the same number, for calculate().
  std::size_t add(std::string_view text, Arithmetic calculation);
  // The result for what matched in the last search. Error: as Arithmetic::evaluate.
  Result<long long> calculate(std::size_t calculation);

 private:
  NodeNamePattern() = default;
  bool is_generated() const { return text_.empty(); }
  void look_at(std::string_view node);
  Pattern* pattern_for(std::size_t numbers);

  std::string text_;
  std::map<std::size_t, Pattern> patterns_;  // by how many numbers a name has; just one where the text is given
  std::string name_;                         // searched last
  bool searched_ = false;                    // there was one
  std::size_t numbers_ = 0;                  // in it, where they count
  Match match_ = Match::no;
  const Pattern* matched_ = nullptr;

  struct Calculation {
    std::string text;
    Arithmetic arithmetic;
    std::optional<long long> result;  // for this match
  };
  std::vector<Calculation> calculations_;
};

// By their text; what was compiled once is shared.
class NodeNamePatterns {
 public:
  // Error: as LeftSide::compile.
  Result<std::shared_ptr<NodeNamePattern>> get(std::string_view text);

 private:
  std::map<std::string, std::shared_ptr<NodeNamePattern>, std::less<>> known_;
};

}  // namespace hanfs::xcat
