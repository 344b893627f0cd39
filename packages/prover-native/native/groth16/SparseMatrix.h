// The matrices A and B of a proving key.
#pragma once
#include "../arithmetic/PrimeField.h"
#include "../files/Sections.h"

namespace verimesh {

/** Different coefficients of a circuit; there are few of them, mostly powers of two and their negatives. */
class Coefficients {
 public:
  Coefficients() : slots_(64, EMPTY) {}

  /** The number of a coefficient that stands in the file as c · 2^512: a product with an integer is then in Montgomery form. */
  u32 numberOf(const U256& raised) {
    std::size_t slot = hash(raised) & (slots_.size() - 1);
    while (slots_[slot] != EMPTY) {
      if (raised_[slots_[slot]].raw == raised) return slots_[slot];
      slot = (slot + 1) & (slots_.size() - 1);
    }
    const u32 number = static_cast<u32>(raised_.size());
    slots_[slot] = number;
    raised_.push_back({raised});
    plain_.push_back(Fr{{{1, 0, 0, 0}}} * Fr{raised});
    if (2 * raised_.size() > slots_.size()) grow();
    return number;
  }

  /** coefficient · value, the value an integer below r. */
  Fr times(u32 number, const U256& value) const {
    if ((value.limb[1] | value.limb[2] | value.limb[3]) == 0 && value.limb[0] <= 1) {
      return value.limb[0] == 0 ? Fr::zero() : plain_[number];
    }
    return raised_[number] * Fr{value};
  }

  std::size_t bytes() const { return 64 * raised_.size() + 4 * slots_.size(); }

 private:
  static constexpr u32 EMPTY = 0xffffffff;
  std::vector<Fr> raised_, plain_;
  std::vector<u32> slots_;

  static std::size_t hash(const U256& value) {
    const u64 mixed = (value.limb[0] ^ (value.limb[1] << 1) ^ (value.limb[2] << 2) ^ value.limb[3]) * 0x9e3779b97f4a7c15;
    return static_cast<std::size_t>(mixed >> 20);
  }

  void grow() {
    slots_.assign(2 * slots_.size(), EMPTY);
    for (u32 number = 0; number < raised_.size(); number++) {
      std::size_t slot = hash(raised_[number].raw) & (slots_.size() - 1);
      while (slots_[slot] != EMPTY) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = number;
    }
  }
};

struct SparseMatrix {
  struct Entry {
    u32 wire, coefficient;
  };
  /** Row i has the entries from rowStarts[i] to rowStarts[i + 1]. */
  std::vector<u32> rowStarts;
  std::vector<Entry> entries;

  Fr rowTimes(std::size_t row, const U256* witness, const Coefficients& coefficients) const {
    Fr sum = Fr::zero();
    for (u32 i = rowStarts[row]; i < rowStarts[row + 1]; i++) {
      const Entry& entry = entries[i];
      const U256& value = witness[entry.wire];
      if (!value.isZero()) sum = sum + coefficients.times(entry.coefficient, value);
    }
    return sum;
  }

  std::size_t bytes() const { return 4 * rowStarts.size() + sizeof(Entry) * entries.size(); }
};

/** Reads section 4 of a .zkey: matrix, row, wire and coefficient of each entry, in any order. */
inline void readMatrices(const Sections& file, u32 rows, u32 wires, SparseMatrix (&matrices)[2], Coefficients& coefficients) {
  static constexpr std::size_t ENTRY_BYTES = 44;
  const Bytes section = file.require(4);
  if (section.size < 4) file.fail("section 4 is empty");
  const u32 count = readU32(section.data);
  if (section.size != 4 + ENTRY_BYTES * static_cast<u64>(count)) file.fail("section 4 has another length than it says");
  struct Located {
    u32 row;
    SparseMatrix::Entry entry;
  };
  std::vector<Located> read[2];
  for (SparseMatrix& matrix : matrices) matrix.rowStarts.assign(static_cast<std::size_t>(rows) + 1, 0);
  for (u32 i = 0; i < count; i++) {
    const u8* bytes = section.data + 4 + ENTRY_BYTES * static_cast<std::size_t>(i);
    const u32 matrix = readU32(bytes), row = readU32(bytes + 4), wire = readU32(bytes + 8);
    const U256 coefficient = readU256(bytes + 12);
    if (matrix > 1 || row >= rows || wire >= wires || !less(coefficient, ScalarModulus::value)) {
      file.fail("entry " + std::to_string(i) + " of section 4 is out of range");
    }
    matrices[matrix].rowStarts[row + 1]++;
    read[matrix].push_back({row, {wire, coefficients.numberOf(coefficient)}});
  }
  for (int m = 0; m < 2; m++) {
    SparseMatrix& matrix = matrices[m];
    for (u32 row = 0; row < rows; row++) matrix.rowStarts[row + 1] += matrix.rowStarts[row];
    matrix.entries.resize(read[m].size());
    std::vector<u32> next(matrix.rowStarts.begin(), matrix.rowStarts.end() - 1);
    for (const Located& located : read[m]) matrix.entries[next[located.row]++] = located.entry;
  }
}

}  // namespace verimesh
