// A .wtns file.
#pragma once
#include <vector>
#include "../arithmetic/Moduli.h"
#include "../groth16/Secrets.h"
#include "Sections.h"

namespace verimesh {

/** One integer below r per wire; wiped when it goes, as it holds private inputs. */
struct Witness {
  std::vector<U256> values;

  Witness() = default;
  Witness(Witness&&) = default;
  Witness(const Witness&) = delete;
  ~Witness() { wipe(values.data(), values.size() * sizeof(U256)); }
};

/** Throws Failure WITNESS_INVALID: another field, truncated, a value not below r, or another constant wire than one. */
inline Witness readWitness(Bytes bytes) {
  const Sections file(bytes, "wtns", 2, "WITNESS_INVALID");
  const u8* header = file.require(1, 40).data;
  if (readU32(header) != 32 || !(readU256(header + 4) == ScalarModulus::value)) file.fail("it is over another field");
  const u32 count = readU32(header + 36);
  const Bytes section = file.require(2, 32 * static_cast<u64>(count));
  Witness witness;
  witness.values.resize(count);
  for (u32 wire = 0; wire < count; wire++) {
    witness.values[wire] = readU256(section.data + 32 * static_cast<std::size_t>(wire));
    if (!less(witness.values[wire], ScalarModulus::value)) file.fail("wire " + std::to_string(wire) + " is not reduced");
  }
  if (count == 0 || !(witness.values[0] == U256{{1, 0, 0, 0}})) file.fail("its wire 0 is not one");
  return witness;
}

}  // namespace verimesh
