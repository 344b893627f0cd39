// Sums of many lists of points, each by a tree of batched affine additions.
#pragma once
#include "../curve/BatchAdder.h"

namespace verimesh {

/**
 * Adds up lists ("segments") of points. Segments collect until a block is full; then all of them are halved together, pair by pair,
 * until each is one point: a tree, so that the additions of a round are independent however few segments there are.
 */
template <class P>
class SegmentSums {
 public:
  using Stored = typename P::Stored;

  /** Points of a block: with their sums they stay in the second-level cache. */
  static constexpr std::size_t BLOCK = P::WIDTH == 1 ? 2048 : 8192;

  SegmentSums() : adder_(BLOCK / 2), sums_(BLOCK) { queue_.reserve(BLOCK); }

  /** Queues a segment; `flush`, or a later `add`, writes its sum. */
  void add(const PointReference* references, std::size_t count, Stored* out) {
    if (count > BLOCK) return addLong(references, count, out);
    if (queue_.size() + count > BLOCK) flush();
    if (count == 0) {
      *out = Stored{};
      return;
    }
    segments_.push_back({static_cast<u32>(queue_.size()), static_cast<u32>(count), out});
    queue_.insert(queue_.end(), references, references + count);
  }

  void flush() {
    std::size_t used = 0;
    while (!segments_.empty()) {
      std::size_t open = 0;
      for (Segment segment : segments_) {
        if (segment.count == 1) {
          copy(queue_[segment.start], segment.out);
          continue;
        }
        const u32 pairs = segment.count / 2;
        PointReference* list = &queue_[segment.start];
        for (u32 i = 0; i < pairs; i++) {
          adder_.add(list[2 * i], list[2 * i + 1], &sums_[used]);
          list[i] = P::refer(&sums_[used++]);
        }
        if (segment.count % 2 != 0) list[pairs] = list[segment.count - 1];
        segment.count = pairs + segment.count % 2;
        segments_[open++] = segment;
      }
      segments_.resize(open);
      adder_.flush();
    }
    queue_.clear();
  }

 private:
  struct Segment {
    u32 start, count;
    Stored* out;
  };

  BatchAdder<P> adder_;
  /** Every addition takes away one point, so a block has fewer sums than points. */
  std::vector<Stored> sums_;
  std::vector<PointReference> queue_;
  std::vector<Segment> segments_;

  static void copy(PointReference reference, Stored* out) {
    *out = *P::addressOf(reference);
    if ((reference & 1) != 0) *out = P::toStored(-P::fromStored(*out));
  }

  void addLong(const PointReference* references, std::size_t count, Stored* out) {
    const std::size_t pieces = (count + BLOCK - 1) / BLOCK;
    std::vector<Stored> partial(pieces);
    std::vector<PointReference> rest(pieces);
    for (std::size_t i = 0; i < pieces; i++) {
      const std::size_t start = count * i / pieces, end = count * (i + 1) / pieces;
      add(references + start, end - start, &partial[i]);
      rest[i] = P::refer(&partial[i]);
    }
    flush();
    add(rest.data(), pieces, out);
    flush();
  }
};

}  // namespace verimesh
