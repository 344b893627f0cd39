// Many points of G1 times one secret number.
#pragma once
#include "../curve/Endomorphism.h"
#include "../engine/lanes.h"
#include "../groth16/Secrets.h"

namespace verimesh {

/** Digits −15, −13, … 15 and zeros (width-5 non-adjacent form), of an integer below 2^128. */
struct OddDigits {
  static constexpr unsigned COUNT = 130, WIDTH = 5;
  signed char digit[COUNT] = {};

  explicit OddDigits(const SignedInteger& value) {
    U256 rest = value.magnitude;
    for (unsigned at = 0; at < COUNT && !rest.isZero(); at++) {
      if ((rest.limb[0] & 1) != 0) {
        const int low = static_cast<int>(rest.limb[0] & ((1 << WIDTH) - 1));
        const int found = low < 1 << (WIDTH - 1) ? low : low - (1 << WIDTH);
        digit[at] = static_cast<signed char>(value.negative ? -found : found);
        const U256 magnitude{{static_cast<u64>(found < 0 ? -found : found), 0, 0, 0}};
        rest = found < 0 ? addWrapping(rest, magnitude) : subWrapping(rest, magnitude);
      }
      for (int i = 0; i < 4; i++) rest.limb[i] = rest.limb[i] >> 1 | (i < 3 ? rest.limb[i + 1] << 63 : 0);
    }
    wipe(&rest, sizeof rest);
  }
};

/**
 * Multiplies points by a factor below r: one chain of doublings and additions, the same for all, taken by all lanes together, with
 * complete formulas, and one inversion for a block. What is known of the factor is overwritten when this goes.
 */
class SecretFactor {
 public:
  using P = G1Lanes;
  using Vector = P::Vector;
  using Stored = P::Stored;

  explicit SecretFactor(const U256& factor) : first_({{}, false}), second_({{}, false}) {
    SignedInteger first, second;
    splitScalar(factor, first, second);
    first_ = OddDigits(first);
    second_ = OddDigits(second);
    wipe(&first, sizeof first);
    wipe(&second, sizeof second);
  }
  SecretFactor(const SecretFactor&) = delete;
  SecretFactor& operator=(const SecretFactor&) = delete;
  ~SecretFactor() {
    wipe(&first_, sizeof first_);
    wipe(&second_, sizeof second_);
  }

  /** In place. */
  void multiply(Stored* points, std::size_t count) const {
    const Vector beta = P::Lanes::Vector::constant(endomorphismFactor());
    for (std::size_t start = 0; start < count; start += BLOCK * P::WIDTH) {
      multiplyBlock(points + start, std::min<std::size_t>(BLOCK * P::WIDTH, count - start), beta);
    }
  }

 private:
  static constexpr std::size_t BLOCK = P::WIDTH == 1 ? 256 : 32;
  static constexpr unsigned MULTIPLES = 1 << (OddDigits::WIDTH - 2);
  OddDigits first_, second_;

  void multiplyBlock(Stored* points, std::size_t count, const Vector& beta) const {
    const std::size_t groups = (count + P::WIDTH - 1) / P::WIDTH;
    Projective<Vector> products[BLOCK];
    Vector prefixes[BLOCK];
    Vector running = Vector::one();
    for (std::size_t group = 0; group < groups; group++) {
      PointReference references[P::WIDTH];
      forEachLane(points, count, group, [&](unsigned lane, Stored* point, bool) { references[lane] = P::refer(point); });
      products[group] = times(P::load(references), beta);
      prefixes[group] = running;
      running = running * denominator(products[group]);
    }
    Fq values[P::WIDTH], scratch[P::WIDTH];
    for (unsigned lane = 0; lane < P::WIDTH; lane++) values[lane] = P::lane(running, lane);
    invertAll(values, P::WIDTH, scratch);
    running = P::fromLanes(values);
    for (std::size_t group = groups; group-- > 0;) {
      const Projective<Vector>& product = products[group];
      const Vector inverse = running * prefixes[group];
      running = running * denominator(product);
      const u32 infinite = zeroMask(product.z);
      Affine<Vector> result{product.x * inverse, product.y * inverse};
      result.y = choose(infinite, Vector::zero(), result.y);
      Stored* targets[P::WIDTH];
      Stored discarded[P::WIDTH];
      forEachLane(points, count, group, [&](unsigned lane, Stored* point, bool idle) { targets[lane] = idle ? &discarded[lane] : point; });
      P::store(targets, result);
    }
  }

  /** act(lane, point, whether the lane only repeats the last point). */
  template <class Act>
  static void forEachLane(Stored* points, std::size_t count, std::size_t group, Act act) {
    for (unsigned lane = 0; lane < P::WIDTH; lane++) {
      const std::size_t i = group * P::WIDTH + lane;
      act(lane, &points[std::min(i, count - 1)], i >= count);
    }
  }

  static Vector denominator(const Projective<Vector>& point) { return choose(zeroMask(point.z), Vector::one(), point.z); }

  Projective<Vector> times(const Affine<Vector>& point, const Vector& beta) const {
    const u32 infinite = zeroMask(point.x) & zeroMask(point.y);
    Projective<Vector> multiples[MULTIPLES];
    Vector images[MULTIPLES];
    multiples[0] = {point.x, choose(infinite, Vector::one(), point.y), choose(infinite, Vector::zero(), Vector::one())};
    const Projective<Vector> twice = multiples[0].doubled();
    for (unsigned i = 1; i < MULTIPLES; i++) multiples[i] = multiples[i - 1] + twice;
    for (unsigned i = 0; i < MULTIPLES; i++) images[i] = multiples[i].x * beta;
    Projective<Vector> sum = Projective<Vector>::infinity();
    bool begun = false;
    for (unsigned at = OddDigits::COUNT; at-- > 0;) {
      if (begun) sum = sum.doubled();
      for (const OddDigits* digits : {&first_, &second_}) {
        const int digit = digits->digit[at];
        if (digit == 0) continue;
        const unsigned index = static_cast<unsigned>(digit < 0 ? -digit : digit) / 2;
        Projective<Vector> summand = multiples[index];
        if (digits == &second_) summand.x = images[index];
        sum = sum + (digit < 0 ? -summand : summand);
        begun = true;
      }
    }
    return sum;
  }
};

}  // namespace verimesh
