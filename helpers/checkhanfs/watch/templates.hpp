// SPDX-License-Identifier: Apache-2.0
// The page of a watch: the files in templates/, which are put into the program when it is built (embed.cmake).
#pragma once

#include "text/template.hpp"

namespace hanfs::check {

const text::Templates& watch_templates();

}  // namespace hanfs::check
