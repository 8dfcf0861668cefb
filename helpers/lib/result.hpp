// SPDX-License-Identifier: Apache-2.0
// A value or the reason why there is none. No exceptions cross module borders (on AIX they may not work in a
// binary that carries its own libstdc++, see --self-test), so a fallible function returns Result.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace hanfs {

// One line for people: what, where, why, and the cure where there is one. No trailing newline.
struct Error {
  std::string what;

  bool operator==(const Error& other) const { return what == other.what; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor): `return value;`
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor): `return Error{...};`

  explicit operator bool() const { return content_.index() == 0; }

  // Only after a check with operator bool.
  const T& operator*() const { return *std::get_if<T>(&content_); }
  T& operator*() { return *std::get_if<T>(&content_); }
  const T* operator->() const { return std::get_if<T>(&content_); }
  T* operator->() { return std::get_if<T>(&content_); }
  const Error& error() const { return *std::get_if<Error>(&content_); }

 private:
  std::variant<T, Error> content_;
};

// What a function returns that only succeeds or fails.
struct Done {};
using Status = Result<Done>;

}  // namespace hanfs
