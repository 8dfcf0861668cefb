// SPDX-License-Identifier: Apache-2.0
#include "sys/lock.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "support/child.hpp"
#include "support/place.hpp"

namespace hanfs::sys {
namespace {

TEST_CASE("a lock is held by one process, and the other one learns who that is") {
  const test::Place file;
  const long ours = ::getpid();
  std::unique_ptr<Lock> lock = lock_file(file.path);
  CHECK(lock->state == Lock::State::held);
  CHECK(test::holds_in_child([&] {
    const std::unique_ptr<Lock> second = lock_file(file.path);
    return second->state == Lock::State::busy && second->holder == ours && second->reason.empty();
  }));
  lock.reset();
  CHECK(file.is_there());
  CHECK(test::holds_in_child([&] { return lock_file(file.path)->state == Lock::State::held; }));
}

TEST_CASE("a lock that cannot be is not held by anybody, and says why") {
  const std::unique_ptr<Lock> lock = lock_file("/no/such/folder/lock");
  CHECK(lock->state == Lock::State::unavailable);
  CHECK(lock->reason == "/no/such/folder/lock: No such file or directory");
}

}  // namespace
}  // namespace hanfs::sys
