// SPDX-License-Identifier: Apache-2.0
// The status page: the files in templates/, which are put into the program when it is built (embed.cmake).
#pragma once

#include "text/template.hpp"

namespace hanfs::cluster {

const text::Templates& page_templates();

}  // namespace hanfs::cluster
