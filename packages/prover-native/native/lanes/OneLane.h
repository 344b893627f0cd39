// What the batched algorithms ask of a set of lanes, for one lane: a plain field element.
#pragma once
#include "../arithmetic/Quadratic.h"

namespace verimesh {

/** Bit i: the element of lane i is zero. */
template <class M>
inline u32 zeroMask(const PrimeField<M>& value) {
  return value.isZero();
}

/** Lane by lane `yes` where the mask's bit is set, else `no`. */
template <class M>
inline PrimeField<M> choose(u32 mask, const PrimeField<M>& yes, const PrimeField<M>& no) {
  return (mask & 1) != 0 ? yes : no;
}

template <class B>
inline u32 zeroMask(const Quadratic<B>& value) {
  return zeroMask(value.c0) & zeroMask(value.c1);
}

template <class B>
inline Quadratic<B> choose(u32 mask, const Quadratic<B>& yes, const Quadratic<B>& no) {
  return {choose(mask, yes.c0, no.c0), choose(mask, yes.c1, no.c1)};
}

template <class M>
struct OneLane {
  static constexpr unsigned WIDTH = 1;
  using Scalar = PrimeField<M>;
  using Vector = PrimeField<M>;

  /** In memory, elements lie in the engine's own form; here it is the usual one. */
  static U256 toStored(const Scalar& value) { return value.raw; }
  static Scalar fromStored(const U256& stored) { return {stored}; }

  /** From the file's form, which `gather` may have read, to the engine's. */
  static Vector fromFileForm(const Vector& vector) { return vector; }
  /** And back. */
  static Vector toFileForm(const Vector& vector) { return vector; }

  /** Lane i of vector j from the j-th element at `addresses[i]`. */
  template <unsigned COUNT>
  static void gather(const U256* const* addresses, Vector* vectors) {
    for (unsigned j = 0; j < COUNT; j++) vectors[j] = {addresses[0][j]};
  }
  template <unsigned COUNT>
  static void scatter(U256* const* addresses, const Vector* vectors) {
    for (unsigned j = 0; j < COUNT; j++) addresses[0][j] = vectors[j].raw;
  }

  static Scalar lane(const Vector& vector, unsigned) { return vector; }
  static Vector fromLanes(const Scalar* values) { return values[0]; }
  /** The integers that the elements stand for, 0 to M − 1, as `scatter` writes them. */
  static Vector toIntegers(const Vector& vector) { return {vector.toInteger()}; }
  /** Lane i gets what lane i ^ `stride` had. */
  static Vector exchanged(const Vector& vector, unsigned) { return vector; }
};

}  // namespace verimesh
