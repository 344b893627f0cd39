// Roots of unity of the scalar field, and the transform from values on a domain to values on its odd half.
#pragma once
#include <vector>
#include "../arithmetic/PrimeField.h"

namespace verimesh {

/** r − 1 is divisible by 2^28. */
constexpr unsigned MOST_DOMAIN_BITS = 27;

/** Primitive root of order 2^bits, the one that ffjavascript and snarkjs use: a power of 5^((r − 1) / 2^28). */
inline Fr rootOfUnity(unsigned bits) {
  const U256 odd{{0x9b9709143e1f593f, 0x181585d2833e8487, 0x131a029b85045b68, 0x30644e72e}};
  Fr root = Fr::fromSmall(5).power(odd);
  for (unsigned order = 28; order > bits; order--) root = root.squared();
  return root;
}

inline std::size_t reverseBits(std::size_t value, unsigned bits) {
  std::size_t reversed = 0;
  for (unsigned i = 0; i < bits; i++) reversed |= ((value >> i) & 1) << (bits - 1 - i);
  return reversed;
}

/** Tables for a domain of 2^bits. @tparam L lanes over Fr, in whose stored form they are */
template <class L>
struct Domain {
  unsigned bits;
  std::size_t size;
  /** w^(−reversed k) and w^(reversed k), k < size / 2: one twiddle per block of a stage, the same table for all stages. */
  std::vector<U256> inverseTwiddles, twiddles;
  /** g^(reversed i) / size, with g² = w: takes coefficients of the domain to those of the coset g · domain. */
  std::vector<U256> shifts;

  explicit Domain(unsigned domainBits) : bits(domainBits), size(std::size_t{1} << domainBits) {
    const Fr root = rootOfUnity(bits), shift = rootOfUnity(bits + 1);
    inverseTwiddles.resize(size / 2 + 1);
    twiddles.resize(size / 2 + 1);
    shifts.resize(size);
    Fr power = Fr::one();
    for (std::size_t i = 0; i < size / 2; i++, power = power * root) {
      const std::size_t at = bits == 0 ? 0 : reverseBits(i, bits - 1);
      twiddles[at] = L::toStored(power);
      // w^(size/2) = −1
      if (i == 0) inverseTwiddles[0] = twiddles[0];
      else inverseTwiddles[reverseBits(size / 2 - i, bits - 1)] = L::toStored(-power);
    }
    Fr scaled = Fr::fromSmall(size).inverse();
    for (std::size_t i = 0; i < size; i++, scaled = scaled * shift) shifts[reverseBits(i, bits)] = L::toStored(scaled);
  }

  std::size_t bytes() const { return 32 * (twiddles.size() + inverseTwiddles.size() + shifts.size()); }
};

}  // namespace verimesh
