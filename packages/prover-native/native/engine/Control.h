// The two numbers that a running job shares with the event loop.
#pragma once
#include <atomic>
#include "../arithmetic/Limbs.h"
#include "Failure.h"

namespace verimesh {

class Control {
 public:
  void cancel() { cancelled_ = true; }
  void throwIfCancelled() const {
    if (cancelled_) throw Cancelled();
  }
  /** Progress counts work in whatever unit the job chose. */
  void expect(u64 work) { expected_ = work; }
  void advance(u64 work) { done_ += work; }
  double share() const {
    const u64 expected = expected_;
    const double share = expected == 0 ? 0 : static_cast<double>(done_) / static_cast<double>(expected);
    return share > 1 ? 1 : share;
  }

 private:
  std::atomic<bool> cancelled_{false};
  std::atomic<u64> expected_{0};
  std::atomic<u64> done_{0};
};

}  // namespace verimesh
