// SPDX-License-Identifier: Apache-2.0
// Which nodes are diskless compute nodes, and what each says about its servers.
#pragma once

#include "makehanfs/draft.hpp"

namespace hanfs::mn {

// Fills nodes, crews, images and the servers that nodes name. A diskless compute node is a node that is no service node
// (table servicenode), is AIX as far as nodetype.os tells, has an operating system as far as nodetype.nodetype tells,
// and whose image (nodetype.provmethod) has nimtype diskless or dataless; where the image is not known, one that has a
// noderes.servicenode. `range`: the nodes that are asked for; empty: all.
Status gather_crews(Draft& draft, const std::vector<std::string>& range);

}  // namespace hanfs::mn
