// Points as the files have them: affine, Montgomery form, little-endian; all zero is infinity.
#pragma once
#include "../curve/Points.h"
#include "Sections.h"

namespace verimesh {

inline bool isZero(const u8* bytes, std::size_t size) {
  u64 any = 0;
  for (std::size_t i = 0; i < size; i += 8) any |= readU64(bytes + i);
  return any == 0;
}

/** @returns false if a coordinate is not below q or the point is off its curve */
template <class F>
bool readPoint(const u8* bytes, Affine<F>& point) {
  Fq* parts = reinterpret_cast<Fq*>(&point);
  for (unsigned i = 0; i < sizeof(point) / 32; i++) {
    parts[i].raw = readU256(bytes + 32 * i);
    if (!less(parts[i].raw, BaseModulus::value)) return false;
  }
  return isOnCurve(point);
}

template <class F>
void writePoint(u8* bytes, const Affine<F>& point) {
  std::memcpy(bytes, &point, sizeof(point));
}

/** As `writePoint`, but in ordinary form. */
template <class F>
void writePlainPoint(u8* bytes, const Affine<F>& point) {
  const Fq* parts = reinterpret_cast<const Fq*>(&point);
  for (unsigned i = 0; i < sizeof(point) / 32; i++) writeU256(bytes + 32 * i, parts[i].toInteger());
}

}  // namespace verimesh
