// How scalars are cut into digits.
#pragma once
#include "../arithmetic/Moduli.h"

namespace verimesh {

/**
 * Signed digits of `width` bits, in [−2^(width−1), 2^(width−1)): half the buckets of unsigned ones, as −P costs nothing. Adding half a
 * digit to every digit first makes all of them non-negative, so that each can be read without its neighbours' carries. The last digit
 * is what remains, and is not negative: it has a bit to spare for the carry.
 */
struct Windows {
  unsigned width, count;
  U256 halves;

  Windows(unsigned digitBits, unsigned scalarBits) : width(digitBits), count(scalarBits / digitBits + 1), halves{} {
    for (unsigned window = 0; window + 1 < count; window++) {
      const unsigned bit = window * width + width - 1;
      halves.limb[bit / 64] |= u64{1} << (bit % 64);
    }
  }

  std::size_t buckets() const { return std::size_t{1} << (width - 1); }
  /** Scalars shifted by `halves` in, digit out. */
  int digit(const U256& shifted, unsigned window) const {
    const int digit = static_cast<int>(bitsAt(shifted, window * width, width));
    return window + 1 < count ? digit - (1 << (width - 1)) : digit;
  }

  /** Digits fit 16 bits with their sign. The width that needs least additions: one per point and window, and two dearer ones per bucket and window. */
  static Windows best(std::size_t points, unsigned scalarBits, double bucketCost) {
    Windows best(4, scalarBits);
    double least = -1;
    for (unsigned width = 4; width <= 15; width++) {
      const Windows candidate(width, scalarBits);
      const double cost = candidate.count * (static_cast<double>(points) + bucketCost * static_cast<double>(candidate.buckets()));
      if (least < 0 || cost < least) {
        least = cost;
        best = candidate;
      }
    }
    return best;
  }
};

}  // namespace verimesh
