// The quotient polynomial of a proof, by its values on the odd half of the doubled domain, as snarkjs' keys want it.
#pragma once
#include "ProvingKey.h"

namespace verimesh {

/**
 * H = (A · B − C) on the coset, as integers; C is A · B on the domain itself, so that the matrix C is not needed. `beside` are tasks
 * of the same team that have no part in it and fill the gaps of the first pass.
 */
template <class L>
std::vector<U256> quotientOnCoset(const ProvingKey& key, const Domain<L>& domain, const U256* witness, Team& team,
                                  std::size_t beside, const std::function<void(std::size_t)>& runBeside) {
  using Vector = typename L::Vector;
  const std::size_t groups = domain.size / L::WIDTH;
  std::vector<Vector> values[3];
  for (auto& each : values) each.resize(groups);
  team.runRanges(groups, 64, [&](std::size_t start, std::size_t end) {
    for (std::size_t group = start; group < end; group++) {
      for (int matrix = 0; matrix < 2; matrix++) {
        Fr rows[L::WIDTH];
        for (unsigned lane = 0; lane < L::WIDTH; lane++) {
          rows[lane] = key.matrices[matrix].rowTimes(group * L::WIDTH + lane, witness, key.coefficients);
        }
        values[matrix][group] = L::fromLanes(rows);
      }
      values[2][group] = values[0][group] * values[1][group];
    }
  });

  const CosetTransform<L> transform(domain);
  const std::size_t parts = std::min<std::size_t>(transform.columns(), 4 * team.size());
  const auto partStart = [&](std::size_t part) { return transform.columns() * part / parts; };
  team.run(beside + 3 * parts, [&](std::size_t task) {
    if (task < beside) return runBeside(task);
    const std::size_t part = (task - beside) / 3;
    transform.openColumns(values[(task - beside) % 3].data(), partStart(part), partStart(part + 1));
  });
  team.run(3 * transform.rows(), [&](std::size_t task) { transform.transformRow(values[task % 3].data(), task / 3); });
  std::vector<U256> quotient(domain.size);
  team.run(parts, [&](std::size_t part) {
    for (auto& each : values) transform.closeColumns(each.data(), partStart(part), partStart(part + 1));
    for (std::size_t row = 0; row < transform.rows(); row++) {
      for (std::size_t column = partStart(part); column < partStart(part + 1); column++) {
        const std::size_t at = row * transform.columns() + column;
        const Vector difference = L::toIntegers(values[0][at] * values[1][at] - values[2][at]);
        U256* targets[L::WIDTH];
        for (unsigned lane = 0; lane < L::WIDTH; lane++) targets[lane] = &quotient[at * L::WIDTH + lane];
        L::template scatter<1>(targets, &difference);
      }
    }
  });
  return quotient;
}

}  // namespace verimesh
