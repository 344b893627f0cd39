// From the values of polynomials on a domain to their values on its coset: an inverse and a forward transform in three passes.
#pragma once
#include "../lanes/OneLane.h"
#include "Domain.h"

namespace verimesh {

/**
 * The inverse transform (Cooley and Tukey: natural order in, bit-reversed out) is followed by the shift and by the forward one
 * (Gentleman and Sande: bit-reversed in, natural out), so that nothing is ever reordered. The first stages of the former and the last
 * of the latter work on columns of a few elements far apart; all stages between them stay within a block of the cache's size.
 */
template <class L>
class CosetTransform {
 public:
  using Vector = typename L::Vector;
  static constexpr unsigned WIDTH = L::WIDTH;

  /** The domain has at least WIDTH elements. */
  explicit CosetTransform(const Domain<L>& domain) : domain_(domain) {
    while ((domain.size >> columnBits_) > BLOCK && columnBits_ < MOST_COLUMN_BITS) columnBits_++;
    for (std::size_t i = 0; i < rows(); i++) {
      inverseColumns_.push_back(spread(domain.inverseTwiddles[i < domain.size / 2 ? i : 0]));
      columns_.push_back(spread(domain.twiddles[i < domain.size / 2 ? i : 0]));
    }
  }

  /** Rows, each a block: work for `transformRow`. */
  std::size_t rows() const { return std::size_t{1} << columnBits_; }
  /** Columns of vectors: work for `openColumns` and `closeColumns`. */
  std::size_t columns() const { return domain_.size / WIDTH / rows(); }

  /** First pass, for columns from `start` to `end`; then every row; then the last pass. `data` has size / WIDTH vectors. */
  void openColumns(Vector* data, std::size_t start, std::size_t end) const {
    std::vector<Vector> column(rows());
    for (std::size_t at = start; at < end; at++) {
      for (std::size_t row = 0; row < rows(); row++) column[row] = data[row * columns() + at];
      for (std::size_t half = rows() / 2, blocks = 1; half > 0; half /= 2, blocks *= 2) {
        for (std::size_t block = 0; block < blocks; block++) {
          splitBlock(&column[2 * half * block], half, inverseColumns_[block], block == 0);
        }
      }
      for (std::size_t row = 0; row < rows(); row++) data[row * columns() + at] = column[row];
    }
  }

  void closeColumns(Vector* data, std::size_t start, std::size_t end) const {
    std::vector<Vector> column(rows());
    for (std::size_t at = start; at < end; at++) {
      for (std::size_t row = 0; row < rows(); row++) column[row] = data[row * columns() + at];
      for (std::size_t half = 1, blocks = rows() / 2; blocks > 0; half *= 2, blocks /= 2) {
        for (std::size_t block = 0; block < blocks; block++) {
          joinBlock(&column[2 * half * block], half, columns_[block], block == 0);
        }
      }
      for (std::size_t row = 0; row < rows(); row++) data[row * columns() + at] = column[row];
    }
  }

  void transformRow(Vector* data, std::size_t row) const {
    Vector* block = data + row * columns();
    std::size_t blocks = 1;
    for (std::size_t half = columns() / 2; half > 0; half /= 2, blocks *= 2) {
      for (std::size_t i = 0; i < blocks; i++) {
        const std::size_t twiddle = row * blocks + i;
        splitBlock(block + 2 * half * i, half, spread(domain_.inverseTwiddles[twiddle]), twiddle == 0);
      }
    }
    for (std::size_t i = 0; i < columns(); i++) block[i] = withinVector(block[i], row * columns() + i);
    for (std::size_t half = 1; half < columns(); half *= 2) {
      blocks /= 2;
      for (std::size_t i = 0; i < blocks; i++) {
        const std::size_t twiddle = row * blocks + i;
        joinBlock(block + 2 * half * i, half, spread(domain_.twiddles[twiddle]), twiddle == 0);
      }
    }
  }

 private:
  /** Elements of a block: half the second-level cache at most. */
  static constexpr std::size_t BLOCK = 8192;
  static constexpr unsigned MOST_COLUMN_BITS = 7;

  const Domain<L>& domain_;
  unsigned columnBits_ = 0;
  std::vector<Vector> inverseColumns_, columns_;

  static Vector spread(const U256& stored) {
    const U256* addresses[WIDTH];
    for (unsigned i = 0; i < WIDTH; i++) addresses[i] = &stored;
    Vector vector;
    L::template gather<1>(addresses, &vector);
    return vector;
  }

  static void splitBlock(Vector* block, std::size_t half, const Vector& twiddle, bool twiddleIsOne) {
    for (std::size_t i = 0; i < half; i++) {
      const Vector low = block[i], high = twiddleIsOne ? block[i + half] : block[i + half] * twiddle;
      block[i] = low + high;
      block[i + half] = low - high;
    }
  }

  static void joinBlock(Vector* block, std::size_t half, const Vector& twiddle, bool twiddleIsOne) {
    for (std::size_t i = 0; i < half; i++) {
      const Vector low = block[i], high = block[i + half];
      block[i] = low + high;
      block[i + half] = twiddleIsOne ? low - high : (low - high) * twiddle;
    }
  }

  /** The stages whose two operands are lanes of one vector, and the shift between them. */
  Vector withinVector(Vector value, std::size_t index) const {
    for (unsigned half = WIDTH / 2; half > 0; half /= 2) {
      const Vector scaled = value * laneTwiddles(domain_.inverseTwiddles, index, half);
      const Vector partner = L::exchanged(scaled, half);
      value = choose(upperLanes(half), partner - scaled, scaled + partner);
    }
    const U256* addresses[WIDTH];
    for (unsigned i = 0; i < WIDTH; i++) addresses[i] = &domain_.shifts[index * WIDTH + i];
    Vector shift;
    L::template gather<1>(addresses, &shift);
    value = value * shift;
    for (unsigned half = 1; half < WIDTH; half *= 2) {
      const Vector partner = L::exchanged(value, half);
      value = choose(upperLanes(half), partner - value, value + partner) * laneTwiddles(domain_.twiddles, index, half);
    }
    return value;
  }

  static u32 upperLanes(unsigned half) {
    u32 mask = 0;
    for (unsigned i = 0; i < WIDTH; i++) mask |= static_cast<u32>((i & half) != 0) << i;
    return mask;
  }

  /** One in the lower half of each block of 2 · half lanes, the block's twiddle in the upper. twiddles[0] is one. */
  Vector laneTwiddles(const std::vector<U256>& twiddles, std::size_t index, unsigned half) const {
    const U256* addresses[WIDTH];
    for (unsigned i = 0; i < WIDTH; i++) {
      addresses[i] = (i & half) == 0 ? &twiddles[0] : &twiddles[(index * WIDTH + i) / (2 * half)];
    }
    Vector vector;
    L::template gather<1>(addresses, &vector);
    return vector;
  }
};

}  // namespace verimesh
