// The prover: Groth, "On the Size of Pairing-Based Non-interactive Arguments", 2016.
#pragma once
#include "../files/Witness.h"
#include "../msm/MultiExponentiation.h"
#include "quotient.h"

namespace verimesh {

struct Proof {
  G1 a;
  G2 b;
  G1 c;
};

/** @param r, s blinding factors; with the same ones the proof is the same as snarkjs' */
inline Proof prove(const ProvingKey& key, const Witness& witness, const Secret& r, const Secret& s, Team& team) {
  if (witness.values.size() != key.wires) {
    throw Failure("PROVING_FAILED", "Key and witness are of different circuits.",
                  "The key has " + std::to_string(key.wires) + " wires, the witness " +
                      std::to_string(witness.values.size()) + ".");
  }
  const U256* values = witness.values.data();
  const unsigned ranges = team.size() == 1 ? 1 : 4 * team.size();
  ScratchPool<MsmScratch<G1Lanes>> scratch1;
  ScratchPool<MsmScratch<G2Lanes>> scratch2;
  const auto over = [&](const auto& list, auto& scratch) {
    using P = std::conditional_t<std::is_same_v<std::decay_t<decltype(list)>, PointList<G2Lanes>>, G2Lanes, G1Lanes>;
    return MultiExponentiation<P>(list.points.data(), list.scalarOf.data(), list.points.size(), values, ranges, scratch);
  };
  auto b2 = over(key.b2, scratch2);
  auto a = over(key.a, scratch1), b1 = over(key.b1, scratch1), c = over(key.c, scratch1);
  team.run(ranges, [&](std::size_t range) { b2.classify(range), a.classify(range), b1.classify(range), c.classify(range); });
  team.control().expect(100);

  const std::size_t ends[] = {b2.plan(team.size()), a.plan(team.size()), b1.plan(team.size()), c.plan(team.size())};
  team.run(ranges, [&](std::size_t range) { b2.cut(range), a.cut(range), b1.cut(range), c.cut(range); });
  const std::size_t tasks = ends[0] + ends[1] + ends[2] + ends[3];
  const auto runTask = [&](std::size_t task) {
    if (task < ends[0]) return b2.run(task);
    task -= ends[0];
    if (task < ends[1]) return a.run(task);
    task -= ends[1];
    if (task < ends[2]) return b1.run(task);
    c.run(task - ends[2]);
  };
  const std::vector<U256> quotient =
      key.domain ? quotientOnCoset(key, *key.domain, values, team, tasks, runTask)
                 : quotientOnCoset(key, *key.smallDomain, values, team, tasks, runTask);
  team.control().advance(40);

  MultiExponentiation<G1Lanes> h(key.h.points.data(), key.h.scalarOf.data(), key.h.points.size(), quotient.data(), ranges, scratch1);
  team.run(ranges, [&](std::size_t range) { h.classify(range); });
  const std::size_t tasksOfH = h.plan(team.size());
  team.run(ranges, [&](std::size_t range) { h.cut(range); });
  team.run(tasksOfH, [&](std::size_t task) { h.run(task); });
  team.control().advance(60);

  using P1 = Projective<Fq>;
  using P2 = Projective<Fq2>;
  const P1 delta1 = P1::from(key.delta1);
  const P1 proofA = a.result() + key.alpha1 + delta1.times(r.value);
  const P1 proofB1 = b1.result() + key.beta1 + delta1.times(s.value);
  const P2 proofB = b2.result() + key.beta2 + P2::from(key.delta2).times(s.value);
  // s · A + r · B − r · s · delta, where B's own part in delta is s · delta.
  const Secret both((Fr::fromInteger(r.value) * Fr::fromInteger(s.value)).toInteger());
  const P1 proofC = c.result() + h.result() + proofA.times(s.value) + proofB1.times(r.value) + -delta1.times(both.value);
  return {proofA.toAffine(), proofB.toAffine(), proofC.toAffine()};
}

/** a, b and c, coordinates in ordinary form, then the public signals: 32 little-endian bytes each. */
inline std::vector<u8> serialize(const Proof& proof, const ProvingKey& key, const Witness& witness) {
  std::vector<u8> bytes(256 + 32 * static_cast<std::size_t>(key.publicSignals));
  writePlainPoint(bytes.data(), proof.a);
  writePlainPoint(bytes.data() + 64, proof.b);
  writePlainPoint(bytes.data() + 192, proof.c);
  for (u32 i = 0; i < key.publicSignals; i++) writeU256(bytes.data() + 256 + 32 * i, witness.values[i + 1]);
  return bytes;
}

}  // namespace verimesh
