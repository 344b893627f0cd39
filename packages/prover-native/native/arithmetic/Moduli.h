// The two primes of BN254 (EIP-196's "alt_bn128") and what Montgomery arithmetic needs of each; all computed at compile time.
#pragma once
#include "Limbs.h"

namespace verimesh {

namespace detail {

constexpr U256 doubleMod(const U256& a, const U256& modulus) {
  const U256 sum = addWrapping(a, a);
  return less(sum, modulus) ? sum : subWrapping(sum, modulus);
}

/** 2^exponent mod modulus, modulus below 2^255. */
constexpr U256 powerOfTwoMod(unsigned exponent, const U256& modulus) {
  U256 power{{1, 0, 0, 0}};
  for (unsigned i = 0; i < exponent; i++) power = doubleMod(power, modulus);
  return power;
}

/** −1 / value mod 2^64, value odd: Newton's iteration doubles the correct bits. */
constexpr u64 negativeInverse(u64 value) {
  u64 inverse = 1;
  for (int i = 0; i < 6; i++) inverse *= 2 - value * inverse;
  return ~inverse + 1;
}

}  // namespace detail

/** Order of the groups: 21888242871839275222246405745257275088548364400416034343698204186575808495617. */
struct ScalarModulus {
  static constexpr U256 value{{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029}};
  static constexpr u64 negativeInverse = detail::negativeInverse(value.limb[0]);
  /** 2^256 and 2^512 modulo the prime. */
  static constexpr U256 r = detail::powerOfTwoMod(256, value);
  static constexpr U256 rSquared = detail::powerOfTwoMod(512, value);
};

/** Order of the base field: 21888242871839275222246405745257275088696311157297823662689037894645226208583. */
struct BaseModulus {
  static constexpr U256 value{{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029}};
  static constexpr u64 negativeInverse = detail::negativeInverse(value.limb[0]);
  static constexpr U256 r = detail::powerOfTwoMod(256, value);
  static constexpr U256 rSquared = detail::powerOfTwoMod(512, value);
};

}  // namespace verimesh
