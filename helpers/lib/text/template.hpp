// SPDX-License-Identifier: Apache-2.0
// Mustache templates (https://mustache.github.io/mustache.5.html) that are filled with values.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace hanfs::text {

// Name and text of templates; {{>name}} puts one of them into another.
using Templates = std::vector<std::pair<const char*, const char*>>;

// The template `name`, filled with the members of `values`. {{x}} passes through `escape`, {{{x}}} does not. A section
// {{#x}} is left out for null, false, an empty list, an empty object and, unlike in other implementations of Mustache,
// an empty string. A template that is not sound is a defect of the program: its error message is returned then.
std::string fill(const Templates& templates, const std::string& name, const nlohmann::ordered_json& values,
                 const std::function<std::string(const std::string&)>& escape);

}  // namespace hanfs::text
