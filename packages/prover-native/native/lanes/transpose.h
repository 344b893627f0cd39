// Eight rows of 64-bit words into columns and back, for AVX-512.
#pragma once
#include <immintrin.h>
#include "../arithmetic/Limbs.h"

namespace verimesh {

/** Row i, word j becomes row j, word i; its own inverse. */
inline void transpose8(__m512i (&rows)[8]) {
  __m512i even[4], odd[4];
  for (int i = 0; i < 4; i++) {
    even[i] = _mm512_unpacklo_epi64(rows[2 * i], rows[2 * i + 1]);
    odd[i] = _mm512_unpackhi_epi64(rows[2 * i], rows[2 * i + 1]);
  }
  const auto finish = [&](const __m512i(&pairs)[4], int first) {
    const __m512i low04 = _mm512_shuffle_i64x2(pairs[0], pairs[1], 0x88), high04 = _mm512_shuffle_i64x2(pairs[2], pairs[3], 0x88);
    const __m512i low26 = _mm512_shuffle_i64x2(pairs[0], pairs[1], 0xdd), high26 = _mm512_shuffle_i64x2(pairs[2], pairs[3], 0xdd);
    rows[first] = _mm512_shuffle_i64x2(low04, high04, 0x88);
    rows[first + 4] = _mm512_shuffle_i64x2(low04, high04, 0xdd);
    rows[first + 2] = _mm512_shuffle_i64x2(low26, high26, 0x88);
    rows[first + 6] = _mm512_shuffle_i64x2(low26, high26, 0xdd);
  };
  finish(even, 0);
  finish(odd, 1);
}

/** One 256-bit integer from each of eight addresses: words[j] holds their j-th words. */
inline void loadWords4(const U256* const* addresses, __m512i* words) {
  const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  __m512i rows[4];
  for (int i = 0; i < 4; i++) {
    const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(addresses[i]));
    const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(addresses[i + 4]));
    rows[i] = _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
  }
  const __m512i even0 = _mm512_unpacklo_epi64(rows[0], rows[1]), even1 = _mm512_unpacklo_epi64(rows[2], rows[3]);
  const __m512i odd0 = _mm512_unpackhi_epi64(rows[0], rows[1]), odd1 = _mm512_unpackhi_epi64(rows[2], rows[3]);
  words[0] = _mm512_permutex2var_epi64(even0, low, even1);
  words[1] = _mm512_permutex2var_epi64(odd0, low, odd1);
  words[2] = _mm512_permutex2var_epi64(even0, high, even1);
  words[3] = _mm512_permutex2var_epi64(odd0, high, odd1);
}

inline void storeWords4(U256* const* addresses, const __m512i* words) {
  const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  const __m512i even0 = _mm512_permutex2var_epi64(words[0], low, words[2]), odd0 = _mm512_permutex2var_epi64(words[1], low, words[3]);
  const __m512i even1 = _mm512_permutex2var_epi64(words[0], high, words[2]), odd1 = _mm512_permutex2var_epi64(words[1], high, words[3]);
  const __m512i rows[4] = {_mm512_unpacklo_epi64(even0, odd0), _mm512_unpackhi_epi64(even0, odd0),
                           _mm512_unpacklo_epi64(even1, odd1), _mm512_unpackhi_epi64(even1, odd1)};
  for (int i = 0; i < 4; i++) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(addresses[i]), _mm512_castsi512_si256(rows[i]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(addresses[i + 4]), _mm512_extracti64x4_epi64(rows[i], 1));
  }
}

}  // namespace verimesh
