// Points in memory and in lanes.
#pragma once
#include <type_traits>
#include "../curve/Projective.h"
#include "OneLane.h"

namespace verimesh {

/** Address of a stored point; its lowest bit, free by alignment, says that the point is meant negated. */
using PointReference = std::uintptr_t;

/** @tparam L lanes over Fq  @tparam DEGREE 1 for G1, 2 for G2 */
template <class L, unsigned DEGREE>
struct PointLanes {
  static constexpr unsigned WIDTH = L::WIDTH;
  using Lanes = L;
  using Field = std::conditional_t<DEGREE == 1, Fq, Fq2>;
  using Vector = std::conditional_t<DEGREE == 1, typename L::Vector, Quadratic<typename L::Vector>>;

  /** An affine point in the engine's own form; all zero is infinity. Fills whole cache lines. */
  struct alignas(64) Stored {
    U256 coordinate[2 * DEGREE];
    bool isInfinity() const {
      for (const U256& value : coordinate) {
        if (!value.isZero()) return false;
      }
      return true;
    }
  };

  static Stored toStored(const Affine<Field>& point) {
    Stored stored;
    const Fq* parts = reinterpret_cast<const Fq*>(&point);
    for (unsigned i = 0; i < 2 * DEGREE; i++) stored.coordinate[i] = L::toStored(parts[i]);
    return stored;
  }

  static Affine<Field> fromStored(const Stored& stored) {
    Affine<Field> point;
    Fq* parts = reinterpret_cast<Fq*>(&point);
    for (unsigned i = 0; i < 2 * DEGREE; i++) parts[i] = L::fromStored(stored.coordinate[i]);
    return point;
  }

  static PointReference refer(const Stored* point, bool negated = false) {
    return reinterpret_cast<PointReference>(point) | static_cast<PointReference>(negated);
  }
  static const Stored* addressOf(PointReference reference) {
    return reinterpret_cast<const Stored*>(reference & ~PointReference{1});
  }
  static Affine<Field> resolve(PointReference reference) {
    const Affine<Field> point = fromStored(*addressOf(reference));
    return (reference & 1) != 0 ? -point : point;
  }

  static void prefetch(const PointReference* references) {
    for (unsigned i = 0; i < WIDTH; i++) {
      const char* address = reinterpret_cast<const char*>(addressOf(references[i]));
      for (unsigned line = 0; line < DEGREE; line++) __builtin_prefetch(address + 64 * line);
    }
  }

  /** Each lane its point. */
  static Affine<Vector> load(const PointReference* references) {
    const U256* addresses[WIDTH];
    u32 negated = 0;
    for (unsigned i = 0; i < WIDTH; i++) {
      addresses[i] = addressOf(references[i])->coordinate;
      negated |= static_cast<u32>(references[i] & 1) << i;
    }
    Affine<Vector> points;
    L::template gather<2 * DEGREE>(addresses, reinterpret_cast<typename L::Vector*>(&points));
    if (negated != 0) points.y = choose(negated, -points.y, points.y);
    return points;
  }

  static void store(Stored* const* targets, const Affine<Vector>& points) {
    U256* addresses[WIDTH];
    for (unsigned i = 0; i < WIDTH; i++) addresses[i] = targets[i]->coordinate;
    L::template scatter<2 * DEGREE>(addresses, reinterpret_cast<const typename L::Vector*>(&points));
  }

  /** A lane's coordinate as an ordinary field element. */
  static Field lane(const Vector& vector, unsigned index) {
    if constexpr (DEGREE == 1) {
      return L::lane(vector, index);
    } else {
      return {L::lane(vector.c0, index), L::lane(vector.c1, index)};
    }
  }

  static Vector fromLanes(const Field* values) {
    if constexpr (DEGREE == 1) {
      return L::fromLanes(values);
    } else {
      Fq low[WIDTH], high[WIDTH];
      for (unsigned i = 0; i < WIDTH; i++) {
        low[i] = values[i].c0;
        high[i] = values[i].c1;
      }
      return {L::fromLanes(low), L::fromLanes(high)};
    }
  }
};

}  // namespace verimesh
