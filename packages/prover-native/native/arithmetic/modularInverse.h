// Inversion by a binary greatest common divisor that looks at 64 bits of each number at a time: Pornin, "Optimized Binary GCD for
// Modular Inversion", 2020, algorithm 2. A third of the time that a power takes; that matters, as all batched additions wait for it.
// Not constant-time: what is inverted are differences of public points and, in a set-up on this machine, its secrets.
#pragma once
#include "Limbs.h"

namespace verimesh {

__extension__ typedef __int128 i128;

/** Steps that are done on the approximations before they are applied to the numbers. */
constexpr int INVERSION_STEPS = 31;

/** What a round of steps does: a' = (a · fa + b · ga) / 2^31, b' = (a · fb + b · gb) / 2^31. */
struct InversionRound {
  std::int64_t fa, ga, fb, gb;
};

/** The steps on the lowest 31 bits, which decide parity, and the highest 33, which decide which is less. */
inline InversionRound inversionSteps(u64 a, u64 b) {
  InversionRound round{1, 0, 0, 1};
  for (int i = 0; i < INVERSION_STEPS; i++) {
    const u64 odd = 0 - (a & 1);
    const u64 swap = odd & (0 - static_cast<u64>(a < b));
    u64 exchange = (a ^ b) & swap;
    a ^= exchange;
    b ^= exchange;
    exchange = static_cast<u64>(round.fa ^ round.fb) & swap;
    round.fa ^= static_cast<std::int64_t>(exchange);
    round.fb ^= static_cast<std::int64_t>(exchange);
    exchange = static_cast<u64>(round.ga ^ round.gb) & swap;
    round.ga ^= static_cast<std::int64_t>(exchange);
    round.gb ^= static_cast<std::int64_t>(exchange);
    a -= b & odd;
    round.fa -= round.fb & static_cast<std::int64_t>(odd);
    round.ga -= round.gb & static_cast<std::int64_t>(odd);
    a >>= 1;
    round.fb *= 2;
    round.gb *= 2;
  }
  return round;
}

/** |a · f + b · g| / 2^31, an exact division; f and g change sign with it. */
inline U256 combineExactly(const U256& a, const U256& b, std::int64_t& f, std::int64_t& g) {
  u64 words[5];
  i128 sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += static_cast<i128>(a.limb[i]) * f + static_cast<i128>(b.limb[i]) * g;
    words[i] = static_cast<u64>(sum);
    sum >>= 64;
  }
  words[4] = static_cast<u64>(sum);
  U256 result;
  for (int i = 0; i < 4; i++) result.limb[i] = words[i] >> INVERSION_STEPS | words[i + 1] << (64 - INVERSION_STEPS);
  if (sum < 0) {
    f = -f;
    g = -g;
    result = subWrapping({{0, 0, 0, 0}}, result);
  }
  return result;
}

/** (u · f + v · g) / 2^31 modulo M, all below M. */
template <class M>
inline U256 combineModular(const U256& u, const U256& v, std::int64_t f, std::int64_t g) {
  const U256 left = f < 0 && !u.isZero() ? subWrapping(M::value, u) : u, right = g < 0 && !v.isZero() ? subWrapping(M::value, v) : v;
  const u64 leftFactor = static_cast<u64>(f < 0 ? -f : f), rightFactor = static_cast<u64>(g < 0 ? -g : g);
  u64 words[5];
  u128 sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += static_cast<u128>(left.limb[i]) * leftFactor + static_cast<u128>(right.limb[i]) * rightFactor;
    words[i] = static_cast<u64>(sum);
    sum >>= 64;
  }
  words[4] = static_cast<u64>(sum);
  // The multiple of M that clears the lowest 31 bits.
  const u64 multiple = words[0] * M::negativeInverse & ((u64{1} << INVERSION_STEPS) - 1);
  sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += static_cast<u128>(M::value.limb[i]) * multiple + words[i];
    words[i] = static_cast<u64>(sum);
    sum >>= 64;
  }
  words[4] += static_cast<u64>(sum);
  U256 result;
  for (int i = 0; i < 4; i++) result.limb[i] = words[i] >> INVERSION_STEPS | words[i + 1] << (64 - INVERSION_STEPS);
  // Below 3M.
  while (!less(result, M::value)) result = subWrapping(result, M::value);
  return result;
}

/** 1 / value modulo M; of zero, zero. */
template <class M>
inline U256 modularInverse(const U256& value) {
  // a = value · u and b = value · v modulo M throughout; at the end a is zero and b their greatest common divisor, one.
  U256 a = value, b = M::value, u{{1, 0, 0, 0}}, v{{0, 0, 0, 0}};
  // Each step takes a bit from one of two numbers of at most 254.
  for (int done = 0; done < 2 * 254 - 1; done += INVERSION_STEPS) {
    const u64 lowMask = (u64{1} << INVERSION_STEPS) - 1;
    unsigned length = bitLength({{a.limb[0] | b.limb[0], a.limb[1] | b.limb[1], a.limb[2] | b.limb[2], a.limb[3] | b.limb[3]}});
    if (length < 64) length = 64;
    const auto approximate = [&](const U256& number) {
      const u64 high = static_cast<u64>(bitsAt(number, length - 33, 32)) | static_cast<u64>(bitsAt(number, length - 1, 1)) << 32;
      return (number.limb[0] & lowMask) | high << INVERSION_STEPS;
    };
    InversionRound round = inversionSteps(approximate(a), approximate(b));
    const U256 nextA = combineExactly(a, b, round.fa, round.ga), nextB = combineExactly(a, b, round.fb, round.gb);
    const U256 nextU = combineModular<M>(u, v, round.fa, round.ga);
    v = combineModular<M>(u, v, round.fb, round.gb);
    u = nextU;
    a = nextA;
    b = nextB;
  }
  return v;
}

}  // namespace verimesh
