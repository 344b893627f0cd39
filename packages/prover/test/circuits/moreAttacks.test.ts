import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { expect } from "chai";
import { lookupPolynomial } from "../../../compiler/src/skeleton/lookupPolynomial.ts";
import { modR } from "../../src/binary/fieldElements.ts";
import { CircuitUnderTest } from "../helpers/CircuitUnderTest.ts";

/** The error code of a witness that is asked for. */
const codeOf = (witness: Promise<unknown>) =>
  witness.then(
    () => null,
    (error: { code?: string }) => error.code,
  );

describe("attacks on Max", () => {
  // A tournament of 3, and 5 values of 3 bits, none of which may be above the result.
  let circuit: CircuitUnderTest;
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["pooling/Max.circom"],
      `signal input a[3]; signal input b[5]; signal output few; signal output many;
       component tournament = Max(3, 255); tournament.x <== a; few <== tournament.y;
       component bound = Max(5, 7); bound.x <== b; many <== bound.y;`,
    );
  });
  const inputs = { a: [-5n, 90n, 12n], b: [-3n, 1n, 4n, 4n, 0n] };

  it("takes no value that is not among the inputs, however large", async () => {
    const witness = await circuit.witness(inputs);
    for (const [name, claims] of [
      ["few", [91n, 89n, 255n, modR(-1n), R >> 1n]],
      ["many", [5n, 3n, 7n, modR(-2n), R >> 1n]],
    ] as const) {
      for (const claim of claims) {
        for (const direction of ["forward", "backward"] as const) {
          expect(circuit.forge(witness, circuit.wire(name), claim, direction), `${name} ${claim}`).to.equal(null);
        }
      }
    }
  });

  it("takes no input that is not the largest", async () => {
    const witness = await circuit.witness(inputs);
    for (const [name, claims] of [
      ["few", inputs.a],
      ["many", inputs.b],
    ] as const) {
      for (const claim of claims.map(modR)) {
        if (claim === witness[circuit.wire(name)]) continue;
        expect(circuit.isSatisfied(circuit.changed(witness, { [name]: claim }))).to.equal(false);
        expect(circuit.forge(witness, circuit.wire(name), claim), `${name} ${claim}`).to.equal(null);
      }
    }
  });
});

describe("attacks on PackedMatMul", () => {
  const body = (range: string) =>
    `signal input a[2]; signal input b[1]; signal output c[2];
     for (var i = 0; i < 2; i++) { c[i] <-- a[i] * b[0]; ${range} }
     PackedMatMul(2, 1, 1, 8)(a, b, c);`;
  const includes = ["arithmetic/UpperBits.circom", "arithmetic/Keep.circom", "products/PackedMatMul.circom"];
  const inputs = { a: [-3n, 10n], b: [12n] };

  it("does not let one result carry into the next, if the results are confined", async () => {
    const circuit = await CircuitUnderTest.compile(includes, body("_ <== UpperBits(8, 128)(c[i]);"));
    const witness = await circuit.witness(inputs);
    expect(circuit.values(witness, "c", 2)).to.deep.equal([-36n, 120n]);
    for (const carry of [1n, -1n, 2n, 1n << 240n]) {
      const claim = { "c[0]": -36n + 256n * carry, "c[1]": 120n - carry };
      expect(circuit.isSatisfied(circuit.changed(witness, claim)), String(carry)).to.equal(false);
    }
    for (const wire of [circuit.wire("c[0]"), circuit.wire("c[1]")]) {
      for (const change of [1n, -1n, 256n, -256n]) {
        expect(circuit.forge(witness, wire, witness[wire]! + change, "forward")).to.equal(null);
      }
    }
    // Past the range there is no witness, though the sum is right.
    expect(await codeOf(circuit.witness({ a: [11n, 0n], b: [12n] }))).to.equal("WITNESS_UNSATISFIED");
  });

  it("would, if they were not: the carry is what the ranges are for", async () => {
    const circuit = await CircuitUnderTest.compile(includes, body("Keep(1)([c[i] * 2]);"));
    const witness = await circuit.witness(inputs);
    expect(circuit.forge(witness, circuit.wire("c[0]"), modR(-36n + 256n), "forward")).not.to.equal(null);
  });
});

describe("attacks on Lookup", () => {
  const table = Array.from({ length: 256 }, (_, i) => Math.round(1e6 / (1 + Math.exp((128 - i) / 20))));
  const polynomial = lookupPolynomial(-128, table);
  let circuit: CircuitUnderTest;
  before(async () => {
    if (typeof polynomial === "number") throw new Error("not constant");
    const { k, levels, scale, coefficients } = polynomial;
    circuit = await CircuitUnderTest.compile(
      ["lookup/Lookup.circom"],
      `signal input x; signal output y; component t = Lookup(${k}, ${levels}, ${scale}, [${coefficients.join()}]);
       t.x <== x; y <== t.y;`,
    );
  });

  it("takes no entry that the table does not have there, neighbours among them", async () => {
    for (const index of [0, 1, 100, 128, 254, 255]) {
      const witness = await circuit.witness({ x: BigInt(index - 128) });
      expect(witness[circuit.wire("y")]).to.equal(BigInt(table[index]!));
      for (const claim of [table[index - 1], table[index + 1], 0, -1, table[index]! + 1]) {
        if (claim === undefined || claim === table[index]) continue;
        for (const direction of ["forward", "backward"] as const) {
          const forged = circuit.forge(witness, circuit.wire("y"), BigInt(claim), direction);
          expect(forged, `${claim} at ${index}`).to.equal(null);
        }
      }
    }
  });
});

describe("attacks on OneHot", () => {
  let circuit: CircuitUnderTest;
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["comparisons/OneHot.circom"],
      "signal input x; signal output y[3] <== OneHot(-1, 3)(x);",
    );
  });

  it("accepts one vector alone: no two ones, none, no one elsewhere, no halves", async () => {
    for (const x of [-1n, 0n, 1n]) {
      const witness = await circuit.witness({ x });
      const accepted: string[] = [];
      const half = modR((R + 1n) / 2n);
      for (const a of [0n, 1n, half, modR(-1n), 2n]) {
        for (const b of [0n, 1n, half, modR(-1n), 2n]) {
          for (const c of [0n, 1n, half, modR(-1n), 2n]) {
            if (circuit.isSatisfied(circuit.changed(witness, { "y[0]": a, "y[1]": b, "y[2]": c }))) {
              accepted.push([a, b, c].join());
            }
          }
        }
      }
      expect(accepted).to.deep.equal([[-1n, 0n, 1n].map((j) => (j === x ? 1n : 0n)).join()]);
    }
  });

  it("gives no witness for a value outside", async () => {
    for (const x of [-2n, 2n]) expect(await codeOf(circuit.witness({ x }))).to.equal("WITNESS_UNSATISFIED");
  });
});

describe("attacks on Thresholds", () => {
  let circuit: CircuitUnderTest;
  const thresholds = [1, 2, 5, 6];
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["arithmetic/UpperBits.circom", "arithmetic/Bits.circom", "comparisons/Thresholds.circom"],
      `signal input x; signal upper[2] <== UpperBits(3, 0)(x);
       signal output y[4] <== Thresholds(3, 1, 4, [${thresholds.join()}])(Bits(3, 0)(x, upper));`,
    );
  });

  it("accepts no other outcome than the true one, for any value: no bit of it can be flipped", async () => {
    for (let x = 0; x < 8; x++) {
      const witness = await circuit.witness({ x: BigInt(x) });
      thresholds.forEach((threshold, i) => {
        const wire = circuit.wire(`y[${i}]`);
        expect(witness[wire]).to.equal(x >= threshold ? 1n : 0n);
        for (const direction of ["forward", "backward"] as const) {
          expect(circuit.forge(witness, wire, 1n - witness[wire]!, direction), `${x} at ${threshold}`).to.equal(null);
        }
      });
    }
  });
});

describe("attacks on TopK", () => {
  const n = 4;
  let circuit: CircuitUnderTest;
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["output/TopK.circom"],
      `signal input y[${n}]; signal output index[2];
       component top = TopK(${n}, 2, -8, 7); top.y <== y; index <== top.index;`,
    );
  });

  it("accepts exactly one pair of winners: the largest first, the lower index first on a tie", async () => {
    for (const y of [
      [3n, -8n, 7n, 0n],
      [7n, 7n, 7n, 7n],
      [-8n, -8n, -8n, 7n],
      [0n, 5n, 5n, -1n],
    ]) {
      const witness = await circuit.witness({ y });
      const truth = y.map((value, i) => [value, i] as const).sort(([a, i], [b, j]) => Number(b - a) || i - j);
      const accepted: string[] = [];
      for (let first = 0; first < n; first++) {
        for (let second = 0; second < n; second++) {
          if (circuit.isSatisfied(claimed(witness, y, [first, second]))) accepted.push(`${first} ${second}`);
        }
      }
      expect(accepted, y.join()).to.deep.equal([`${truth[0]![1]} ${truth[1]![1]}`]);
    }
  });

  /** All that a forger can fill in for whom these two are the winners: selectors, keys, and the bits of what he claims. */
  function claimed(witness: readonly bigint[], y: readonly bigint[], winners: readonly number[]): bigint[] {
    const keys = y.map((value, i) => (value + 8n) * 4n + 3n - BigInt(i));
    const values: Record<string, bigint> = {};
    winners.forEach((winner, t) => {
      values[`index[${t}]`] = BigInt(winner);
      values[`top.winner[${t}]`] = keys[winner]!;
      for (let i = 0; i < n; i++) values[`top.chosen[${t}][${i}]`] = i === winner ? 1n : 0n;
    });
    const copy = circuit.changed(witness, values);
    const [first, second] = winners as [number, number];
    fillBits(copy, "top.falls[1]", keys[first]! - keys[second]! - 1n);
    for (let i = 0; i < n; i++) {
      const chosen = BigInt(winners.filter((winner) => winner === i).length);
      fillBits(copy, `top.below[${i}]`, keys[second]! - keys[i]! - 1n + chosen * 64n);
    }
    return copy;
  }

  /** The bits of a comparison, of a value that may be out of its range. */
  function fillBits(witness: bigint[], comparison: string, value: bigint): void {
    for (let bit = 0; bit < 5; bit++) {
      witness[circuit.wire(`${comparison}.out[${bit}]`)] = (value >> BigInt(bit + 1)) & 1n;
    }
  }
});

describe("attacks on SaltedCommitment", () => {
  it("opens to no other salt and no other words", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["commitments/SaltedCommitment.circom"],
      "signal input words[1]; signal input salt; signal output commitment <== SaltedCommitment(1)(words, salt);",
    );
    const [one, other] = await Promise.all([5n, 6n].map((salt) => circuit.witness({ words: [3n], salt })));
    const commitment = circuit.wire("commitment");
    expect(one![commitment]).not.to.equal(other![commitment]);
    expect(circuit.isSatisfied(circuit.changed(one!, { salt: 6n }))).to.equal(false);
    expect(circuit.isSatisfied(circuit.changed(one!, { "words[0]": 4n }))).to.equal(false);
    // All of the other opening but its commitment.
    expect(circuit.isSatisfied(other!.with(commitment, one![commitment]!))).to.equal(false);
  });
});
