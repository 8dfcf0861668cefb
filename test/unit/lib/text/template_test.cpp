// SPDX-License-Identifier: Apache-2.0
#include "text/template.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace hanfs::text {
namespace {

using json = nlohmann::ordered_json;

std::string filled(const char* text, const json& values) {
  return fill({{"whole", text}, {"part", "{{#list}}<{{.}}>{{/list}}"}}, "whole", values,
              [](const std::string& value) { return "[" + value + "]"; });
}

TEST_CASE("a template: values are escaped, or not, and parts are put in") {
  const json values{{"a", "x"}, {"n", 3}, {"list", {"1", "2"}}};
  CHECK(filled("{{a}} {{{a}}} {{n}} {{>part}} {{unknown}}.", values) == "[x] x [3] <[1]><[2]> .");
}

TEST_CASE("a template: what is empty leaves its section out") {
  for (const json& nothing : {json(nullptr), json(false), json(""), json::array(), json::object()})
    CHECK(filled("{{#a}}some{{/a}}{{^a}}none{{/a}}", {{"a", nothing}}) == "none");
  for (const json& something : {json(true), json("x"), json(0), json::array({1}), json{{"b", 1}}})
    CHECK(filled("{{#a}}some{{/a}}{{^a}}none{{/a}}", {{"a", something}}) == "some");
}

TEST_CASE("a template that is not sound says so") {
  CHECK(filled("{{#a}}some", {{"a", true}}).find("a") != std::string::npos);
}

}  // namespace
}  // namespace hanfs::text
