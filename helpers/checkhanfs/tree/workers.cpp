// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/workers.hpp"

#include <system_error>

namespace hanfs::tree {

Workers::Workers(std::size_t count, HashKind hash) {
  try {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this, hash] { work(hash); });
  } catch (const std::system_error&) {
    // No more threads than these.
  }
}

Workers::~Workers() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  there_is_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::add(Urgency urgency, Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_[static_cast<std::size_t>(urgency)].push_back(std::move(task));
  }
  there_is_work_.notify_one();
}

void Workers::wait_for(const std::atomic<bool>& done, std::chrono::milliseconds most) {
  std::unique_lock<std::mutex> lock(mutex_);
  awaited_ = &done;
  awaited_is_done_.wait_for(lock, most, [&done] { return done.load(); });
  awaited_ = nullptr;
}

void Workers::work(HashKind hash) {
  Scratch scratch(hash);
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    std::deque<Task>* ready = nullptr;
    there_is_work_.wait(lock, [&] {
      for (std::deque<Task>& tasks : tasks_)
        if (ready == nullptr && !tasks.empty()) ready = &tasks;
      return stopping_ || ready != nullptr;
    });
    if (stopping_) return;
    const Task task = std::move(ready->front());
    ready->pop_front();
    lock.unlock();
    task(scratch);
    lock.lock();
    if (awaited_ != nullptr && *awaited_) awaited_is_done_.notify_one();
  }
}

}  // namespace hanfs::tree
