// SPDX-License-Identifier: Apache-2.0
// Boost.Asio includes it by its older name, about which musl warns.
#pragma once
#include <poll.h>
