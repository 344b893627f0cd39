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

/** Tables for a domain of 2^bits, bits ≥ 1. @tparam L lanes over Fr, in whose stored form they are */
template <class L>
struct Domain {
  unsigned bits;
  std::size_t size;
  /** w^(−reversed k) and w^(reversed k), k < size / 2: one twiddle per block of a stage, the same table for all stages. */
  std::vector<U256> inverseTwiddles, twiddles;
  /** g^(reversed i) / size, with g² = w: takes coefficients of the domain to those of the coset g · domain. */
  std::vector<U256> shifts;

  explicit Domain(unsigned domainBits) : bits(domainBits), size(std::size_t{1} << domainBits) {
    const Fr root = rootOfUnity(bits);
    twiddles = reversedPowers(bits - 1, Fr::one(), root);
    inverseTwiddles = reversedPowers(bits - 1, Fr::one(), root.inverse());
    shifts = reversedPowers(bits, Fr::fromSmall(size).inverse(), rootOfUnity(bits + 1));
  }

  std::size_t bytes() const { return 32 * (twiddles.size() + inverseTwiddles.size() + shifts.size()); }

 private:
  /** first · base^(reversed i), i < 2^count, stored: position 2^k + j differs from j by the bit 2^(count − 1 − k). */
  static std::vector<U256> reversedPowers(unsigned count, const Fr& first, const Fr& base) {
    std::vector<Fr> squares(count + 1, base);
    for (unsigned i = 1; i <= count; i++) squares[i] = squares[i - 1].squared();
    std::vector<U256> powers(std::size_t{1} << count);
    powers[0] = L::toStored(first);
    for (unsigned k = 0; k < count; k++) {
      for (std::size_t j = 0; j < std::size_t{1} << k; j++) {
        // One factor in each form: the product keeps the stored one's.
        powers[(std::size_t{1} << k) + j] = (Fr{powers[j]} * squares[count - 1 - k]).raw;
      }
    }
    return powers;
  }
};

}  // namespace verimesh
