// Arrays of points between the files' form and the engine's.
#pragma once
#include <algorithm>
#include "../lanes/PointLanes.h"
#include "../parallel/Team.h"
#include "Sections.h"

namespace verimesh {

template <class P>
typename P::Vector spreadPoint(const typename P::Field& value) {
  typename P::Field values[P::WIDTH];
  for (auto& each : values) each = value;
  return P::fromLanes(values);
}

/**
 * Takes up to WIDTH points, which lie in the file's form where the engine's are to be, to the engine's form.
 *
 * @returns the number of the first that is neither on its curve nor infinity; `count` if there is none
 */
template <class P>
std::size_t convertFromFile(typename P::Stored* points, std::size_t count) {
  PointReference references[P::WIDTH];
  typename P::Stored* targets[P::WIDTH];
  typename P::Stored discarded[P::WIDTH];
  for (std::size_t i = 0; i < P::WIDTH; i++) {
    references[i] = P::refer(&points[std::min(i, count - 1)]);
    targets[i] = i < count ? &points[i] : &discarded[i];
  }
  Affine<typename P::Vector> loaded = P::load(references);
  auto* parts = reinterpret_cast<typename P::Lanes::Vector*>(&loaded);
  for (unsigned i = 0; i < sizeof(loaded) / sizeof(*parts); i++) parts[i] = P::Lanes::fromFileForm(parts[i]);
  const auto b = spreadPoint<P>(curveB(static_cast<const typename P::Field*>(nullptr)));
  const auto excess = loaded.y.squared() - (loaded.x.squared() * loaded.x + b);
  const u32 good = zeroMask(excess) | (zeroMask(loaded.x) & zeroMask(loaded.y));
  P::store(targets, loaded);
  std::size_t lane = 0;
  while (lane < count && (good >> lane & 1) != 0) lane++;
  return lane;
}

/** An array of points that may come from anyone. Throws Failure POINTS_INVALID: cut off, not reduced, or not on its curve. */
template <class P>
std::vector<typename P::Stored> readPoints(Bytes bytes, Team& team) {
  static constexpr std::size_t BYTES = sizeof(Affine<typename P::Field>);
  const auto fail = [](const std::string& what) {
    throw Failure("POINTS_INVALID", "These points cannot be computed with: " + what + ".", "The file is corrupt or was changed.");
  };
  if (bytes.size % BYTES != 0) fail("they are " + std::to_string(bytes.size) + " bytes");
  std::vector<typename P::Stored> points(bytes.size / BYTES);
  team.runRanges(points.size(), 512, [&](std::size_t start, std::size_t end) {
    for (std::size_t i = start; i < end; i += P::WIDTH) {
      const std::size_t count = std::min<std::size_t>(P::WIDTH, end - i);
      for (std::size_t j = i; j < i + count; j++) {
        std::memcpy(&points[j], bytes.data + j * BYTES, BYTES);
        for (const U256& coordinate : points[j].coordinate) {
          if (!less(coordinate, BaseModulus::value)) fail("point " + std::to_string(j) + " is not reduced");
        }
      }
      const std::size_t wrong = convertFromFile<P>(&points[i], count);
      if (wrong < count) fail("point " + std::to_string(i + wrong) + " is not on its curve");
    }
  });
  return points;
}

/** Writes points in the file's form. */
template <class P>
void writePoints(const typename P::Stored* points, std::size_t size, u8* out) {
  static constexpr std::size_t BYTES = sizeof(Affine<typename P::Field>);
  typename P::Stored converted[P::WIDTH];
  PointReference references[P::WIDTH];
  typename P::Stored* targets[P::WIDTH];
  for (std::size_t start = 0; start < size; start += P::WIDTH) {
    const std::size_t count = std::min<std::size_t>(P::WIDTH, size - start);
    for (std::size_t i = 0; i < P::WIDTH; i++) {
      references[i] = P::refer(&points[start + std::min(i, count - 1)]);
      targets[i] = &converted[i];
    }
    Affine<typename P::Vector> loaded = P::load(references);
    auto* parts = reinterpret_cast<typename P::Lanes::Vector*>(&loaded);
    for (unsigned i = 0; i < sizeof(loaded) / sizeof(*parts); i++) parts[i] = P::Lanes::toFileForm(parts[i]);
    P::store(targets, loaded);
    for (std::size_t i = 0; i < count; i++) std::memcpy(out + (start + i) * BYTES, &converted[i], BYTES);
  }
}

}  // namespace verimesh
