// Homogeneous coordinates (X : Y : Z) with formulas that hold for every pair of points, equal, opposite or infinite: Renes, Costello,
// Batina, "Complete addition formulas for prime order elliptic curves", 2016, algorithms 7 to 9. Both curves here have odd order, so
// the formulas have no exception, also outside G2's prime-order subgroup. V is a field or lanes of it.
#pragma once
#include "Points.h"

namespace verimesh {

/** 3b · value for G1: 9 · value. */
template <class V>
inline V timesThreeB(const V& value) {
  return value.doubled().doubled().doubled() + value;
}

/** 3b · value for G2, whose b is no small integer. */
template <class B>
inline Quadratic<B> timesThreeB(const Quadratic<B>& value) {
  static const Fq2 threeB = twistB().times(Fq::fromSmall(3));
  return value * Quadratic<B>{B::constant(threeB.c0), B::constant(threeB.c1)};
}

template <class V>
struct Projective {
  V x, y, z;

  static Projective infinity() { return {V::zero(), V::one(), V::zero()}; }
  static Projective from(const Affine<V>& point) {
    return point.isInfinity() ? infinity() : Projective{point.x, point.y, V::one()};
  }
  bool isInfinity() const { return z.isZero(); }

  Projective operator+(const Projective& other) const {
    const V xx = x * other.x, yy = y * other.y;
    const V xy = (x + y) * (other.x + other.y) - (xx + yy);
    const V zz = z * other.z;
    const V yz = (y + z) * (other.y + other.z) - (yy + zz);
    const V xz = (x + z) * (other.x + other.z) - (xx + zz);
    return finish(xx, yy, timesThreeB(zz), xy, yz, xz);
  }

  /** The other affine and finite. */
  Projective plusAffine(const V& otherX, const V& otherY) const {
    const V xx = x * otherX, yy = y * otherY;
    const V xy = (x + y) * (otherX + otherY) - (xx + yy);
    return finish(xx, yy, timesThreeB(z), xy, otherY * z + y, otherX * z + x);
  }

  Projective operator+(const Affine<V>& other) const {
    return other.isInfinity() ? *this : plusAffine(other.x, other.y);
  }

  Projective doubled() const {
    const V yy = y.squared();
    const V eight = yy.doubled().doubled().doubled();
    const V yz = y * z;
    const V zz = timesThreeB(z.squared());
    const V rest = yy - (zz.doubled() + zz);
    return {((rest * (x * y))).doubled(), rest * (yy + zz) + zz * eight, yz * eight};
  }

  Projective operator-() const { return {x, -y, z}; }

  Projective times(const U256& scalar) const {
    Projective table[16] = {infinity(), *this};
    for (int i = 2; i < 16; i++) table[i] = table[i - 1] + *this;
    Projective result = infinity();
    for (int bit = 252; bit >= 0; bit -= 4) {
      for (int i = 0; i < 4; i++) result = result.doubled();
      result = result + table[bitsAt(scalar, static_cast<unsigned>(bit), 4)];
    }
    return result;
  }

  Affine<V> toAffine() const {
    if (isInfinity()) return Affine<V>::infinity();
    const V inverse = z.inverse();
    return {x * inverse, y * inverse};
  }

 private:
  static Projective finish(const V& xx, const V& yy, const V& zz, const V& xy, const V& yz, const V& xz) {
    const V three = xx.doubled() + xx;
    const V sum = yy + zz, difference = yy - zz;
    const V cross = timesThreeB(xz);
    return {xy * difference - yz * cross, difference * sum + cross * three, sum * yz + three * xy};
  }
};

}  // namespace verimesh
