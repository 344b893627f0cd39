// Points of G1 (y² = x³ + 3 over Fq) and G2 (y² = x³ + 3/(9 + u) over Fq2).
#pragma once
#include "../arithmetic/Quadratic.h"

namespace verimesh {

/** Affine; (0, 0), which is on neither curve, is the point at infinity, as in the files. */
template <class F>
struct Affine {
  F x, y;

  static Affine infinity() { return {F::zero(), F::zero()}; }
  bool isInfinity() const { return x.isZero() && y.isZero(); }
  bool operator==(const Affine& other) const { return x == other.x && y == other.y; }
  Affine operator-() const { return {x, -y}; }
};

using G1 = Affine<Fq>;
using G2 = Affine<Fq2>;

/** 3/(9 + u). */
inline const Fq2& twistB() {
  static const Fq2 b = Fq2{Fq::fromSmall(9), Fq::one()}.inverse().times(Fq::fromSmall(3));
  return b;
}

inline Fq curveB(const Fq*) { return Fq::fromSmall(3); }
inline Fq2 curveB(const Fq2*) { return twistB(); }

template <class F>
bool isOnCurve(const Affine<F>& point) {
  return point.isInfinity() ||
         point.y.squared() == point.x.squared() * point.x + curveB(static_cast<const F*>(nullptr));
}

inline G1 generator(const Fq*) { return {Fq::one(), Fq::fromSmall(2)}; }

/** EIP-197's generator of G2. */
inline G2 generator(const Fq2*) {
  const U256 x0{{0x46debd5cd992f6ed, 0x674322d4f75edadd, 0x426a00665e5c4479, 0x1800deef121f1e76}};
  const U256 x1{{0x97e485b7aef312c2, 0xf1aa493335a9e712, 0x7260bfb731fb5d25, 0x198e9393920d483a}};
  const U256 y0{{0x4ce6cc0166fa7daa, 0xe3d1e7690c43d37b, 0x4aab71808dcb408f, 0x12c85ea5db8c6deb}};
  const U256 y1{{0x55acdadcd122975b, 0xbc4b313370b38ef3, 0xec9e99ad690c3395, 0x090689d0585ff075}};
  return {{Fq::fromInteger(x0), Fq::fromInteger(x1)}, {Fq::fromInteger(y0), Fq::fromInteger(y1)}};
}

}  // namespace verimesh
