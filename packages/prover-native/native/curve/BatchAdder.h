// Affine additions, many at a time: they share one inversion (Montgomery's trick), which leaves five products and a square each.
#pragma once
#include <vector>
#include "../lanes/PointLanes.h"

namespace verimesh {

/**
 * Queues sums of independent pairs of points and computes them together. Every pair is right: equal points are doubled, opposite ones
 * give infinity. @tparam P PointLanes
 */
template <class P>
class BatchAdder {
 public:
  using Stored = typename P::Stored;
  using Vector = typename P::Vector;
  using Field = typename P::Field;

  explicit BatchAdder(std::size_t capacity)
      : capacity_(capacity),
        left_(capacity + ROUND),
        right_(capacity + ROUND),
        out_(capacity + ROUND),
        steps_((capacity + ROUND) / P::WIDTH) {}

  /** Sums of one batch must not depend on each other; `out` is written by `flush`, which a full queue calls. */
  void add(PointReference left, PointReference right, Stored* out) {
    if (count_ == capacity_) flush();
    left_[count_] = left;
    right_[count_] = right;
    out_[count_++] = out;
  }

  void flush() {
    if (count_ == 0) return;
    while (count_ % ROUND != 0) {
      left_[count_] = left_[count_ - 1];
      right_[count_] = right_[count_ - 1];
      out_[count_++] = &discarded_;
    }
    const std::size_t groups = count_ / P::WIDTH;
    count_ = 0;
    Vector running[CHAINS];
    for (Vector& product : running) product = Vector::one();
    for (std::size_t group = 0; group < groups; group++) collect(group, groups, running[group % CHAINS]);
    invert(running);
    for (std::size_t group = groups; group > 0;) complete(group -= CHAINS, running);
  }

 private:
  /** Independent chains of products, so that the processor has work while one waits for its last result. */
  static constexpr unsigned CHAINS = P::WIDTH == 1 ? 1 : 4;
  static constexpr unsigned ROUND = CHAINS * P::WIDTH;
  static constexpr std::size_t AHEAD = 3;

  struct Step {
    Vector denominator, prefix;
    u32 equal, opposite, leftInfinite, rightInfinite;
    bool isSpecial() const { return (equal | opposite | leftInfinite | rightInfinite) != 0; }
  };

  std::size_t capacity_;
  std::size_t count_ = 0;
  std::vector<PointReference> left_, right_;
  std::vector<Stored*> out_;
  std::vector<Step> steps_;
  Stored discarded_;

  void collect(std::size_t group, std::size_t groups, Vector& running) {
    if (group + AHEAD < groups) {
      P::prefetch(&left_[(group + AHEAD) * P::WIDTH]);
      P::prefetch(&right_[(group + AHEAD) * P::WIDTH]);
    }
    const Affine<Vector> left = P::load(&left_[group * P::WIDTH]), right = P::load(&right_[group * P::WIDTH]);
    Step& step = steps_[group];
    Vector difference = right.x - left.x;
    step.leftInfinite = zeroMask(left.x) & zeroMask(left.y);
    step.rightInfinite = zeroMask(right.x) & zeroMask(right.y);
    const u32 sameX = zeroMask(difference) & ~(step.leftInfinite | step.rightInfinite);
    step.equal = step.opposite = 0;
    if (sameX != 0) {
      step.equal = sameX & zeroMask(right.y - left.y);
      step.opposite = sameX & ~step.equal;
    }
    if (step.isSpecial()) {
      difference = choose(step.equal, left.y.doubled(), difference);
      difference = choose(step.opposite | step.leftInfinite | step.rightInfinite, Vector::one(), difference);
    }
    step.denominator = difference;
    step.prefix = running;
    running = running * difference;
  }

  /** One group of every chain, step by step side by side: alone, each would wait for its last product at every step. */
  void complete(std::size_t first, Vector (&running)[CHAINS]) {
    Affine<Vector> left[CHAINS], right[CHAINS], sum[CHAINS];
    Vector slope[CHAINS];
    for (unsigned i = 0; i < CHAINS; i++) {
      left[i] = P::load(&left_[(first + i) * P::WIDTH]);
      right[i] = P::load(&right_[(first + i) * P::WIDTH]);
      slope[i] = running[i] * steps_[first + i].prefix;
    }
    for (unsigned i = 0; i < CHAINS; i++) {
      const Step& step = steps_[first + i];
      running[i] = running[i] * step.denominator;
      Vector rise = right[i].y - left[i].y;
      if (step.equal != 0) {
        const Vector square = left[i].x.squared();
        rise = choose(step.equal, square.doubled() + square, rise);
      }
      slope[i] = rise * slope[i];
    }
    for (unsigned i = 0; i < CHAINS; i++) sum[i].x = slope[i].squared() - left[i].x - right[i].x;
    for (unsigned i = 0; i < CHAINS; i++) sum[i].y = slope[i] * (left[i].x - sum[i].x) - left[i].y;
    for (unsigned i = 0; i < CHAINS; i++) {
      const Step& step = steps_[first + i];
      if (step.isSpecial()) {
        const auto correct = [&step](Vector& result, const Vector& ofLeft, const Vector& ofRight) {
          result = choose(step.leftInfinite, ofRight, choose(step.rightInfinite, ofLeft, result));
          result = choose(step.opposite, Vector::zero(), result);
        };
        correct(sum[i].x, left[i].x, right[i].x);
        correct(sum[i].y, left[i].y, right[i].y);
      }
      P::store(&out_[(first + i) * P::WIDTH], sum[i]);
    }
  }

  /** None is zero: no denominator is, as no point of either curve has order two. */
  static void invert(Vector (&running)[CHAINS]) {
    Field values[CHAINS * P::WIDTH], prefixes[CHAINS * P::WIDTH];
    for (unsigned i = 0; i < CHAINS * P::WIDTH; i++) values[i] = P::lane(running[i / P::WIDTH], i % P::WIDTH);
    invertAll(values, CHAINS * P::WIDTH, prefixes);
    for (unsigned chain = 0; chain < CHAINS; chain++) running[chain] = P::fromLanes(&values[chain * P::WIDTH]);
  }
};

}  // namespace verimesh
