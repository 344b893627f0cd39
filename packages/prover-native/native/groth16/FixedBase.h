// Many multiples of one point: a group's generator.
#pragma once
#include "../msm/SegmentSums.h"
#include "../msm/Windows.h"
#include "Secrets.h"

namespace verimesh {

/** A table of digit · 2^(width · window) · generator: a multiple is then one sum with a summand per window. */
template <class P>
class FixedBase {
 public:
  using Field = typename P::Field;
  using Stored = typename P::Stored;

  explicit FixedBase(unsigned width) : windows_(width, 254), table_(windows_.count * (windows_.buckets() + 1)) {
    BatchAdder<P> adder(4096);
    Projective<Field> power = Projective<Field>::from(generator(static_cast<const Field*>(nullptr)));
    for (unsigned window = 0; window < windows_.count; window++) {
      *entry(window, 1) = P::toStored(power.toAffine());
      for (unsigned bit = 0; bit < width; bit++) power = power.doubled();
    }
    // Entries up to `known` give those up to twice as many.
    for (std::size_t known = 1; known < windows_.buckets(); known *= 2) {
      for (unsigned window = 0; window < windows_.count; window++) {
        for (std::size_t i = 1; i <= known; i++) {
          adder.add(P::refer(entry(window, i)), P::refer(entry(window, known)), entry(window, known + i));
        }
      }
      adder.flush();
    }
  }

  /** scalars[i] · generator, affine; scalars below r. `act(i, point)` for each. */
  template <class Act>
  void multiply(const U256* scalars, std::size_t count, Act act) const {
    SegmentSums<P> sums;
    std::vector<Stored> results(count);
    std::vector<PointReference> summands;
    for (std::size_t i = 0; i < count; i++) {
      summands.clear();
      const U256 shifted = addWrapping(scalars[i], windows_.halves);
      for (unsigned window = 0; window < windows_.count; window++) {
        const int digit = windows_.digit(shifted, window);
        if (digit != 0) summands.push_back(P::refer(entry(window, static_cast<std::size_t>(digit < 0 ? -digit : digit)), digit < 0));
      }
      sums.add(summands.data(), summands.size(), &results[i]);
    }
    sums.flush();
    for (std::size_t i = 0; i < count; i++) act(i, P::fromStored(results[i]));
    wipe(summands.data(), summands.size() * sizeof(PointReference));
  }

 private:
  Windows windows_;
  std::vector<Stored> table_;

  Stored* entry(unsigned window, std::size_t digit) { return &table_[window * (windows_.buckets() + 1) + digit]; }
  const Stored* entry(unsigned window, std::size_t digit) const {
    return &table_[window * (windows_.buckets() + 1) + digit];
  }
};

}  // namespace verimesh
