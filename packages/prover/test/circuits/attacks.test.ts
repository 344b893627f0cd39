import { deepRuns } from "@verimesh/core/testing";
import { BN254_SCALAR_ORDER as R, requantize } from "@verimesh/core";
import { expect } from "chai";
import fc from "fast-check";
import { inverseR, modR } from "../../src/binary/fieldElements.ts";
import { CircuitUnderTest, signed } from "../helpers/CircuitUnderTest.ts";
import { isFreeByDesign } from "../helpers/forging/freeByDesign.ts";

describe("attacks on UpperBits", () => {
  let circuit: CircuitUnderTest;
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["arithmetic/UpperBits.circom"],
      "signal input in; signal output out[7] <== UpperBits(8, 0)(in);",
    );
  });

  it("every value of [0, 256) has one decomposition, every other none, aliases mod r among them", async () => {
    const base = await circuit.witness({ in: 0n });
    for (const value of [-1n, 0n, 1n, 127n, 128n, 254n, 255n, 256n, 257n, 511n, R >> 1n, inverseR(2n), -256n]) {
      let count = 0;
      for (let bits = 0; bits < 128; bits++) {
        const wires = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`out[${i}]`, BigInt((bits >> i) & 1)]));
        if (circuit.isSatisfied(circuit.changed(base, { in: value, ...wires }))) count++;
      }
      expect(count, String(value)).to.equal(value >= 0n && value < 256n ? 1 : 0);
    }
  });

  it("one below and one past its range get no witness", async () => {
    for (const value of [-1n, 256n]) {
      const error = await circuit.witness({ in: value }).catch((e: { code: string }) => e.code);
      expect(error, String(value)).to.equal("WITNESS_UNSATISFIED");
    }
  });
});

describe("attacks on Requantize", () => {
  // Tight bounds: 2^16 values of acc, each with its decomposition.
  const parameters = [5, -32_768, 32_767, -128, 127] as const;
  const relu = [4, -32_768, 32_767, 0, 255] as const;
  let circuit: CircuitUnderTest;
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["activations/Requantize.circom"],
      `signal input acc; signal output s; signal output y;
       component signed = Requantize(${parameters.join(", ")}); signed.acc <== acc; s <== signed.y;
       component relu = Requantize(${relu.join(", ")}); relu.acc <== acc; y <== relu.y;`,
    );
  });
  const outputs = (witness: readonly bigint[]) =>
    [circuit.wire("s"), circuit.wire("y")].map((w) => signed(witness[w]!));
  const expected = (acc: number) =>
    [parameters, relu].map(([shift, , , lo, hi]) => BigInt(requantize(acc, shift, lo, hi)));

  it("agrees with the reference on any accumulator", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -32_768, max: 32_767 }), async (acc) => {
        expect(outputs(await circuit.witness({ acc: BigInt(acc) }))).to.deep.equal(expected(acc));
      }),
      { numRuns: deepRuns(200) },
    );
  });

  it("floors negative accumulators: rounding towards zero is refused", async () => {
    for (const acc of [-17, -18, -33, -49]) {
      const witness = await circuit.witness({ acc: BigInt(acc) });
      const truth = expected(acc)[0]!;
      expect(circuit.isSatisfied(circuit.changed(witness, { s: truth + 1n })), String(acc)).to.equal(false);
      expect(circuit.forge(witness, circuit.wire("s"), truth + 1n), String(acc)).to.equal(null);
    }
  });

  it("does not let saturation be skipped: neither the full quotient nor its low byte passes for 255", async () => {
    const acc = 16 * 700;
    const witness = await circuit.witness({ acc: BigInt(acc) });
    expect(outputs(witness)[1]).to.equal(255n);
    for (const claim of [700n, 700n & 255n, 254n]) {
      expect(circuit.isSatisfied(circuit.changed(witness, { y: claim }))).to.equal(false);
      expect(circuit.forge(witness, circuit.wire("y"), claim)).to.equal(null);
      expect(circuit.forge(witness, circuit.wire("y"), claim, "forward")).to.equal(null);
      // By what the first of the clamp's two rows leaves: its factor.
      expect(circuit.forge(witness, circuit.wire("y"), claim, "loosest")).to.equal(null);
    }
  });

  it("does not let the sign be flipped, at zero least of all", async () => {
    for (const acc of [0, 1, -1, -8, -9, 32_767, -32_768]) {
      const witness = await circuit.witness({ acc: BigInt(acc) });
      // The top bit of n = shift + k + 1: the last of the upper bits.
      for (const name of ["signed.clamp.upper.out[15]", "relu.clamp.upper.out[15]"]) {
        const wire = circuit.wire(name);
        expect(circuit.forge(witness, wire, 1n - witness[wire]!), `${name} at ${acc}`).to.equal(null);
      }
    }
  });

  it("leaves the clamps' factors free where nothing is clamped, and nowhere else", async () => {
    for (const acc of [-32_768, -4113, -4112, -4096, -9, -8, 0, 4071, 4072, 4079, 4080, 4087, 4088, 32_767]) {
      const witness = await circuit.witness({ acc: BigInt(acc) });
      const isWithin = [parameters, relu].map(([shift, , , lo, hi]) => {
        const quotient = (acc + 2 ** (shift - 1)) >> shift;
        return quotient >= lo && quotient <= hi;
      });
      const expected = ["signed.clamp.factor", "relu.clamp.factor"].filter((_, i) => isWithin[i]);
      const free = circuit.freeWires(witness).filter(({ wire }) => !circuit.isInput(wire));
      expect(free.map(({ wire }) => circuit.nameOf(wire)).sort(), String(acc)).to.deep.equal(expected.sort());
      expect(free.every((wire) => wire.other === "any" && isFreeByDesign(circuit, witness, wire))).to.equal(true);
    }
  });

  it("gives no witness far outside the range that it was made for", async () => {
    for (const acc of [1n << 20n, -(1n << 20n), R >> 1n]) {
      const error = await circuit.witness({ acc }).catch((e: { code: string }) => e.code);
      expect(error, String(acc)).to.equal("WITNESS_UNSATISFIED");
    }
  });
});

describe("attacks on PackBytes", () => {
  it("does not let a byte carry into its neighbour, though the word is the same", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["commitments/PackBytes.circom"],
      "signal input x[3]; signal output words[1]; component pack = PackBytes(3); pack.x <== x; words <== pack.words;",
    );
    const witness = await circuit.witness({ x: [0n, 1n, 7n] });
    const carried = circuit.changed(witness, { "x[0]": 256n, "x[1]": 0n });
    expect(circuit.isSatisfied(carried)).to.equal(false);
    expect(circuit.isSatisfied(circuit.changed(witness, { "x[0]": modR(-256n), "x[1]": 2n }))).to.equal(false);
    const error = await circuit.witness({ x: [256n, 0n, 7n] }).catch((e: { code: string }) => e.code);
    expect(error).to.equal("WITNESS_UNSATISFIED");
  });
});

describe("attacks on PackOutputs", () => {
  it("does not let an output reach into its neighbour's bits", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["output/PackOutputs.circom"],
      "signal input y[2]; signal output words[1] <== PackOutputs(2, 10, 500)(y);",
    );
    const witness = await circuit.witness({ y: [-500n, -499n] });
    expect(circuit.isSatisfied(circuit.changed(witness, { "y[0]": 524n, "y[1]": -500n }))).to.equal(false);
    for (const y of [
      [524n, 0n],
      [-501n, 0n],
    ]) {
      const error = await circuit.witness({ y }).catch((e: { code: string }) => e.code);
      expect(error).to.equal("WITNESS_UNSATISFIED");
    }
  });
});

describe("attacks on Argmax", () => {
  const n = 4;
  let circuit: CircuitUnderTest;
  before(async () => {
    circuit = await CircuitUnderTest.compile(
      ["output/Argmax.circom"],
      `signal input y[${n}]; signal output index;
       component top = Argmax(${n}, -8, 7); top.y <== y; index <== top.index;`,
    );
  });

  /** All rows but the comparisons' own filled in as a forger would who takes `wins` for the outcomes. */
  const forged = (witness: readonly bigint[], y: readonly bigint[], wins: readonly boolean[]) => {
    const values: Record<string, bigint> = {};
    let [best, at] = [y[0]!, 0n];
    for (let i = 1; i < n; i++) {
      const difference = y[i]! - best;
      const won = wins[i - 1]!;
      // Any bits with the claimed top bit: the true value moved by 2^4 into the range that the top bit says.
      let sum = difference + 15n;
      if (sum >= 16n !== won) sum += won ? 16n : -16n;
      values[`top.comparison[${i}].in`] = difference;
      for (let bit = 0; bit < 4; bit++) values[`top.comparison[${i}].out[${bit}]`] = (sum >> BigInt(bit + 1)) & 1n;
      if (won) [best, at] = [y[i]!, BigInt(i)];
      if (i < n - 1) Object.assign(values, { [`top.best[${i}]`]: best, [`top.at[${i}]`]: at });
    }
    return circuit.changed(witness, { ...values, index: at });
  };

  it("accepts exactly one outcome of the comparisons: the true one, the lowest index on a tie", async () => {
    for (const y of [
      [3n, -8n, 7n, 0n],
      [7n, 7n, 7n, 7n],
      [-8n, -8n, -8n, 7n],
      [0n, 5n, 5n, -1n],
    ]) {
      const witness = await circuit.witness({ y });
      const accepted: bigint[] = [];
      for (let outcome = 0; outcome < 2 ** (n - 1); outcome++) {
        const claim = forged(
          witness,
          y,
          Array.from({ length: n - 1 }, (_, i) => ((outcome >> i) & 1) === 1),
        );
        if (circuit.isSatisfied(claim)) accepted.push(claim[circuit.wire("index")]!);
      }
      const largest = y.reduce((a, b) => (a > b ? a : b));
      expect(accepted, y.join()).to.deep.equal([BigInt(y.indexOf(largest))]);
    }
  });

  it("accepts no index beside the true one", async () => {
    const witness = await circuit.witness({ y: [1n, 2n, 2n, 0n] });
    for (const index of [0n, 2n, 3n, 4n]) {
      expect(circuit.isSatisfied(circuit.changed(witness, { index }))).to.equal(false);
      expect(circuit.forge(witness, circuit.wire("index"), index)).to.equal(null);
    }
  });
});
