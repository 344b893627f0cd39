// 256-bit integers as four 64-bit limbs, little end first.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace verimesh {

using u8 = std::uint8_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
__extension__ typedef unsigned __int128 u128;

struct U256 {
  u64 limb[4];

  constexpr bool operator==(const U256& other) const {
    return limb[0] == other.limb[0] && limb[1] == other.limb[1] && limb[2] == other.limb[2] && limb[3] == other.limb[3];
  }
  constexpr bool isZero() const { return (limb[0] | limb[1] | limb[2] | limb[3]) == 0; }
};

/** a + b + carry; the carry out replaces the carry in. */
constexpr u64 addWithCarry(u64 a, u64 b, u64& carry) {
  const u128 sum = static_cast<u128>(a) + b + carry;
  carry = static_cast<u64>(sum >> 64);
  return static_cast<u64>(sum);
}

/** a − b − borrow; the borrow out, 0 or 1, replaces the borrow in. */
constexpr u64 subWithBorrow(u64 a, u64 b, u64& borrow) {
  const u128 difference = static_cast<u128>(a) - b - borrow;
  borrow = static_cast<u64>(difference >> 64) & 1;
  return static_cast<u64>(difference);
}

/** a + b; the carry out, 0 or 1. */
inline unsigned char addCarrying(const U256& a, const U256& b, U256& sum) {
#if defined(__x86_64__)
  unsigned long long words[4];
  unsigned char carry = _addcarry_u64(0, a.limb[0], b.limb[0], &words[0]);
  for (int i = 1; i < 4; i++) carry = _addcarry_u64(carry, a.limb[i], b.limb[i], &words[i]);
  sum = {{words[0], words[1], words[2], words[3]}};
  return carry;
#else
  u64 carry = 0;
  for (int i = 0; i < 4; i++) sum.limb[i] = addWithCarry(a.limb[i], b.limb[i], carry);
  return static_cast<unsigned char>(carry);
#endif
}

/** a − b; the borrow out, 0 or 1. */
inline unsigned char subBorrowing(const U256& a, const U256& b, U256& difference) {
#if defined(__x86_64__)
  unsigned long long words[4];
  unsigned char borrow = _subborrow_u64(0, a.limb[0], b.limb[0], &words[0]);
  for (int i = 1; i < 4; i++) borrow = _subborrow_u64(borrow, a.limb[i], b.limb[i], &words[i]);
  difference = {{words[0], words[1], words[2], words[3]}};
  return borrow;
#else
  u64 borrow = 0;
  for (int i = 0; i < 4; i++) difference.limb[i] = subWithBorrow(a.limb[i], b.limb[i], borrow);
  return static_cast<unsigned char>(borrow);
#endif
}

constexpr U256 addWrapping(const U256& a, const U256& b) {
  u64 carry = 0;
  U256 sum{};
  for (int i = 0; i < 4; i++) sum.limb[i] = addWithCarry(a.limb[i], b.limb[i], carry);
  return sum;
}

constexpr U256 subWrapping(const U256& a, const U256& b) {
  u64 borrow = 0;
  U256 difference{};
  for (int i = 0; i < 4; i++) difference.limb[i] = subWithBorrow(a.limb[i], b.limb[i], borrow);
  return difference;
}

constexpr bool less(const U256& a, const U256& b) {
  u64 borrow = 0;
  for (int i = 0; i < 4; i++) subWithBorrow(a.limb[i], b.limb[i], borrow);
  return borrow != 0;
}

/** `count` bits from bit `start` on, count ≤ 32; bits from 256 on are zero. */
inline u32 bitsAt(const U256& value, unsigned start, unsigned count) {
  const unsigned word = start / 64, shift = start % 64;
  if (word > 3) return 0;
  u64 bits = value.limb[word] >> shift;
  if (shift + count > 64 && word < 3) bits |= value.limb[word + 1] << (64 - shift);
  return static_cast<u32>(bits & ((u64{1} << count) - 1));
}

inline unsigned bitLength(const U256& value) {
  for (int i = 3; i >= 0; i--) {
    if (value.limb[i] != 0) return 64 * i + 64 - __builtin_clzll(value.limb[i]);
  }
  return 0;
}

/** Reads 32 little-endian bytes, at any address. The machines supported are little-endian. */
inline U256 readU256(const u8* bytes) {
  U256 value;
  std::memcpy(value.limb, bytes, 32);
  return value;
}

inline void writeU256(u8* bytes, const U256& value) { std::memcpy(bytes, value.limb, 32); }

}  // namespace verimesh
