// SPDX-License-Identifier: Apache-2.0
// Threads that carry out tasks.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "checkhanfs/tree/digest.hpp"

namespace hanfs::tree {

// What each thread has for itself.
struct Scratch {
  // As the pages are that a system copies from: 16 bytes off, that took three times as long (AMD EPYC, Linux 6.18).
  struct alignas(4096) Buffer {
    char bytes[std::size_t{256} << 10];
  };

  explicit Scratch(HashKind hash) : digest(hash), buffer(std::make_unique<Buffer>()) {}

  Digest digest;
  std::unique_ptr<Buffer> buffer;
};

class Workers {
 public:
  using Task = std::function<void(Scratch&)>;
  enum class Urgency { first, usual, spare };  // spare: when there is nothing else to do

  // As many threads as can be made, up to `count`; threads() is 0 where none can.
  Workers(std::size_t count, HashKind hash);
  ~Workers();  // waits for the tasks that run; those that wait are dropped
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::size_t threads() const { return threads_.size(); }
  void add(Urgency urgency, Task task);
  // Until a task has set `done`, or the time is over. For one thread.
  void wait_for(const std::atomic<bool>& done, std::chrono::milliseconds most);

 private:
  void work(HashKind hash);

  std::mutex mutex_;
  std::condition_variable there_is_work_;
  std::condition_variable awaited_is_done_;
  std::deque<Task> tasks_[3];
  bool stopping_ = false;
  const std::atomic<bool>* awaited_ = nullptr;
  std::vector<std::thread> threads_;
};

}  // namespace hanfs::tree
