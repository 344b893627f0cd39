import { deepRuns } from "@verimesh/core/testing";
import { BN254_SCALAR_ORDER, type LinearConstraint, linearConstraints } from "@verimesh/core";
import { expect } from "chai";
import fc from "fast-check";
import { generateSkeleton } from "../../compiler/src/skeleton/generateSkeleton.ts";
import {
  calculateWitness,
  checkLayout,
  compileCircuit,
  findViolation,
  linkModel,
  linkWeights,
  readR1cs,
  readWitness,
} from "../src/index.ts";
import { graphModels } from "./helpers/graphModels.ts";
import { forEachTerm } from "../src/r1cs/forEachTerm.ts";
import { type TinyFixture, layout, tinyFixture, tinyModel } from "./helpers/tinyModel.ts";

function codeOfThrown(act: () => unknown): string | null {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return null;
}

describe("linkWeights", () => {
  let tiny: TinyFixture;
  const constraints = [...linearConstraints(tinyModel)];
  const first = constraints[0]!;
  const link = (list: Iterable<LinearConstraint>) => linkWeights(tiny.circuit.r1cs, list);
  before(async () => {
    tiny = await tinyFixture();
  });

  it("refuses a wire that is no private input, and lists of two lengths", () => {
    for (const wire of [0, 1, 2, 3, 4 + 12, 2 ** 32 - 1]) {
      expect(
        codeOfThrown(() => link([{ ...first, accumulatorWire: wire }])),
        String(wire),
      ).to.equal("LINK_INVALID");
      const wires = first.wires.with(0, wire);
      expect(
        codeOfThrown(() => link([{ ...first, wires }])),
        String(wire),
      ).to.equal("LINK_INVALID");
    }
    expect(codeOfThrown(() => link([{ ...first, wires: first.wires.slice(1) }]))).to.equal("LINK_INVALID");
    expect(codeOfThrown(() => link([{ ...first, constant: 0.5 }]))).to.equal("LINK_INVALID");
  });

  it("refuses an accumulator that is linked twice or is among its own inputs", () => {
    expect(codeOfThrown(() => link([first, first]))).to.equal("LINK_INVALID");
    const wires = first.wires.with(0, first.accumulatorWire);
    expect(codeOfThrown(() => link([{ ...first, wires }]))).to.equal("LINK_INVALID");
  });

  it("refuses a skeleton whose private inputs are not where the layout has them", () => {
    const shifted = layout.privateSignals.map((signal) => ({ ...signal, firstWire: signal.firstWire + 1 }));
    expect(codeOfThrown(() => checkLayout(tiny.circuit, { ...layout, privateSignals: shifted }))).to.equal(
      "LAYOUT_MISMATCH",
    );
    const fewer = { ...layout, privateSignals: layout.privateSignals.slice(1) };
    expect(codeOfThrown(() => checkLayout(tiny.circuit, fewer))).to.equal("LAYOUT_MISMATCH");
    expect(codeOfThrown(() => linkModel(tiny.circuit.r1cs, tinyModel, fewer))).to.equal("LINK_INVALID");
    const dropped = tiny.circuit.symbols.replace(/^(\d+),\d+(,\d+,main\.v_3\[1\])$/m, "$1,-1$2");
    expect(codeOfThrown(() => checkLayout({ ...tiny.circuit, symbols: dropped }, layout))).to.equal("LAYOUT_MISMATCH");
  });

  it("adds one row per accumulator, which holds for the true accumulators and for no other", async () => {
    const skeleton = readR1cs(tiny.circuit.r1cs);
    const linked = readR1cs(tiny.linked);
    expect(linked.constraints).to.equal(skeleton.constraints + constraints.length);
    expect(linked.wires).to.equal(skeleton.wires);
    const witness = readWitness(await calculateWitness(tiny.circuit.witnessCalculator, tiny.inputs));
    expect(findViolation(linked, witness)).to.equal(null);
    constraints.forEach(({ accumulatorWire }, index) => {
      for (const change of [1n, -1n, 5n]) {
        const forged = witness.with(accumulatorWire, (witness[accumulatorWire]! + change) % BN254_SCALAR_ORDER);
        const rows = findViolation(linked, forged)!.row;
        expect(rows).to.be.at.most(skeleton.constraints + index);
      }
    });
  });

  it("writes any signed coefficient and constant as the same integer mod r", () => {
    const accumulatorWire = first.accumulatorWire;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 4 }),
        fc.maxSafeInteger(),
        (coefficients, constant) => {
          const wires = Uint32Array.from(coefficients, (_, i) => 4 + i);
          const r1cs = readR1cs(
            link([{ accumulatorWire, wires, coefficients: Int32Array.from(coefficients), constant }]),
          );
          const terms: [number, bigint][] = [];
          forEachTerm(r1cs, (matrix, row, wire, coefficient) => {
            if (row === r1cs.constraints - 1) terms.push([matrix * 1000 + wire, coefficient]);
          });
          const expected = [[0, constant], ...coefficients.map((c, i) => [4 + i, c] as const), [accumulatorWire, -1]];
          const nonZero = (expected as [number, number][]).filter(([, value]) => value !== 0);
          expect(terms).to.deep.equal(nonZero.map(([wire, value]) => [2000 + wire, BigInt(value)]));
        },
      ),
      { numRuns: deepRuns(200) },
    );
  });
});

describe("linkModel", () => {
  const model = graphModels["tables, one-hot and a residual sum"]!;

  it("refuses a skeleton that leaves a value to the prover", async () => {
    // Where later lines do name the values, only a false trace shows it: `models.test.ts` tries that.
    const source = generateSkeleton(tinyModel).replace(/v_2\[i\] === .*;/, "");
    const refusal = await compileCircuit(source, { layout })
      .then(({ r1cs }) => linkModel(r1cs, tinyModel))
      .then(
        () => null,
        (error: { code: string }) => error.code,
      );
    expect(refusal).to.equal("LAYOUT_MISMATCH");
  });

  it("refuses the skeleton of another model", async () => {
    const { circuit } = await tinyFixture();
    expect(codeOfThrown(() => linkModel(circuit.r1cs, model))).to.equal("LINK_INVALID");
    // The same signals, but the first node's values are no longer linear.
    const [, relu, scores] = tinyModel.nodes;
    const other = {
      ...tinyModel,
      inputShape: [3],
      nodes: [{ ...relu, name: "first", source: 0, shifts: [2] } as typeof relu & object, relu!, scores!],
    };
    expect(codeOfThrown(() => linkModel(circuit.r1cs, other))).to.equal("LINK_INVALID");
  });
});

describe("reading an .r1cs file", () => {
  it("refuses it cut anywhere, prolonged, or with a wire or a field that is not its own", async () => {
    const { linked } = await tinyFixture();
    const read = (bytes: Uint8Array) => forEachTerm(readR1cs(bytes), () => undefined);
    expect(codeOfThrown(() => read(linked))).to.equal(null);
    for (let length = 0; length < linked.length; length += 97) {
      expect(
        codeOfThrown(() => read(linked.subarray(0, length))),
        String(length),
      ).to.equal("R1CS_INVALID");
    }
    expect(codeOfThrown(() => read(Uint8Array.from([...linked, 0])))).to.equal("R1CS_INVALID");
    // The number of wires, the prime and the number of constraints in the header, wherever the sections lie.
    const header = readR1cs(linked).file.sections.get(1)!;
    const start = header.byteOffset - linked.byteOffset;
    for (const [at, value] of [
      [36, 3],
      [4, 2],
      [60, 1],
      [61, 255],
    ] as const) {
      expect(
        codeOfThrown(() => read(linked.with(start + at, value))),
        `byte ${at}`,
      ).to.equal("R1CS_INVALID");
    }
  });

  it("says how many values a witness must have", async () => {
    const { linked } = await tinyFixture();
    expect(codeOfThrown(() => findViolation(readR1cs(linked), [1n]))).to.equal("WITNESS_LENGTH");
    expect(codeOfThrown(() => readWitness(new Uint8Array(40)))).to.equal("WITNESS_INVALID");
  });
});
