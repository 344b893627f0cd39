// Single operations of field, curve and transform on byte strings: what the tests compare with other implementations.
#pragma once
#include "../engine/lanes.h"
#include "../files/points.h"
#include "../groth16/FixedBase.h"
#include "../msm/MultiExponentiation.h"
#include "../transform/CosetTransform.h"

namespace verimesh {

/** Operands are lists of 32-byte integers below the modulus; the result is element by element, through the engine's lanes. */
template <class L>
std::vector<u8> computeField(const std::string& operation, const std::vector<Bytes>& operands) {
  using Scalar = typename L::Scalar;
  using Vector = typename L::Vector;
  const std::size_t count = operands.at(0).size / 32;
  const auto read = [&](std::size_t operand, std::size_t i) {
    return Scalar::fromInteger(readU256(operands.at(operand).data + 32 * std::min(i, count - 1)));
  };
  const bool binary = operands.size() > 1;
  if (binary && operands[1].size != operands[0].size) throw Failure("NATIVE_ARGUMENT_INVALID", "Operands differ in length.", "");
  std::vector<u8> result(32 * count);
  for (std::size_t start = 0; start < count; start += L::WIDTH) {
    Scalar left[L::WIDTH], right[L::WIDTH];
    for (unsigned lane = 0; lane < L::WIDTH; lane++) {
      left[lane] = read(0, start + lane);
      right[lane] = binary ? read(1, start + lane) : Scalar::zero();
    }
    const Vector a = L::fromLanes(left), b = L::fromLanes(right);
    Vector c = a;
    if (operation == "add") c = a + b;
    else if (operation == "sub") c = a - b;
    else if (operation == "mul") c = a * b;
    else if (operation == "square") c = a.squared();
    else if (operation == "double") c = a.doubled();
    else if (operation == "negate") c = -a;
    else if (operation == "isZero") c = choose(zeroMask(a - b), Vector::one(), Vector::zero());
    // Operands that are not fully reduced: a sum of a difference.
    else if (operation == "mixed") c = (a + b) * (a - b) - (a.squared() - b.squared()) + (a - b) + (-b).doubled();
    else if (operation != "inverse") throw Failure("NATIVE_ARGUMENT_INVALID", "No such operation.", operation);
    for (unsigned lane = 0; lane < L::WIDTH && start + lane < count; lane++) {
      const Scalar value = L::lane(c, lane);
      writeU256(&result[32 * (start + lane)], (operation == "inverse" ? value.inverse() : value).toInteger());
    }
  }
  return result;
}

/** Points are in ordinary affine form. add: pairwise; times: by scalars; sum: Σ scalar · point; multiples: of the generator. */
template <class P>
std::vector<u8> computeCurve(const std::string& operation, const std::vector<Bytes>& operands) {
  using Field = typename P::Field;
  using Stored = typename P::Stored;
  static constexpr std::size_t BYTES = sizeof(Affine<Field>);
  const auto readAll = [](Bytes bytes) {
    std::vector<Stored> points(bytes.size / BYTES);
    for (std::size_t i = 0; i < points.size(); i++) {
      Affine<Field> point;
      Fq* parts = reinterpret_cast<Fq*>(&point);
      for (std::size_t j = 0; j < BYTES / 32; j++) parts[j] = Fq::fromInteger(readU256(bytes.data + i * BYTES + 32 * j));
      if (!isOnCurve(point)) throw Failure("NATIVE_ARGUMENT_INVALID", "A point is not on the curve.", "");
      points[i] = P::toStored(point);
    }
    return points;
  };
  const auto writeAll = [](const std::vector<Affine<Field>>& points) {
    std::vector<u8> bytes(points.size() * BYTES);
    for (std::size_t i = 0; i < points.size(); i++) writePlainPoint(&bytes[i * BYTES], points[i]);
    return bytes;
  };
  const auto scalarsOf = [](Bytes bytes) {
    std::vector<U256> scalars(bytes.size / 32);
    for (std::size_t i = 0; i < scalars.size(); i++) scalars[i] = readU256(bytes.data + 32 * i);
    return scalars;
  };
  std::vector<Affine<Field>> result;
  if (operation == "multiples") {
    const std::vector<U256> scalars = scalarsOf(operands.at(0));
    result.resize(scalars.size());
    FixedBase<P>(7).multiply(scalars.data(), scalars.size(), [&](std::size_t i, const auto& point) { result[i] = point; });
    return writeAll(result);
  }
  const std::vector<Stored> points = readAll(operands.at(0));
  if (operation == "add" || operation == "addComplete") {
    const std::vector<Stored> others = readAll(operands.at(1));
    if (others.size() != points.size()) throw Failure("NATIVE_ARGUMENT_INVALID", "Operands differ in length.", "");
    std::vector<Stored> sums(points.size());
    BatchAdder<P> adder(64);
    for (std::size_t i = 0; i < points.size(); i++) {
      if (operation == "add") {
        adder.add(P::refer(&points[i]), P::refer(&others[i]), &sums[i]);
      } else {
        const auto left = Projective<Field>::from(P::fromStored(points[i]));
        sums[i] = P::toStored((left + Projective<Field>::from(P::fromStored(others[i]))).toAffine());
      }
    }
    adder.flush();
    for (const Stored& sum : sums) result.push_back(P::fromStored(sum));
    return writeAll(result);
  }
  const std::vector<U256> scalars = scalarsOf(operands.at(1));
  if (scalars.size() != points.size()) throw Failure("NATIVE_ARGUMENT_INVALID", "Operands differ in length.", "");
  if (operation == "times") {
    for (std::size_t i = 0; i < points.size(); i++) {
      result.push_back(Projective<Field>::from(P::fromStored(points[i])).times(scalars[i]).toAffine());
    }
  } else if (operation == "sum") {
    ScratchPool<MsmScratch<P>> scratch;
    MultiExponentiation<P> sum(points.data(), nullptr, points.size(), scalars.data(), 3, scratch);
    for (std::size_t range = 0; range < 3; range++) sum.classify(range);
    const std::size_t tasks = sum.plan(2);
    for (std::size_t range = 0; range < 3; range++) sum.cut(range);
    for (std::size_t task = 0; task < tasks; task++) sum.run(task);
    result.push_back(sum.result().toAffine());
  } else {
    throw Failure("NATIVE_ARGUMENT_INVALID", "No such operation.", operation);
  }
  return writeAll(result);
}

/** Values on a domain of 2^k to values on its coset. */
template <class L>
std::vector<u8> computeCoset(Bytes values) {
  unsigned bits = 0;
  while ((std::size_t{32} << bits) < values.size) bits++;
  if (bits < 3 || bits > MOST_DOMAIN_BITS || std::size_t{32} << bits != values.size) {
    throw Failure("NATIVE_ARGUMENT_INVALID", "The length is no power of two, or too small.", "");
  }
  const Domain<L> domain(bits);
  std::vector<typename L::Vector> data(domain.size / L::WIDTH);
  for (std::size_t i = 0; i < data.size(); i++) {
    Fr lanes[L::WIDTH];
    for (unsigned lane = 0; lane < L::WIDTH; lane++) lanes[lane] = Fr::fromInteger(readU256(values.data + 32 * (i * L::WIDTH + lane)));
    data[i] = L::fromLanes(lanes);
  }
  const CosetTransform<L> transform(domain);
  transform.openColumns(data.data(), 0, transform.columns());
  for (std::size_t row = 0; row < transform.rows(); row++) transform.transformRow(data.data(), row);
  transform.closeColumns(data.data(), 0, transform.columns());
  std::vector<u8> result(values.size);
  for (std::size_t i = 0; i < domain.size; i++) {
    writeU256(&result[32 * i], L::lane(data[i / L::WIDTH], static_cast<unsigned>(i % L::WIDTH)).toInteger());
  }
  return result;
}

inline std::vector<u8> compute(const std::string& operation, const std::vector<Bytes>& operands) {
  if (operands.empty()) throw Failure("NATIVE_ARGUMENT_INVALID", "No operand.", operation);
  const std::size_t dot = operation.find('.');
  const std::string group = operation.substr(0, dot), name = dot == std::string::npos ? "" : operation.substr(dot + 1);
  if (group == "fr") return computeField<ScalarLanes>(name, operands);
  if (group == "fq") return computeField<BaseLanes>(name, operands);
  if (group == "g1") return computeCurve<G1Lanes>(name, operands);
  if (group == "g2") return computeCurve<G2Lanes>(name, operands);
  if (operation == "coset") return computeCoset<ScalarLanes>(operands[0]);
  throw Failure("NATIVE_ARGUMENT_INVALID", "No such operation.", operation);
}

}  // namespace verimesh
