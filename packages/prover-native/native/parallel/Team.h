// Threads that work on one task list at a time.
#pragma once
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>
#include "../engine/Control.h"

namespace verimesh {

/** A fixed number of threads, the caller's among them. Tasks of one list run in any order; the list is done when `run` returns. */
class Team {
 public:
  Team(unsigned threads, Control& control) : control_(control) {
    for (unsigned i = 1; i < threads; i++) members_.emplace_back([this] { serve(); });
  }

  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  ~Team() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& member : members_) member.join();
  }

  unsigned size() const { return static_cast<unsigned>(members_.size()) + 1; }
  Control& control() { return control_; }

  /** Runs act(0) … act(count − 1). Throws what the first failed task threw, or `Cancelled`; the rest are then left out. */
  void run(std::size_t count, const std::function<void(std::size_t)>& act) {
    control_.throwIfCancelled();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      act_ = &act;
      count_ = count;
      next_ = 0;
      failure_ = nullptr;
      busy_ = static_cast<unsigned>(members_.size());
      round_++;
    }
    changed_.notify_all();
    work();
    std::unique_lock<std::mutex> lock(mutex_);
    finished_.wait(lock, [this] { return busy_ == 0; });
    if (failure_) std::rethrow_exception(failure_);
  }

  /** Splits 0 … length into ranges, a few per thread, of at least `least`; act(start, end). */
  void runRanges(std::size_t length, std::size_t least, const std::function<void(std::size_t, std::size_t)>& act) {
    std::size_t parts = size() == 1 ? 1 : 4 * size();
    if (parts > length / least) parts = length / least;
    if (parts == 0) parts = 1;
    run(parts, [&](std::size_t i) { act(length * i / parts, length * (i + 1) / parts); });
  }

 private:
  Control& control_;
  std::vector<std::thread> members_;
  std::mutex mutex_;
  std::condition_variable changed_, finished_;
  const std::function<void(std::size_t)>* act_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::exception_ptr failure_;
  unsigned busy_ = 0;
  u64 round_ = 0;
  bool ending_ = false;

  void serve() {
    u64 seen = 0;
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return ending_ || round_ != seen; });
        if (ending_) return;
        seen = round_;
      }
      work();
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) finished_.notify_one();
    }
  }

  void work() {
    try {
      for (std::size_t i; (i = next_.fetch_add(1)) < count_;) {
        control_.throwIfCancelled();
        (*act_)(i);
      }
    } catch (...) {
      next_ = count_;
      std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }
};

}  // namespace verimesh
