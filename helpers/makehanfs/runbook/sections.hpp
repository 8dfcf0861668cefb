// SPDX-License-Identifier: Apache-2.0
// The sections of a runbook, read from what the templates (templates/*.mustache) say about one outage. A line begins
// one of these; a line that begins none of them goes on with the one before, and empty lines mean nothing:
//
//   # TITLE                            a part, to which the sections that follow belong
//   ## ID TITLE                        a section; then its introduction
//   ### ID TITLE                       a step; then why it is done
//   Run: WORDS                         a command: a line for the shell of the management node; each word is quoted
//   Run on HOSTS for SECONDS s: LINE   a command on other hosts, over the engine that the settings name
//   Look: ..., Look on ...             the same for a check
//   Expected: TEXT                     what is to be seen then; a second one is added to the first
//   About SECONDS s: TEXT              how long it takes, and where that number comes from
//   Mind: TEXT                         a caution
//   Nodes: NAMES                       whom the step concerns
//   Nothing to do: TEXT                something that does not apply to this cluster
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/model/settings.hpp"
#include "makehanfs/runbook/outage_impact.hpp"
#include "makehanfs/runbook/runbook.hpp"

namespace hanfs::cluster::outage {

// A value of a table so that it cannot be taken for a part of the form above, whatever is in it: it begins no line, and
// stays one word.
std::string encoded(std::string_view value);

std::vector<RunbookSection> read_sections(std::string_view filled, const Settings& settings);

// Entries that begin with "* " each, in the same form of values.
std::vector<std::string> read_list(std::string_view filled);

// What the templates are filled with.
nlohmann::ordered_json values_of(const OutageImpact& c);

// What to know of this outage before anything else: about ten lines.
std::vector<std::string> short_of(const OutageImpact& c);

// The steps that this outage asks for, in their order.
std::vector<RunbookSection> sections_of(const OutageImpact& c);

}  // namespace hanfs::cluster::outage
