// What a ceremony's steps ask of the engine.
#pragma once
#include "../files/PointArray.h"
#include "../files/points.h"
#include "../msm/MultiExponentiation.h"
#include "SecretFactor.h"

namespace verimesh {

/** Points of G1, each times a secret factor below r. */
inline std::vector<u8> scalePoints(Bytes bytes, const U256& factor, Team& team) {
  std::vector<G1Lanes::Stored> points = readPoints<G1Lanes>(bytes, team);
  std::vector<u8> out(bytes.size);
  const SecretFactor secret(factor);
  team.control().expect(points.size());
  static constexpr std::size_t PIECE = 1024;
  team.run((points.size() + PIECE - 1) / PIECE, [&](std::size_t piece) {
    const std::size_t start = piece * PIECE, count = std::min(PIECE, points.size() - start);
    secret.multiply(&points[start], count);
    writePoints<G1Lanes>(&points[start], count, &out[64 * start]);
    team.control().advance(count);
  });
  return out;
}

/** Σ scalar · point in G1, affine. */
inline std::vector<u8> sumPoints(Bytes bytes, const std::vector<U256>& scalars, Team& team) {
  const std::vector<G1Lanes::Stored> points = readPoints<G1Lanes>(bytes, team);
  if (points.size() != scalars.size()) throw Failure("NATIVE_ARGUMENT_INVALID", "Points and scalars differ in number.", "");
  const unsigned ranges = team.size() == 1 ? 1 : 4 * team.size();
  ScratchPool<MsmScratch<G1Lanes>> scratch;
  MultiExponentiation<G1Lanes> sum(points.data(), nullptr, points.size(), scalars.data(), ranges, scratch);
  team.run(ranges, [&](std::size_t range) { sum.classify(range); });
  const std::size_t tasks = sum.plan(team.size());
  team.control().expect(tasks);
  team.run(ranges, [&](std::size_t range) { sum.cut(range); });
  team.run(tasks, [&](std::size_t task) {
    sum.run(task);
    team.control().advance(1);
  });
  std::vector<u8> out(64);
  writePoint(out.data(), sum.result().toAffine());
  return out;
}

/** points[i + distance] − points[i] in G1, as many as there are. */
inline std::vector<u8> differences(Bytes bytes, std::size_t distance, Team& team) {
  std::vector<G1Lanes::Stored> points = readPoints<G1Lanes>(bytes, team);
  if (distance > points.size()) throw Failure("NATIVE_ARGUMENT_INVALID", "There are fewer points than the distance.", "");
  const std::size_t count = points.size() - distance;
  std::vector<G1Lanes::Stored> results(count);
  std::vector<u8> out(64 * count);
  team.runRanges(count, 1024, [&](std::size_t start, std::size_t end) {
    BatchAdder<G1Lanes> adder(4096);
    for (std::size_t i = start; i < end; i++) {
      adder.add(G1Lanes::refer(&points[i + distance]), G1Lanes::refer(&points[i], true), &results[i]);
    }
    adder.flush();
    writePoints<G1Lanes>(results.data() + start, end - start, out.data() + 64 * start);
  });
  return out;
}

}  // namespace verimesh
