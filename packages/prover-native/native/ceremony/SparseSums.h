// Many sums of few points each: a sparse matrix of scalars times a vector of points.
#pragma once
#include "../msm/MultiExponentiation.h"
#include "../parallel/Team.h"

namespace verimesh {

/**
 * Σ coefficient · point for each output. Nearly all coefficients are small weights or powers of two, so each is taken by absolute
 * value in non-adjacent form, and all sums go through the bits together: at bit i the points, doubled i times, are added where a
 * coefficient has a digit. Points whose coefficients have no more digits are no longer doubled.
 */
template <class P>
class SparseSums {
 public:
  using Stored = typename P::Stored;

  SparseSums(std::size_t outputs, std::size_t points) : results_(outputs), bitsOf_(points), starts_(outputs + 1) {}

  /** First every term is announced, in any order; then, after `lay`, given again in any order. */
  void announce(std::size_t output) { starts_[output + 1]++; }
  void lay() {
    for (std::size_t i = 1; i < starts_.size(); i++) starts_[i] += starts_[i - 1];
    terms_.resize(starts_.back());
    next_.assign(starts_.begin(), starts_.end() - 1);
  }
  /** @param coefficient an integer below r, 32 bytes that stay where they are */
  void give(std::size_t output, u32 point, const u8* coefficient) {
    // What was announced came from memory that is not ours: it may have changed.
    if (next_[output] < starts_[output + 1]) terms_[next_[output]++] = {coefficient, point};
  }

  /** After all terms. Digit i of the non-adjacent form of v is bit i + 1 of 3v less that of v.  @returns the number of additions */
  std::size_t spell() {
    static constexpr U256 half{{0xa1f0fac9f8000000, 0x9419f4243cdcb848, 0xdc2822db40c0ac2e, 0x183227397098d014}};
    for (std::size_t output = 0; output < results_.size(); output++) {
      for (std::size_t i = starts_[output]; i < next_[output]; i++) {
        U256 value = readU256(terms_[i].coefficient);
        const bool negative = less(half, value);
        if (negative) value = subWrapping(ScalarModulus::value, value);
        const U256 triple = addWrapping(addWrapping(value, value), value);
        const u32 point = terms_[i].point;
        for (unsigned word = 0; word < 4; word++) {
          u64 differing = triple.limb[word] ^ value.limb[word];
          for (; differing != 0; differing &= differing - 1) {
            const unsigned at = static_cast<unsigned>(__builtin_ctzll(differing)), bit = 64 * word + at;
            const bool minus = (value.limb[word] >> at & 1) != 0;
            digits_[bit - 1].push_back({static_cast<u32>(output), point, minus != negative});
            if (bitsOf_[point] < bit) bitsOf_[point] = static_cast<std::uint16_t>(bit);
          }
        }
      }
    }
    terms_ = {};
    std::size_t count = 0;
    for (const auto& list : digits_) count += list.size();
    return count;
  }

  /** @param points are doubled in place  @returns a sum for each output, after `spell` */
  std::vector<Stored>& run(std::vector<Stored>& points, Team& team) {
    std::vector<u32> active;
    for (u32 i = 0; i < points.size(); i++) {
      if (bitsOf_[i] > 0) active.push_back(i);
    }
    ScratchPool<Scratch> scratch;
    for (unsigned bit = 0; bit < BITS; bit++) {
      if (bit > 0) {
        active.erase(std::remove_if(active.begin(), active.end(), [&](u32 i) { return bitsOf_[i] <= bit; }), active.end());
        if (active.empty()) break;
        team.runRanges(active.size(), 512, [&](std::size_t start, std::size_t end) {
          std::unique_ptr<Scratch> own = scratch.take();
          for (std::size_t i = start; i < end; i++) {
            Stored* point = &points[active[i]];
            own->adder.add(P::refer(point), P::refer(point), point);
          }
          own->adder.flush();
          scratch.giveBack(std::move(own));
        });
      }
      const std::vector<Digit>& digits = digits_[bit];
      team.runRanges(digits.size(), 1024, [&](std::size_t start, std::size_t end) {
        std::unique_ptr<Scratch> own = scratch.take();
        addDigits(points, digits, beginning(digits, start), beginning(digits, end), *own);
        scratch.giveBack(std::move(own));
      });
      team.control().advance(digits.size());
    }
    return results_;
  }

 private:
  static constexpr unsigned BITS = 256;
  struct Term {
    const u8* coefficient;
    u32 point;
  };
  struct Digit {
    u32 output, point;
    bool negative;
  };
  struct Scratch {
    BatchAdder<P> adder{P::WIDTH == 1 ? 512 : 2048};
    SegmentSums<P> sums;
    std::vector<PointReference> summands;
  };

  std::vector<Stored> results_;
  /** Of each point: one more than the highest digit of its coefficients. */
  std::vector<std::uint16_t> bitsOf_;
  std::vector<std::size_t> starts_, next_;
  std::vector<Term> terms_;
  /** By bit; by output within a bit. */
  std::vector<Digit> digits_[BITS];

  /** The next place from `at` on where an output's digits begin. */
  static std::size_t beginning(const std::vector<Digit>& digits, std::size_t at) {
    while (at > 0 && at < digits.size() && digits[at].output == digits[at - 1].output) at++;
    return at;
  }

  void addDigits(const std::vector<Stored>& points, const std::vector<Digit>& digits, std::size_t start, std::size_t end,
                 Scratch& scratch) {
    for (std::size_t i = start; i < end;) {
      const u32 output = digits[i].output;
      scratch.summands.clear();
      if (!results_[output].isInfinity()) scratch.summands.push_back(P::refer(&results_[output]));
      for (; i < end && digits[i].output == output; i++) {
        scratch.summands.push_back(P::refer(&points[digits[i].point], digits[i].negative));
      }
      scratch.sums.add(scratch.summands.data(), scratch.summands.size(), &results_[output]);
    }
    scratch.sums.flush();
  }
};

}  // namespace verimesh
