// From bucket sums to a window's sum.
#pragma once
#include "../lanes/PointLanes.h"

namespace verimesh {

/**
 * Σ (i + 1) · buckets[i] by running sums from the last bucket to the first. Each lane takes a stretch of the buckets; the number of
 * buckets is a multiple of the number of lanes.
 */
template <class P>
Projective<typename P::Field> reduceBuckets(const typename P::Stored* buckets, std::size_t count) {
  using Vector = typename P::Vector;
  using Field = typename P::Field;
  const std::size_t stretch = count / P::WIDTH;
  Projective<Vector> running = Projective<Vector>::infinity(), total = running;
  for (std::size_t i = stretch; i-- > 0;) {
    PointReference references[P::WIDTH];
    for (unsigned lane = 0; lane < P::WIDTH; lane++) references[lane] = P::refer(&buckets[lane * stretch + i]);
    const Affine<Vector> bucket = P::load(references);
    const u32 empty = zeroMask(bucket.x) & zeroMask(bucket.y);
    const Projective<Vector> sum = running.plusAffine(bucket.x, bucket.y);
    running.x = choose(empty, running.x, sum.x);
    running.y = choose(empty, running.y, sum.y);
    running.z = choose(empty, running.z, sum.z);
    total = total + running;
  }
  const auto laneOf = [](const Projective<Vector>& points, unsigned lane) -> Projective<Field> {
    return {P::lane(points.x, lane), P::lane(points.y, lane), P::lane(points.z, lane)};
  };
  // Σ over lanes of total + lane · stretch · running; the factors 1, 2, 3, … again by running sums.
  Projective<Field> result = laneOf(total, 0), above = Projective<Field>::infinity(), weighted = above;
  for (unsigned lane = P::WIDTH - 1; lane > 0; lane--) {
    result = result + laneOf(total, lane);
    above = above + laneOf(running, lane);
    weighted = weighted + above;
  }
  if (P::WIDTH > 1) {
    for (std::size_t factor = stretch; factor > 1; factor /= 2) weighted = weighted.doubled();
    result = result + weighted;
  }
  return result;
}

}  // namespace verimesh
