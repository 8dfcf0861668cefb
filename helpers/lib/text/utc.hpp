// SPDX-License-Identifier: Apache-2.0
// The time of day in words, as sys::Clock::utc() writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hanfs::text {

// Seconds since 1970-01-01 of "2026-11-22T21:40:05Z". nullopt: no such time.
std::optional<std::int64_t> seconds_of_utc(std::string_view utc);

}  // namespace hanfs::text
