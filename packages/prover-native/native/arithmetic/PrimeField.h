// An element of a prime field in Montgomery form (x · 2^256 mod M), always reduced: equal elements have equal limbs.
#pragma once
#include "Moduli.h"
#include "MontgomeryPortable.h"
#include "modularInverse.h"
#if VERIMESH_USE_ADX
#include "MontgomeryAdx.h"
#endif

namespace verimesh {

template <class M>
struct PrimeField {
  U256 raw;

  static constexpr PrimeField zero() { return {{{0, 0, 0, 0}}}; }
  static constexpr PrimeField one() { return {M::r}; }
  static constexpr PrimeField constant(const PrimeField& value) { return value; }
  /** From an integer below M. */
  static PrimeField fromInteger(const U256& value) { return product({value}, {M::rSquared}); }
  static PrimeField fromSmall(u64 value) { return fromInteger({{value, 0, 0, 0}}); }
  U256 toInteger() const { return product(*this, {{{1, 0, 0, 0}}}).raw; }

  bool operator==(const PrimeField& other) const { return raw == other.raw; }
  bool operator!=(const PrimeField& other) const { return !(raw == other.raw); }
  bool isZero() const { return raw.isZero(); }

  friend PrimeField operator+(const PrimeField& a, const PrimeField& b) {
    U256 sum;
    addCarrying(a.raw, b.raw, sum);
    return {reduced(sum)};
  }
  friend PrimeField operator-(const PrimeField& a, const PrimeField& b) {
    U256 difference, correction;
    const u64 mask = 0 - static_cast<u64>(subBorrowing(a.raw, b.raw, difference));
    for (int i = 0; i < 4; i++) correction.limb[i] = M::value.limb[i] & mask;
    addCarrying(difference, correction, difference);
    return {difference};
  }
  friend PrimeField operator*(const PrimeField& a, const PrimeField& b) { return product(a, b); }
  PrimeField operator-() const { return isZero() ? *this : PrimeField{subWrapping(M::value, raw)}; }
  PrimeField doubled() const { return *this + *this; }
  PrimeField squared() const { return product(*this, *this); }

  PrimeField power(const U256& exponent) const {
    PrimeField table[16] = {one(), *this};
    for (int i = 2; i < 16; i++) table[i] = table[i - 1] * *this;
    PrimeField result = one();
    for (int bit = 252; bit >= 0; bit -= 4) {
      for (int i = 0; i < 4; i++) result = result.squared();
      result = result * table[bitsAt(exponent, static_cast<unsigned>(bit), 4)];
    }
    return result;
  }

  /** 1 / this; of zero, zero. */
  PrimeField inverse() const {
    static constexpr PrimeField rCubed{detail::powerOfTwoMod(768, M::value)};
    return product({modularInverse<M>(raw)}, rCubed);
  }

 private:
  static U256 reduced(const U256& value) {
    U256 difference;
    const u64 keep = 0 - static_cast<u64>(subBorrowing(value, M::value, difference));
    for (int i = 0; i < 4; i++) difference.limb[i] ^= (difference.limb[i] ^ value.limb[i]) & keep;
    return difference;
  }

  static PrimeField product(const PrimeField& a, const PrimeField& b) {
#if VERIMESH_USE_ADX
    return {reduced(montgomeryProductAdx<M>(a.raw, b.raw))};
#else
    return {reduced(montgomeryProductPortable<M>(a.raw, b.raw))};
#endif
  }
};

using Fr = PrimeField<ScalarModulus>;
using Fq = PrimeField<BaseModulus>;

/** Replaces each element by its inverse with one inversion (Montgomery's trick). Zeros stay zero. `prefixes` is scratch. */
template <class F>
void invertAll(F* elements, std::size_t count, F* prefixes) {
  F product = F::one();
  for (std::size_t i = 0; i < count; i++) {
    prefixes[i] = product;
    if (!elements[i].isZero()) product = product * elements[i];
  }
  F inverse = product.inverse();
  for (std::size_t i = count; i-- > 0;) {
    if (elements[i].isZero()) continue;
    const F own = inverse * prefixes[i];
    inverse = inverse * elements[i];
    elements[i] = own;
  }
}

}  // namespace verimesh
