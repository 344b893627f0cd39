// An .r1cs file.
#pragma once
#include "../arithmetic/PrimeField.h"
#include "Sections.h"

namespace verimesh {

struct ConstraintSystem {
  u32 wires, publicSignals, constraints;
  Bytes rows;
  const Sections* file;

  /** Calls act(matrix, row, wire, coefficient) for every entry, by row, then A (0), B (1), C (2); afterRow(row) after each row. */
  template <class Act, class AfterRow>
  void forEachEntry(Act act, AfterRow afterRow) const {
    forEachEntryAt([&](u32 matrix, u32 row, u32 wire, const u8* at) { act(matrix, row, wire, readU256(at)); }, afterRow);
  }

  /** The same with where the coefficient lies. */
  template <class Act, class AfterRow>
  void forEachEntryAt(Act act, AfterRow afterRow) const {
    std::size_t at = 0;
    for (u32 row = 0; row < constraints; row++) {
      for (u32 matrix = 0; matrix < 3; matrix++) {
        if (rows.size - at < 4) file->fail("row " + std::to_string(row) + " is truncated");
        const u32 count = readU32(rows.data + at);
        at += 4;
        if (count > (rows.size - at) / ENTRY_BYTES) file->fail("row " + std::to_string(row) + " is truncated");
        for (u32 i = 0; i < count; i++, at += ENTRY_BYTES) {
          const u32 wire = readU32(rows.data + at);
          const u8* coefficient = rows.data + at + 4;
          if (wire >= wires || !less(readU256(coefficient), ScalarModulus::value)) {
            file->fail("row " + std::to_string(row) + " has an entry out of range");
          }
          act(matrix, row, wire, coefficient);
        }
      }
      afterRow(row);
    }
    if (at != rows.size) file->fail("bytes follow the last row");
  }

 private:
  static constexpr std::size_t ENTRY_BYTES = 36;
};

/** Throws Failure R1CS_INVALID. */
inline ConstraintSystem readConstraintSystem(const Sections& file) {
  const u8* header = file.require(1, 64).data;
  if (readU32(header) != 32 || !(readU256(header + 4) == ScalarModulus::value)) file.fail("it is over another field");
  const u64 outputs = readU32(header + 40), inputs = readU32(header + 44), privates = readU32(header + 48);
  const ConstraintSystem system{readU32(header + 36), static_cast<u32>(outputs + inputs), readU32(header + 60), file.require(2), &file};
  if (1 + outputs + inputs + privates > system.wires) file.fail("it has more inputs and outputs than wires");
  // A row takes twelve bytes at least; this bounds what is allocated for rows. Wires are bounded by what can be a key.
  if (system.constraints > system.rows.size / 12) file.fail("it has fewer rows than it says");
  if (system.wires > (u32{1} << 28)) file.fail("it has " + std::to_string(system.wires) + " wires");
  return system;
}

}  // namespace verimesh
