// SPDX-License-Identifier: Apache-2.0
// The words by which steps and expectations appear in reports and in the journal. They are written and read here only,
// and they never change: --reset reads the journals of older versions.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "plan/plan.hpp"

namespace hanfs::plan {

// What a step starts or writes: "route -n add 0 10.0.0.2 -hopcount 1", "write /etc/netsvc.conf".
std::string text_of(const Step& step);

// For people: "another default gateway that answers (10.0.0.2)".
std::string text_of(const Expectation& expectation);

// A stable name, unique in its plan: "fs:/usr:timeo", "reset:route:10.0.0.1:delete".
std::string id_of(const Step& step);
// Fills in what the id says: resource, action, detail and purpose. id_of() gives the same id again.
void read_id(const std::string& id, Step& step);

// {"default_route", "10.0.0.2", "cost=1 active_dgd=1"}: kind, subject and value.
using ExpectationWords = std::array<std::string, 3>;
ExpectationWords words_of(const Expectation& expectation);
// nullopt: not known here.
std::optional<Expectation> read_expectation(const ExpectationWords& words);

}  // namespace hanfs::plan
