// SPDX-License-Identifier: Apache-2.0
// The words of a runbook: the files in templates/, which are put into the program when it is built (embed.cmake).
#pragma once

#include "text/template.hpp"

namespace hanfs::cluster {

const text::Templates& runbook_templates();

}  // namespace hanfs::cluster
