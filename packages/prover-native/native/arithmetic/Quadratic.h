// Fq2 = Fq[u] / (u² + 1), over Fq itself or over lanes of it.
#pragma once
#include "PrimeField.h"

namespace verimesh {

template <class B>
struct Quadratic {
  B c0, c1;

  static Quadratic zero() { return {B::zero(), B::zero()}; }
  static Quadratic one() { return {B::one(), B::zero()}; }

  bool operator==(const Quadratic& other) const { return c0 == other.c0 && c1 == other.c1; }
  bool operator!=(const Quadratic& other) const { return !(*this == other); }
  bool isZero() const { return c0.isZero() && c1.isZero(); }

  friend Quadratic operator+(const Quadratic& a, const Quadratic& b) { return {a.c0 + b.c0, a.c1 + b.c1}; }
  friend Quadratic operator-(const Quadratic& a, const Quadratic& b) { return {a.c0 - b.c0, a.c1 - b.c1}; }
  /** Karatsuba: three products. */
  friend Quadratic operator*(const Quadratic& a, const Quadratic& b) {
    const B low = a.c0 * b.c0, high = a.c1 * b.c1;
    return {low - high, (a.c0 + a.c1) * (b.c0 + b.c1) - (low + high)};
  }
  Quadratic operator-() const { return {-c0, -c1}; }
  Quadratic doubled() const { return {c0.doubled(), c1.doubled()}; }
  Quadratic squared() const { return {(c0 + c1) * (c0 - c1), (c0 * c1).doubled()}; }
  Quadratic conjugate() const { return {c0, -c1}; }
  Quadratic times(const B& factor) const { return {c0 * factor, c1 * factor}; }
  Quadratic inverse() const {
    const B norm = (c0.squared() + c1.squared()).inverse();
    return {c0 * norm, -(c1 * norm)};
  }
};

using Fq2 = Quadratic<Fq>;

}  // namespace verimesh
