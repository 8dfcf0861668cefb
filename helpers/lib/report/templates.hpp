// SPDX-License-Identifier: Apache-2.0
// The page of timelines: the file in templates/, which is put into the program when it is built (embed.cmake).
#pragma once

#include "text/template.hpp"

namespace hanfs::report {

const text::Templates& timeline_templates();

}  // namespace hanfs::report
