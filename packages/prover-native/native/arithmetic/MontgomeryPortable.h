// Montgomery multiplication on any machine with a 64 × 64 → 128 bit product.
#pragma once
#include "Limbs.h"

namespace verimesh {

/**
 * x · y / 2^256 modulo M, below 2M; x, y < 2M. Interleaves product and reduction limb by limb (Koç, Acar, Kaliski, "Analyzing and
 * comparing Montgomery multiplication algorithms", 1996: CIOS). M < 2^254 leaves the two top bits that spare the last carry.
 */
template <class M>
inline U256 montgomeryProductPortable(const U256& x, const U256& y) {
  u64 t[5] = {0, 0, 0, 0, 0};
  for (int i = 0; i < 4; i++) {
    u64 carry = 0;
    for (int j = 0; j < 4; j++) {
      const u128 sum = static_cast<u128>(x.limb[j]) * y.limb[i] + t[j] + carry;
      t[j] = static_cast<u64>(sum);
      carry = static_cast<u64>(sum >> 64);
    }
    t[4] = carry;
    const u64 factor = t[0] * M::negativeInverse;
    carry = static_cast<u64>((static_cast<u128>(factor) * M::value.limb[0] + t[0]) >> 64);
    for (int j = 1; j < 4; j++) {
      const u128 sum = static_cast<u128>(factor) * M::value.limb[j] + t[j] + carry;
      t[j - 1] = static_cast<u64>(sum);
      carry = static_cast<u64>(sum >> 64);
    }
    t[3] = t[4] + carry;
  }
  return {{t[0], t[1], t[2], t[3]}};
}

}  // namespace verimesh
