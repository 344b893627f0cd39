// The points of a ceremony's key before the first contribution, from a circuit and the Lagrange points of a phase-1 file.
#pragma once
#include "../engine/lanes.h"
#include "../files/ConstraintSystem.h"
#include "../files/PointArray.h"
#include "SparseSums.h"

namespace verimesh {

/** L_i(tau) and its multiples with alpha and beta, i below the domain's size: from sections 12 to 15 of a .ptau. */
struct Phase1Points {
  Bytes tau1, tau2, alphaTau1, betaTau1;
};

/** Section 4 of a .zkey: the entries of A and B with each coefficient as c · 2^512, and a row per public signal. */
inline std::vector<u8> coefficientSection(const ConstraintSystem& system) {
  std::vector<u8> bytes(4);
  u32 entries = 0;
  const auto add = [&](u32 matrix, u32 row, u32 wire, const U256& value) {
    const Fr raise{ScalarModulus::rSquared};
    const U256 raised = (Fr::fromInteger(value) * raise).raw;
    u8 entry[44];
    std::memcpy(entry, &matrix, 4);
    std::memcpy(entry + 4, &row, 4);
    std::memcpy(entry + 8, &wire, 4);
    writeU256(entry + 12, raised);
    bytes.insert(bytes.end(), entry, entry + 44);
    entries++;
  };
  system.forEachEntry(
      [&](u32 matrix, u32 row, u32 wire, const U256& value) {
        if (matrix < 2) add(matrix, row, wire, value);
      },
      [](u32) {});
  for (u32 wire = 0; wire <= system.publicSignals; wire++) add(0, system.constraints + wire, wire, {{1, 0, 0, 0}});
  std::memcpy(bytes.data(), &entries, 4);
  return bytes;
}

/** @returns sections 3, 8, 5, 6, 7 and 4 of a .zkey, one after the other; delta and gamma are one */
inline std::vector<u8> makeFirstKey(Bytes r1cs, const Phase1Points& phase1, Team& team) {
  const Sections file(r1cs, "r1cs", 1, "R1CS_INVALID");
  const ConstraintSystem system = readConstraintSystem(file);
  const std::size_t wires = system.wires, domain = phase1.tau1.size / 64, rows = std::size_t{system.constraints} + system.publicSignals + 1;
  if (phase1.alphaTau1.size != 64 * domain || phase1.betaTau1.size != 64 * domain || phase1.tau2.size != 128 * domain) {
    throw Failure("NATIVE_ARGUMENT_INVALID", "The lists of Lagrange points differ in length.", "");
  }
  if (rows > domain || domain > (std::size_t{1} << 28)) {
    throw Failure("NATIVE_ARGUMENT_INVALID", "There are not as many Lagrange points as rows.", "");
  }
  if (system.publicSignals >= wires) file.fail("it has fewer wires than public signals");

  // Outputs: A, then B, then the third polynomial, whose wires are numbered in the order of the file. Points: of tau, alpha, beta.
  enum : std::size_t { A, B, C };
  const std::size_t tau = 0, alpha = domain, beta = 2 * domain;
  SparseSums<G1Lanes> sums1(3 * wires, 3 * domain);
  SparseSums<G2Lanes> sums2(wires, domain);
  static constexpr u8 one[32] = {1};
  const auto forEachTerm = [&](auto of1, auto of2) {
    system.forEachEntryAt(
        [&](u32 matrix, u32 row, u32 wire, const u8* coefficient) {
          if (matrix == 0) {
            of1(A * wires + wire, tau + row, coefficient);
            of1(C * wires + wire, beta + row, coefficient);
          } else if (matrix == 1) {
            of1(B * wires + wire, tau + row, coefficient);
            of1(C * wires + wire, alpha + row, coefficient);
            of2(wire, row, coefficient);
          } else {
            of1(C * wires + wire, tau + row, coefficient);
          }
        },
        [&](u32 row) {
          if (row % 4096 == 0) team.control().throwIfCancelled();
        });
    for (u32 wire = 0; wire <= system.publicSignals; wire++) {
      of1(A * wires + wire, tau + system.constraints + wire, one);
      of1(C * wires + wire, beta + system.constraints + wire, one);
    }
  };
  forEachTerm([&](std::size_t output, std::size_t, const u8*) { sums1.announce(output); },
              [&](std::size_t output, std::size_t, const u8*) { sums2.announce(output); });
  sums1.lay();
  sums2.lay();
  forEachTerm([&](std::size_t output, std::size_t point, const u8* coefficient) { sums1.give(output, static_cast<u32>(point), coefficient); },
              [&](std::size_t output, std::size_t point, const u8* coefficient) { sums2.give(output, static_cast<u32>(point), coefficient); });

  team.control().expect(sums1.spell() + sums2.spell());
  const std::vector<u8> coefficients = coefficientSection(system);
  std::vector<u8> out(64 * wires + 128 * wires + 128 * wires + coefficients.size());
  u8* const atC = out.data();
  u8* const atA = atC + 64 * wires;
  u8* const atB = atA + 64 * wires;
  u8* const atB2 = atB + 64 * wires;
  std::memcpy(atB2 + 128 * wires, coefficients.data(), coefficients.size());
  {
    std::vector<G1Lanes::Stored> points = readPoints<G1Lanes>(phase1.tau1, team);
    for (const Bytes& more : {phase1.alphaTau1, phase1.betaTau1}) {
      const std::vector<G1Lanes::Stored> list = readPoints<G1Lanes>(more, team);
      points.insert(points.end(), list.begin(), list.end());
    }
    const std::vector<G1Lanes::Stored>& results = sums1.run(points, team);
    writePoints<G1Lanes>(&results[A * wires], wires, atA);
    writePoints<G1Lanes>(&results[B * wires], wires, atB);
    writePoints<G1Lanes>(&results[C * wires], wires, atC);
  }
  std::vector<G2Lanes::Stored> points = readPoints<G2Lanes>(phase1.tau2, team);
  writePoints<G2Lanes>(sums2.run(points, team).data(), wires, atB2);
  return out;
}

}  // namespace verimesh
