// A development key: the secrets are known while it is made, so that every point is one multiple of a generator.
#pragma once
#include "../engine/lanes.h"
#include "../files/ConstraintSystem.h"
#include "../files/points.h"
#include "../parallel/Team.h"
#include "../transform/Domain.h"
#include "Secrets.h"
#include "FixedBase.h"

namespace verimesh {

/** Overwritten when it goes. */
template <class T>
struct SecretVector : std::vector<T> {
  using std::vector<T>::vector;
  SecretVector(SecretVector&&) = default;
  ~SecretVector() { wipe(this->data(), this->size() * sizeof(T)); }
};

struct ToxicWaste {
  Fr tau, alpha, beta, gamma, delta;

  ToxicWaste(const ToxicWaste&) = delete;
  ~ToxicWaste() { wipe(this, sizeof *this); }

  /** From five integers below r. */
  explicit ToxicWaste(const U256* known)
      : tau(Fr::fromInteger(known[0])),
        alpha(Fr::fromInteger(known[1])),
        beta(Fr::fromInteger(known[2])),
        gamma(Fr::fromInteger(known[3])),
        delta(Fr::fromInteger(known[4])) {}

  /** None is zero, tau no root of unity of the doubled domain's order, gamma not ±delta: else the key would be no key. */
  bool isUsable(unsigned domainBits) const {
    Fr power = tau;
    for (unsigned i = 0; i <= domainBits; i++) power = power.squared();
    return !tau.isZero() && !alpha.isZero() && !beta.isZero() && !gamma.isZero() && !delta.isZero() && power != Fr::one() &&
           gamma != delta && !(gamma + delta).isZero();
  }
};

/** L_i(tau) over the domain, and L_(2i+1)(tau) over the doubled one. */
struct LagrangeAtTau {
  SecretVector<Fr> domain, oddDoubled;

  /** L_i(tau) = (tau^N − 1) · w^i / (N · (tau − w^i)); the roots of the domain are the even ones of the doubled domain. */
  LagrangeAtTau(unsigned bits, const Fr& tau) {
    const std::size_t size = std::size_t{2} << bits;
    const Fr root = rootOfUnity(bits + 1);
    SecretVector<Fr> denominators(size), prefixes(size);
    Fr power = Fr::one();
    for (std::size_t i = 0; i < size; i++, power = power * root) denominators[i] = tau - power;
    invertAll(denominators.data(), size, prefixes.data());
    Fr tauPower = tau;
    for (unsigned i = 0; i < bits; i++) tauPower = tauPower.squared();
    const Fr evenScale = (tauPower - Fr::one()) * Fr::fromSmall(size / 2).inverse();
    const Fr oddScale = (tauPower.squared() - Fr::one()) * Fr::fromSmall(size).inverse();
    domain.resize(size / 2);
    oddDoubled.resize(size / 2);
    power = Fr::one();
    for (std::size_t i = 0; i < size; i++, power = power * root) {
      (i % 2 == 0 ? domain : oddDoubled)[i / 2] = power * denominators[i] * (i % 2 == 0 ? evenScale : oddScale);
    }
  }
};

/** The file being written. */
struct KeyWriter {
  std::vector<u8> bytes;

  void u32At(std::size_t at, u32 value) { std::memcpy(&bytes[at], &value, 4); }
  std::size_t extend(std::size_t count) {
    const std::size_t at = bytes.size();
    bytes.resize(at + count);
    return at;
  }
  /** Begins a section. @returns where its content goes */
  std::size_t section(u32 id, u64 length) {
    const std::size_t at = extend(12 + static_cast<std::size_t>(length));
    u32At(at, id);
    std::memcpy(&bytes[at + 4], &length, 8);
    return at + 12;
  }
};

template <class P>
void writeMultiples(const FixedBase<P>& base, const SecretVector<Fr>& scalars, u8* out, Team& team) {
  static constexpr std::size_t BYTES = sizeof(Affine<typename P::Field>), PIECE = 1024;
  team.run((scalars.size() + PIECE - 1) / PIECE, [&](std::size_t piece) {
    const std::size_t start = piece * PIECE, count = std::min(PIECE, scalars.size() - start);
    SecretVector<U256> integers(count);
    for (std::size_t i = 0; i < count; i++) integers[i] = scalars[start + i].toInteger();
    base.multiply(integers.data(), count, [&](std::size_t i, const auto& point) { writePoint(out + (start + i) * BYTES, point); });
    team.control().advance(count * (BYTES == 64 ? 1 : 3));
  });
}

/** @param known the five secrets, for tests; null: drawn here and wiped.  @returns a .zkey without contributions */
inline std::vector<u8> makeDevelopmentKey(Bytes r1cs, const U256* known, Team& team) {
  const Sections file(r1cs, "r1cs", 1, "R1CS_INVALID");
  const ConstraintSystem system = readConstraintSystem(file);
  unsigned bits = 1;
  while ((u64{1} << bits) <= static_cast<u64>(system.constraints) + system.publicSignals) bits++;
  if (bits > MOST_DOMAIN_BITS) file.fail("it has more constraints than a key can have");

  U256 drawn[5];
  std::unique_ptr<ToxicWaste> waste;
  do {
    for (int i = 0; i < 5; i++) drawn[i] = known != nullptr ? known[i] : Secret::draw();
    waste = std::make_unique<ToxicWaste>(drawn);
    wipe(drawn, sizeof drawn);
    if (known != nullptr && !waste->isUsable(bits)) file.fail("these secrets make no key");
  } while (!waste->isUsable(bits));

  const LagrangeAtTau lagrange(bits, waste->tau);
  SecretVector<Fr> polynomials[3];
  for (auto& each : polynomials) each.assign(system.wires, Fr::zero());
  KeyWriter out;
  out.bytes.reserve(system.rows.size + 400 * static_cast<std::size_t>(system.wires));
  std::memcpy(&out.bytes[out.extend(12)], "zkey\1\0\0\0\12\0\0\0", 12);
  out.u32At(out.section(1, 4), 1);
  const std::size_t header = out.section(2, 660);
  const std::size_t ic = out.section(3, 64 * (static_cast<u64>(system.publicSignals) + 1));

  // Section 4 holds the entries of A and B with each coefficient as c · 2^512: its length is known at the end.
  const std::size_t entriesStart = out.section(4, 4);
  u32 entries = 0;
  const Fr raise{ScalarModulus::rSquared};
  const auto addEntry = [&](u32 matrix, u32 row, u32 wire, const Fr& coefficient) {
    const std::size_t at = out.extend(44);
    out.u32At(at, matrix);
    out.u32At(at + 4, row);
    out.u32At(at + 8, wire);
    writeU256(&out.bytes[at + 12], (coefficient * raise).raw);
    entries++;
  };
  system.forEachEntry(
      [&](u32 matrix, u32 row, u32 wire, const U256& value) {
        const Fr coefficient = Fr::fromInteger(value);
        polynomials[matrix][wire] = polynomials[matrix][wire] + coefficient * lagrange.domain[row];
        if (matrix < 2) addEntry(matrix, row, wire, coefficient);
      },
      [&](u32 row) {
        if (row % 4096 == 0) team.control().throwIfCancelled();
      });
  // One row per public signal and for the constant, so that their polynomials are independent (as snarkjs does).
  for (u32 wire = 0; wire <= system.publicSignals; wire++) {
    const u32 row = system.constraints + wire;
    polynomials[0][wire] = polynomials[0][wire] + lagrange.domain[row];
    addEntry(0, row, wire, Fr::one());
  }
  out.u32At(entriesStart, entries);
  const u64 entriesLength = 4 + 44 * static_cast<u64>(entries);
  std::memcpy(&out.bytes[entriesStart - 8], &entriesLength, 8);

  const std::size_t domainSize = std::size_t{1} << bits;
  const u32 firstPrivate = system.publicSignals + 1;
  SecretVector<Fr> icScalars(firstPrivate), cScalars(system.wires - firstPrivate), hScalars(domainSize);
  const Fr gammaInverse = waste->gamma.inverse(), deltaInverse = waste->delta.inverse();
  for (u32 wire = 0; wire < system.wires; wire++) {
    const Fr sum = waste->beta * polynomials[0][wire] + waste->alpha * polynomials[1][wire] + polynomials[2][wire];
    if (wire < firstPrivate) icScalars[wire] = sum * gammaInverse;
    else cScalars[wire - firstPrivate] = sum * deltaInverse;
  }
  for (std::size_t i = 0; i < domainSize; i++) hScalars[i] = lagrange.oddDoubled[i] * deltaInverse;

  const u64 wires = system.wires;
  const std::size_t at5 = out.section(5, 64 * wires), at6 = out.section(6, 64 * wires), at7 = out.section(7, 128 * wires);
  const std::size_t at8 = out.section(8, 64 * (wires - firstPrivate)), at9 = out.section(9, 64 * domainSize);
  // No contributions: 64 bytes of circuit hash that only a ceremony's transcript needs, and their number.
  out.section(10, 68);

  team.control().expect(3 * wires + 3 * wires + domainSize);
  const unsigned width = domainSize < 4096 ? 7 : 12;
  const FixedBase<G1Lanes> base1(width);
  const FixedBase<G2Lanes> base2(width);
  u8* bytes = out.bytes.data();
  const Fr figures[3] = {waste->alpha, waste->beta, waste->delta}, figures2[3] = {waste->beta, waste->gamma, waste->delta};
  SecretVector<Fr> header1(figures, figures + 3), header2(figures2, figures2 + 3);
  u8 points1[3 * 64], points2[3 * 128];
  writeMultiples(base1, header1, points1, team);
  writeMultiples(base2, header2, points2, team);
  writeMultiples(base1, icScalars, bytes + ic, team);
  writeMultiples(base1, polynomials[0], bytes + at5, team);
  writeMultiples(base1, polynomials[1], bytes + at6, team);
  writeMultiples(base2, polynomials[1], bytes + at7, team);
  writeMultiples(base1, cScalars, bytes + at8, team);
  writeMultiples(base1, hScalars, bytes + at9, team);

  u8* head = bytes + header;
  const u32 fieldBytes = 32, sizes[3] = {system.wires, system.publicSignals, static_cast<u32>(domainSize)};
  std::memcpy(head, &fieldBytes, 4);
  writeU256(head + 4, BaseModulus::value);
  std::memcpy(head + 36, &fieldBytes, 4);
  writeU256(head + 40, ScalarModulus::value);
  std::memcpy(head + 72, sizes, 12);
  // alpha1, beta1, beta2, gamma2, delta1, delta2
  std::memcpy(head + 84, points1, 128);
  std::memcpy(head + 212, points2, 256);
  std::memcpy(head + 468, points1 + 128, 64);
  std::memcpy(head + 532, points2 + 256, 128);
  wipe(const_cast<Fr*>(figures), sizeof figures);
  wipe(const_cast<Fr*>(figures2), sizeof figures2);
  return std::move(out.bytes);
}

}  // namespace verimesh
