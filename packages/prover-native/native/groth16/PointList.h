// A section of points of a proving key, as the engine keeps it.
#pragma once
#include "../files/PointArray.h"
#include "../files/points.h"

namespace verimesh {

/** The section's finite points and, for each, whose scalar it takes. Wires that a polynomial leaves out have infinity there. */
template <class P>
struct PointList {
  using Stored = typename P::Stored;
  std::vector<Stored> points;
  std::vector<u32> scalarOf;

  std::size_t bytes() const { return points.size() * sizeof(Stored) + scalarOf.size() * sizeof(u32); }
};

/**
 * Reads a list in ranges that can be read at the same time: first `count` every range, then `begin`, then `read` every range. Every
 * coordinate is checked to be below q, every point to be on its curve.
 */
template <class P>
class PointListReader {
 public:
  using Stored = typename P::Stored;
  static constexpr std::size_t BYTES = sizeof(Affine<typename P::Field>);

  PointListReader(const Sections& file, u32 id, u64 count, u32 firstScalar, std::size_t ranges)
      : file_(file), id_(id), section_(file.require(id, count * BYTES)), firstScalar_(firstScalar), starts_(ranges + 1) {}

  std::size_t ranges() const { return starts_.size() - 1; }

  void count(std::size_t range) {
    std::size_t finite = 0;
    for (std::size_t i = first(range); i < first(range + 1); i++) finite += !isZero(section_.data + i * BYTES, BYTES);
    starts_[range + 1] = finite;
  }

  void begin(PointList<P>& list) {
    for (std::size_t range = 0; range < ranges(); range++) starts_[range + 1] += starts_[range];
    list.points.resize(starts_.back());
    list.scalarOf.resize(starts_.back());
    list_ = &list;
  }

  void read(std::size_t range) {
    std::size_t at = starts_[range];
    for (std::size_t i = first(range); i < first(range + 1); i++) {
      const u8* bytes = section_.data + i * BYTES;
      if (isZero(bytes, BYTES)) continue;
      // The caller's memory is not ours: it may have changed since it was counted.
      if (at == starts_[range + 1]) break;
      Stored& point = list_->points[at];
      std::memcpy(&point, bytes, BYTES);
      for (const U256& coordinate : point.coordinate) {
        if (!less(coordinate, BaseModulus::value)) file_.fail(name(i) + " is not reduced");
      }
      list_->scalarOf[at++] = firstScalar_ + static_cast<u32>(i);
    }
    if (at != starts_[range + 1]) file_.fail("it changed while it was read");
    for (std::size_t start = starts_[range]; start < at; start += P::WIDTH) {
      convert(start, std::min<std::size_t>(P::WIDTH, at - start));
    }
  }

 private:
  const Sections& file_;
  u32 id_;
  Bytes section_;
  u32 firstScalar_;
  std::vector<std::size_t> starts_;
  PointList<P>* list_ = nullptr;

  std::size_t first(std::size_t range) const { return section_.size / BYTES * range / ranges(); }
  std::string name(std::size_t index) const {
    return "point " + std::to_string(index) + " of section " + std::to_string(id_);
  }

  void convert(std::size_t start, std::size_t count) {
    const std::size_t wrong = convertFromFile<P>(&list_->points[start], count);
    if (wrong < count) file_.fail(name(list_->scalarOf[start + wrong] - firstScalar_) + " is not on its curve");
  }
};

}  // namespace verimesh
