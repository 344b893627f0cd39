// A .zkey in the engine's own form.
#pragma once
#include "../engine/lanes.h"
#include "../transform/CosetTransform.h"
#include "PointList.h"
#include "SparseMatrix.h"

namespace verimesh {

/** Domains too small to fill the lanes are transformed with one. */
constexpr u32 LEAST_LANE_DOMAIN = 64;

struct ProvingKey {
  u32 wires = 0, publicSignals = 0, domainSize = 0;
  unsigned domainBits = 0;
  G1 alpha1, beta1, delta1;
  G2 beta2, gamma2, delta2;
  PointList<G1Lanes> a, b1, c, h;
  PointList<G2Lanes> b2;
  SparseMatrix matrices[2];
  Coefficients coefficients;
  std::unique_ptr<Domain<ScalarLanes>> domain;
  std::unique_ptr<Domain<OneLane<ScalarModulus>>> smallDomain;

  std::size_t bytes() const {
    return sizeof(*this) + a.bytes() + b1.bytes() + c.bytes() + h.bytes() + b2.bytes() + matrices[0].bytes() +
           matrices[1].bytes() + coefficients.bytes() + (domain ? domain->bytes() : 0);
  }
};

/** Reads and checks a key; see docs/prover.md for what is checked. Throws Failure PROVING_KEY_INVALID. */
inline std::unique_ptr<ProvingKey> readProvingKey(Bytes bytes, Team& team) {
  const Sections file(bytes, "zkey", 1, "PROVING_KEY_INVALID");
  if (readU32(file.require(1, 4).data) != 1) file.fail("it is of another proof system than Groth16");
  const u8* header = file.require(2, 660).data;
  if (readU32(header) != 32 || readU32(header + 36) != 32 || !(readU256(header + 4) == BaseModulus::value) ||
      !(readU256(header + 40) == ScalarModulus::value)) {
    file.fail("it is not over BN254");
  }
  auto key = std::make_unique<ProvingKey>();
  key->wires = readU32(header + 72);
  key->publicSignals = readU32(header + 76);
  key->domainSize = readU32(header + 80);
  while ((u64{1} << key->domainBits) < key->domainSize) key->domainBits++;
  if (key->domainSize < 2 || key->domainBits > MOST_DOMAIN_BITS || (u64{1} << key->domainBits) != key->domainSize) {
    file.fail("its domain has " + std::to_string(key->domainSize) + " elements");
  }
  if (key->publicSignals >= key->wires) file.fail("it has fewer wires than public signals");
  file.require(3, 64 * (static_cast<u64>(key->publicSignals) + 1));
  if (!readPoint(header + 84, key->alpha1) || !readPoint(header + 148, key->beta1) || !readPoint(header + 212, key->beta2) ||
      !readPoint(header + 340, key->gamma2) || !readPoint(header + 468, key->delta1) || !readPoint(header + 532, key->delta2)) {
    file.fail("a point of its header is not on its curve");
  }

  const std::size_t ranges = 4 * team.size();
  PointListReader<G1Lanes> a(file, 5, key->wires, 0, ranges), b1(file, 6, key->wires, 0, ranges);
  PointListReader<G2Lanes> b2(file, 7, key->wires, 0, ranges);
  const u32 firstPrivate = key->publicSignals + 1;
  PointListReader<G1Lanes> c(file, 8, key->wires - firstPrivate, firstPrivate, ranges);
  PointListReader<G1Lanes> h(file, 9, key->domainSize, 0, ranges);
  const auto forEachList = [&](auto act) { act(b2, key->b2), act(h, key->h), act(a, key->a), act(b1, key->b1), act(c, key->c); };
  team.run(ranges, [&](std::size_t range) { forEachList([&](auto& reader, auto&) { reader.count(range); }); });
  forEachList([&](auto& reader, auto& list) { reader.begin(list); });
  team.run(2 + ranges, [&](std::size_t task) {
    if (task == 0) {
      readMatrices(file, key->domainSize, key->wires, key->matrices, key->coefficients);
    } else if (task == 1) {
      if (key->domainSize < LEAST_LANE_DOMAIN) {
        key->smallDomain = std::make_unique<Domain<OneLane<ScalarModulus>>>(key->domainBits);
      } else {
        key->domain = std::make_unique<Domain<ScalarLanes>>(key->domainBits);
      }
    } else {
      forEachList([&](auto& reader, auto&) { reader.read(task - 2); });
    }
  });
  return key;
}

}  // namespace verimesh
