// SPDX-License-Identifier: Apache-2.0
// Names that callers outside of this room still use, until they include text/words.hpp and aix/parsing.hpp themselves.
#pragma once

#include "aix/parsing.hpp"

namespace hanfs::aix::text {

using hanfs::text::lower;
using hanfs::text::split;
using parsing::Line;
using parsing::lines;

}  // namespace hanfs::aix::text
