// Halving a scalar's length on G1: Gallant, Lambert, Vanstone, "Faster Point Multiplication on Elliptic Curves with Efficient
// Endomorphisms", 2001.
#pragma once
#include "../arithmetic/PrimeField.h"

namespace verimesh {

/** (x, y) → (beta · x, y) multiplies a point of G1 by 4407920970296243842393367215006156084916469457145843978461, a cube root of one. */
inline Fq endomorphismFactor() {
  return Fq::fromInteger({{0x5763473177fffffe, 0xd4f263f1acdb5c4f, 0x59e26bcea0d48bac, 0}});
}

struct SignedInteger {
  U256 magnitude;
  bool negative;
};

namespace detail {

/** Product modulo 2^256, and its bits from 256 on. */
inline void multiplyWide(const U256& a, const U256& b, U256& low, U256& high) {
  u64 words[8] = {};
  for (int i = 0; i < 4; i++) {
    u64 carry = 0;
    for (int j = 0; j < 4; j++) {
      const u128 sum = static_cast<u128>(a.limb[i]) * b.limb[j] + words[i + j] + carry;
      words[i + j] = static_cast<u64>(sum);
      carry = static_cast<u64>(sum >> 64);
    }
    words[i + 4] = carry;
  }
  std::memcpy(low.limb, words, 32);
  std::memcpy(high.limb, words + 4, 32);
}

inline U256 lowProduct(const U256& a, const U256& b) {
  U256 low, high;
  multiplyWide(a, b, low, high);
  return low;
}

inline U256 highProduct(const U256& a, const U256& b) {
  U256 low, high;
  multiplyWide(a, b, low, high);
  return high;
}

/** Of an integer modulo 2^256 that stands for one of less than 255 bits. */
inline SignedInteger signedInteger(const U256& value) {
  const bool negative = value.limb[3] >> 63 != 0;
  return {negative ? subWrapping(U256{}, value) : value, negative};
}

}  // namespace detail

/**
 * scalar = first + second · lambda modulo r, both below 2^128. (a, −b) and (c, a) are short vectors of the lattice of pairs that
 * stand for zero; the scalar, below r, is reduced by about its coordinates in that basis.
 */
inline void splitScalar(const U256& scalar, SignedInteger& first, SignedInteger& second) {
  const U256 a{{0x89d3256894d213e3, 0, 0, 0}};
  const U256 b{{0x8211bbeb7d4f1128, 0x6f4d8248eeb859fc, 0, 0}};
  const U256 c{{0x0be4e1541221250b, 0x6f4d8248eeb859fd, 0, 0}};
  // a · 2^256 / r and b · 2^256 / r, rounded down.
  const U256 aOverOrder{{0xd91d232ec7e0b3d7, 0x2, 0, 0}};
  const U256 bOverOrder{{0x7a7bd9d4391eb18d, 0x4ccef014a773d2cf, 0x2, 0}};
  const U256 along = detail::highProduct(scalar, aOverOrder), across = detail::highProduct(scalar, bOverOrder);
  first = detail::signedInteger(
      subWrapping(subWrapping(scalar, detail::lowProduct(along, a)), detail::lowProduct(across, c)));
  second = detail::signedInteger(subWrapping(detail::lowProduct(along, b), detail::lowProduct(across, a)));
}

}  // namespace verimesh
