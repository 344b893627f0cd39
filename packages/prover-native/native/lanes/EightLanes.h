// Eight field elements at a time, with AVX-512's 52-bit multiply-add (IFMA).
#pragma once
#include "OneLane.h"
#include "transpose.h"

namespace verimesh {

/** Five limbs of 52 bits, in each of eight lanes. */
struct Limbs52 {
  __m512i limb[5];
};

/** An integer of up to 260 bits in every lane. Compile-time constants, so that they are loaded, not computed. */
struct alignas(64) Constant52 {
  u64 word[5];

  constexpr explicit Constant52(const U256& value, unsigned doublings = 0) : word{} {
    U256 rest = value;
    u64 top = 0;
    for (unsigned i = 0; i < doublings; i++) {
      top = top << 1 | rest.limb[3] >> 63;
      rest = addWrapping(rest, rest);
    }
    const u64 mask = (u64{1} << 52) - 1;
    word[0] = rest.limb[0] & mask;
    word[1] = (rest.limb[0] >> 52 | rest.limb[1] << 12) & mask;
    word[2] = (rest.limb[1] >> 40 | rest.limb[2] << 24) & mask;
    word[3] = (rest.limb[2] >> 28 | rest.limb[3] << 36) & mask;
    word[4] = rest.limb[3] >> 16 | top << 48;
  }

  __m512i operator[](int i) const { return _mm512_set1_epi64(static_cast<long long>(word[i])); }
  Limbs52 spread() const { return {{(*this)[0], (*this)[1], (*this)[2], (*this)[3], (*this)[4]}}; }
};

/** Moves what exceeds 52 bits, with its sign, to the next limb. The last limb keeps the sign of the whole. */
inline void propagate(Limbs52& value) {
  const __m512i mask = _mm512_set1_epi64((1LL << 52) - 1);
  for (int i = 0; i < 4; i++) {
    value.limb[i + 1] = _mm512_add_epi64(value.limb[i + 1], _mm512_srai_epi64(value.limb[i], 52));
    value.limb[i] = _mm512_and_si512(value.limb[i], mask);
  }
}

inline __mmask8 negativeLanes(const Limbs52& value) { return _mm512_movepi64_mask(value.limb[4]); }

/**
 * Elements in Montgomery form with R = 2^260, each in [0, 2M), limbs below 2^52. As 2^260 > 64 M, a product of two values below
 * 4M is below 1.3M before any correction.
 */
template <class M>
struct EightElements {
  Limbs52 raw;

  static constexpr Constant52 modulus{M::value}, twice{M::value, 1};

  static EightElements zero() {
    const __m512i nothing = _mm512_setzero_si512();
    return {{{nothing, nothing, nothing, nothing, nothing}}};
  }
  static EightElements one() {
    static constexpr Constant52 value{detail::powerOfTwoMod(260, M::value)};
    return {value.spread()};
  }
  /** The same element in every lane. */
  static EightElements constant(const PrimeField<M>& value) {
    PrimeField<M> raised = value;
    for (int i = 0; i < 4; i++) raised = raised.doubled();
    return {Constant52{raised.raw}.spread()};
  }

  friend EightElements operator+(const EightElements& a, const EightElements& b) {
    EightElements sum;
    for (int i = 0; i < 5; i++) {
      sum.raw.limb[i] = _mm512_sub_epi64(_mm512_add_epi64(a.raw.limb[i], b.raw.limb[i]), twice[i]);
    }
    return sum.withTwiceIfNegative();
  }

  friend EightElements operator-(const EightElements& a, const EightElements& b) {
    EightElements difference;
    for (int i = 0; i < 5; i++) difference.raw.limb[i] = _mm512_sub_epi64(a.raw.limb[i], b.raw.limb[i]);
    return difference.withTwiceIfNegative();
  }

  EightElements operator-() const { return zero() - *this; }
  EightElements doubled() const { return *this + *this; }
  EightElements squared() const { return *this * *this; }

  /** Montgomery's product, limb by limb: each round adds a · b[i] and the multiple of M that clears the lowest limb. */
  friend EightElements operator*(const EightElements& a, const EightElements& b) {
    const __m512i nothing = _mm512_setzero_si512();
    const __m512i factor = _mm512_set1_epi64(static_cast<long long>(M::negativeInverse & ((u64{1} << 52) - 1)));
    const Limbs52 m = modulus.spread();
    __m512i t[5] = {nothing, nothing, nothing, nothing, nothing};
    for (int i = 0; i < 5; i++) {
      const __m512i digit = b.raw.limb[i];
      for (int j = 0; j < 5; j++) t[j] = _mm512_madd52lo_epu64(t[j], a.raw.limb[j], digit);
      const __m512i clear = _mm512_madd52lo_epu64(nothing, t[0], factor);
      for (int j = 0; j < 5; j++) t[j] = _mm512_madd52lo_epu64(t[j], clear, m.limb[j]);
      const __m512i carry = _mm512_srli_epi64(t[0], 52);
      for (int j = 0; j < 5; j++) {
        const __m512i next = j == 4 ? nothing : j == 0 ? _mm512_add_epi64(t[1], carry) : t[j + 1];
        t[j] = _mm512_madd52hi_epu64(_mm512_madd52hi_epu64(next, a.raw.limb[j], digit), clear, m.limb[j]);
      }
    }
    EightElements product{{{t[0], t[1], t[2], t[3], t[4]}}};
    propagate(product.raw);
    return product;
  }

  /** The representatives below M. */
  Limbs52 reduced() const {
    Limbs52 less;
    for (int i = 0; i < 5; i++) less.limb[i] = _mm512_sub_epi64(raw.limb[i], modulus[i]);
    propagate(less);
    const __mmask8 keep = negativeLanes(less);
    for (int i = 0; i < 5; i++) less.limb[i] = _mm512_mask_mov_epi64(less.limb[i], keep, raw.limb[i]);
    return less;
  }

 private:
  /** From (−2M, 2M), limbs not yet propagated, to [0, 2M). */
  EightElements withTwiceIfNegative() const {
    EightElements result = *this;
    propagate(result.raw);
    const __mmask8 negative = negativeLanes(result.raw);
    for (int i = 0; i < 5; i++) result.raw.limb[i] = _mm512_mask_add_epi64(result.raw.limb[i], negative, result.raw.limb[i], twice[i]);
    propagate(result.raw);
    return result;
  }
};

template <class M>
inline u32 zeroMask(const EightElements<M>& value) {
  __m512i any = _mm512_setzero_si512(), other = any;
  for (int i = 0; i < 5; i++) {
    any = _mm512_or_si512(any, value.raw.limb[i]);
    other = _mm512_or_si512(other, _mm512_xor_si512(value.raw.limb[i], EightElements<M>::modulus[i]));
  }
  return static_cast<u32>(_mm512_testn_epi64_mask(any, any) | _mm512_testn_epi64_mask(other, other));
}

template <class M>
inline EightElements<M> choose(u32 mask, const EightElements<M>& yes, const EightElements<M>& no) {
  EightElements<M> chosen;
  for (int i = 0; i < 5; i++) {
    chosen.raw.limb[i] = _mm512_mask_mov_epi64(no.raw.limb[i], static_cast<__mmask8>(mask), yes.raw.limb[i]);
  }
  return chosen;
}

/** As `OneLane`; stored elements are reduced, in Montgomery form with R = 2^260. */
template <class M>
struct EightLanes {
  static constexpr unsigned WIDTH = 8;
  using Scalar = PrimeField<M>;
  using Vector = EightElements<M>;

  static U256 toStored(const Scalar& value) {
    return value.doubled().doubled().doubled().doubled().raw;
  }
  static Scalar fromStored(const U256& stored) {
    // 2^252, so that the product is divided by 2^4.
    return Scalar{stored} * Scalar{{{0, 0, 0, u64{1} << 60}}};
  }

  static Vector fromFileForm(const Vector& vector) {
    static constexpr Constant52 raise{detail::powerOfTwoMod(264, M::value)};
    return vector * Vector{raise.spread()};
  }
  static Vector toFileForm(const Vector& vector) {
    static constexpr Constant52 lower{detail::powerOfTwoMod(256, M::value)};
    return vector * Vector{lower.spread()};
  }

  template <unsigned COUNT>
  static void gather(const U256* const* addresses, Vector* vectors) {
    if constexpr (COUNT == 1) {
      __m512i words[4];
      loadWords4(addresses, words);
      vectors[0] = split(words);
    } else {
      for (unsigned pair = 0; pair < COUNT; pair += 2) {
        __m512i words[8];
        for (int i = 0; i < 8; i++) words[i] = _mm512_loadu_si512(addresses[i] + pair);
        transpose8(words);
        vectors[pair] = split(words);
        vectors[pair + 1] = split(words + 4);
      }
    }
  }

  template <unsigned COUNT>
  static void scatter(U256* const* addresses, const Vector* vectors) {
    if constexpr (COUNT == 1) {
      __m512i words[4];
      join(vectors[0], words);
      storeWords4(addresses, words);
    } else {
      for (unsigned pair = 0; pair < COUNT; pair += 2) {
        __m512i words[8];
        join(vectors[pair], words);
        join(vectors[pair + 1], words + 4);
        transpose8(words);
        for (int i = 0; i < 8; i++) _mm512_storeu_si512(addresses[i] + pair, words[i]);
      }
    }
  }

  static Scalar lane(const Vector& vector, unsigned index) {
    const Limbs52 reduced = vector.reduced();
    alignas(64) u64 limbs[5][8];
    for (int i = 0; i < 5; i++) _mm512_store_si512(limbs[i], reduced.limb[i]);
    const u64 l0 = limbs[0][index], l1 = limbs[1][index], l2 = limbs[2][index], l3 = limbs[3][index], l4 = limbs[4][index];
    return fromStored({{l0 | l1 << 52, l1 >> 12 | l2 << 40, l2 >> 24 | l3 << 28, l3 >> 36 | l4 << 16}});
  }

  static Vector fromLanes(const Scalar* values) {
    const U256* addresses[8];
    for (int i = 0; i < 8; i++) addresses[i] = &values[i].raw;
    Vector vector;
    gather<1>(addresses, &vector);
    return fromFileForm(vector);
  }

  static Vector toIntegers(const Vector& vector) {
    static constexpr Constant52 unit{U256{{1, 0, 0, 0}}};
    return vector * Vector{unit.spread()};
  }

  static Vector exchanged(const Vector& vector, unsigned stride) {
    Vector result;
    for (int i = 0; i < 5; i++) {
      const __m512i limb = vector.raw.limb[i];
      result.raw.limb[i] = stride == 1   ? _mm512_shuffle_epi32(limb, _MM_PERM_BADC)
                           : stride == 2 ? _mm512_permutex_epi64(limb, 0x4e)
                                         : _mm512_shuffle_i64x2(limb, limb, 0x4e);
    }
    return result;
  }

 private:
  /** Four words of 64 bits to five limbs of 52. */
  static Vector split(const __m512i* words) {
    const __m512i mask = _mm512_set1_epi64((1LL << 52) - 1);
    return {{{_mm512_and_si512(words[0], mask), _mm512_and_si512(_mm512_shrdi_epi64(words[0], words[1], 52), mask),
              _mm512_and_si512(_mm512_shrdi_epi64(words[1], words[2], 40), mask),
              _mm512_and_si512(_mm512_shrdi_epi64(words[2], words[3], 28), mask), _mm512_srli_epi64(words[3], 16)}}};
  }

  static void join(const Vector& vector, __m512i* words) {
    const Limbs52 r = vector.reduced();
    words[0] = _mm512_or_si512(r.limb[0], _mm512_slli_epi64(r.limb[1], 52));
    words[1] = _mm512_or_si512(_mm512_srli_epi64(r.limb[1], 12), _mm512_slli_epi64(r.limb[2], 40));
    words[2] = _mm512_or_si512(_mm512_srli_epi64(r.limb[2], 24), _mm512_slli_epi64(r.limb[3], 28));
    words[3] = _mm512_or_si512(_mm512_srli_epi64(r.limb[3], 36), _mm512_slli_epi64(r.limb[4], 16));
  }
};

}  // namespace verimesh
