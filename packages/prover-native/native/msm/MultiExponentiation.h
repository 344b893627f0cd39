// Σ scalar · point by Pippenger's method, cut into tasks that any number of threads may take in any order.
#pragma once
#include <memory>
#include <mutex>
#include "SegmentSums.h"
#include "Windows.h"
#include "bucketReduction.h"

namespace verimesh {

/** Working memory that tasks pass on to each other, as fresh pages are dear. */
template <class T>
class ScratchPool {
 public:
  std::unique_ptr<T> take() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) return std::make_unique<T>();
    std::unique_ptr<T> scratch = std::move(free_.back());
    free_.pop_back();
    return scratch;
  }
  void giveBack(std::unique_ptr<T> scratch) {
    std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(scratch));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
};

template <class P>
struct MsmScratch {
  SegmentSums<P> sums;
  std::vector<u32> ends;
  std::vector<PointReference> sorted;
  std::vector<typename P::Stored> buckets;
};

/**
 * One multi-exponentiation. Scalars are taken by absolute value, s or r − s: zeros are left out, ones only added up, and those below
 * 2^32 have windows of their own, as nearly all wires here are bits and small integers.
 *
 * First `classify` each range, then `plan`, `cut` each range, run every task of the plan, and take the `result`.
 */
template <class P>
class MultiExponentiation {
 public:
  using Stored = typename P::Stored;
  using Sum = Projective<typename P::Field>;

  /** @param scalarOf index of each point's scalar; null: its own  @param scalars integers below r */
  MultiExponentiation(const Stored* points, const u32* scalarOf, std::size_t count, const U256* scalars, unsigned ranges,
                      ScratchPool<MsmScratch<P>>& scratch)
      : points_(points), scalarOf_(scalarOf), count_(count), scalars_(scalars), ranges_(ranges), scratch_(scratch) {}

  std::size_t ranges() const { return ranges_.size(); }

  void classify(std::size_t index) {
    static constexpr U256 half{{0xa1f0fac9f8000000, 0x9419f4243cdcb848, 0xdc2822db40c0ac2e, 0x183227397098d014}};
    Range& range = ranges_[index];
    const std::size_t end = count_ * (index + 1) / ranges_.size();
    for (std::size_t i = count_ * index / ranges_.size(); i < end; i++) {
      U256 value = scalars_[scalarOf_ == nullptr ? i : scalarOf_[i]];
      if (value.isZero()) continue;
      const bool negative = less(half, value);
      if (negative) value = subWrapping(ScalarModulus::value, value);
      const PointReference point = P::refer(&points_[i], negative);
      if ((value.limb[1] | value.limb[2] | value.limb[3]) != 0 || (value.limb[0] >> 32) != 0) {
        range.entries[LARGE].push(point, value);
      } else if (value.limb[0] == 1) {
        range.ones.push_back(point);
      } else {
        range.entries[SMALL].push(point, value);
      }
    }
  }

  /** Lays out the tasks, of which `parts` are to run at a time. @returns their number */
  std::size_t plan(unsigned parts) {
    std::size_t ones = 0;
    for (const Range& range : ranges_) ones += range.ones.size();
    if (ones > 0) {
      const std::size_t pieces = parts == 1 || ones < 16384 ? 1 : ranges_.size();
      for (std::size_t i = 0; i < pieces; i++) {
        tasks_.push_back({ONES, 0, ranges_.size() * i / pieces, ranges_.size() * (i + 1) / pieces});
      }
    }
    for (int kind : {SMALL, LARGE}) {
      std::size_t count = 0;
      for (const Range& range : ranges_) count += range.entries[kind].points.size();
      if (count == 0) continue;
      windows_[kind] = Windows::best(count, kind == SMALL ? 32 : 253, BUCKET_COST);
      // Fewer windows than threads: each window's points are shared out, at the price of more buckets.
      std::size_t shares = (3 * parts + windows_[kind].count - 1) / windows_[kind].count;
      if (parts == 1) shares = 1;
      while (shares > 1 && count / shares < 8 * windows_[kind].buckets()) shares--;
      if (shares > ranges_.size()) shares = ranges_.size();
      for (unsigned window = windows_[kind].count; window-- > 0;) {
        for (std::size_t share = 0; share < shares; share++) {
          tasks_.push_back(
              {kind, window, ranges_.size() * share / shares, ranges_.size() * (share + 1) / shares});
        }
      }
    }
    results_.assign(tasks_.size(), Sum::infinity());
    return tasks_.size();
  }

  /** Cuts the range's scalars into digits. */
  void cut(std::size_t index) {
    for (int kind : {SMALL, LARGE}) {
      Entries& entries = ranges_[index].entries[kind];
      const Windows& windows = windows_[kind];
      const std::size_t count = entries.points.size();
      entries.digits.resize(count * windows.count);
      for (std::size_t i = 0; i < count; i++) {
        const U256 shifted = addWrapping(entries.values[i], windows.halves);
        for (unsigned window = 0; window < windows.count; window++) {
          entries.digits[window * count + i] = static_cast<std::int16_t>(windows.digit(shifted, window));
        }
      }
    }
  }

  void run(std::size_t index) {
    std::unique_ptr<MsmScratch<P>> scratch = scratch_.take();
    const Task& task = tasks_[index];
    results_[index] = task.kind == ONES ? sumOnes(task, *scratch) : sumWindow(task, *scratch);
    scratch_.giveBack(std::move(scratch));
  }

  Sum result() const {
    Sum total = Sum::infinity();
    for (int kind : {SMALL, LARGE}) {
      Sum sum = Sum::infinity();
      unsigned position = 0;
      bool begun = false;
      for (std::size_t i = 0; i < tasks_.size(); i++) {
        if (tasks_[i].kind != kind) continue;
        if (begun && tasks_[i].window != position) {
          for (unsigned bit = 0; bit < windows_[kind].width; bit++) sum = sum.doubled();
        }
        begun = true;
        position = tasks_[i].window;
        sum = sum + results_[i];
      }
      total = total + sum;
    }
    for (std::size_t i = 0; i < tasks_.size(); i++) {
      if (tasks_[i].kind == ONES) total = total + results_[i];
    }
    return total;
  }

 private:
  enum Kind { SMALL, LARGE, ONES };
  /** A bucket costs two complete additions, about this many affine ones. */
  static constexpr double BUCKET_COST = 4.5;

  struct Entries {
    std::vector<PointReference> points;
    std::vector<U256> values;
    /** Window by window, one for each point. */
    std::vector<std::int16_t> digits;

    void push(PointReference point, const U256& value) {
      points.push_back(point);
      values.push_back(value);
    }
  };
  struct Range {
    std::vector<PointReference> ones;
    Entries entries[2];
  };
  struct Task {
    int kind;
    unsigned window;
    std::size_t firstRange, lastRange;
  };

  const Stored* points_;
  const u32* scalarOf_;
  std::size_t count_;
  const U256* scalars_;
  std::vector<Range> ranges_;
  ScratchPool<MsmScratch<P>>& scratch_;
  Windows windows_[2] = {Windows(4, 32), Windows(4, 253)};
  std::vector<Task> tasks_;
  std::vector<Sum> results_;

  Sum sumOnes(const Task& task, MsmScratch<P>& scratch) const {
    scratch.sorted.clear();
    for (std::size_t range = task.firstRange; range < task.lastRange; range++) {
      scratch.sorted.insert(scratch.sorted.end(), ranges_[range].ones.begin(), ranges_[range].ones.end());
    }
    Stored sum{};
    scratch.sums.add(scratch.sorted.data(), scratch.sorted.size(), &sum);
    scratch.sums.flush();
    return Sum::from(P::fromStored(sum));
  }

  Sum sumWindow(const Task& task, MsmScratch<P>& scratch) const {
    const Windows& windows = windows_[task.kind];
    const std::size_t buckets = windows.buckets();
    // Counting sort by bucket; bucket b holds the digits ±(b + 1).
    scratch.ends.assign(buckets + 1, 0);
    const auto forEachDigit = [&](auto act) {
      for (std::size_t range = task.firstRange; range < task.lastRange; range++) {
        const Entries& entries = ranges_[range].entries[task.kind];
        const std::int16_t* digits = entries.digits.data() + task.window * entries.points.size();
        for (std::size_t i = 0; i < entries.points.size(); i++) {
          if (digits[i] != 0) act(entries.points[i], static_cast<int>(digits[i]));
        }
      }
    };
    std::size_t count = 0;
    forEachDigit([&](PointReference, int digit) {
      scratch.ends[static_cast<std::size_t>(digit < 0 ? -digit : digit)]++;
      count++;
    });
    for (std::size_t bucket = 1; bucket <= buckets; bucket++) scratch.ends[bucket] += scratch.ends[bucket - 1];
    if (scratch.sorted.size() < count) scratch.sorted.resize(count);
    forEachDigit([&](PointReference point, int digit) {
      const std::size_t bucket = static_cast<std::size_t>(digit < 0 ? -digit : digit) - 1;
      scratch.sorted[scratch.ends[bucket]++] = point ^ static_cast<PointReference>(digit < 0);
    });
    if (scratch.buckets.size() < buckets) scratch.buckets.resize(buckets);
    std::size_t start = 0;
    for (std::size_t bucket = 0; bucket < buckets; bucket++) {
      const std::size_t end = scratch.ends[bucket];
      scratch.sums.add(scratch.sorted.data() + start, end - start, &scratch.buckets[bucket]);
      start = end;
    }
    scratch.sums.flush();
    return reduceBuckets<P>(scratch.buckets.data(), buckets);
  }
};

}  // namespace verimesh
