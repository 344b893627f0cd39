import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { expect } from "chai";
import { inverseR } from "../../src/binary/fieldElements.ts";
import { fieldInverse } from "../helpers/forging/fieldInverse.ts";
import { CircuitUnderTest } from "../helpers/CircuitUnderTest.ts";

/** The forger of `templates.test.ts` is only worth what it finds: these circuits have holes on purpose. */
describe("the forger", () => {
  it("finds a hint without a constraint", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["arithmetic/Keep.circom"],
      "signal input x; signal output y; y <-- x * x; Keep(2)([x, y]);",
    );
    const witness = await circuit.witness({ x: 3n });
    expect(circuit.forge(witness, circuit.wire("y"), 10n)).not.to.equal(null);
  });

  it("finds a bit that is not constrained to be boolean", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["arithmetic/Keep.circom", "arithmetic/Same.circom"],
      `signal input x; signal output high; signal low;
       high <-- x >> 1; low <-- x & 1; Same()(2 * high + low, x); Keep(1)([low]);`,
    );
    const witness = await circuit.witness({ x: 3n });
    expect(circuit.forge(witness, circuit.wire("high"), 0n)).not.to.equal(null);
  });

  it("finds a range that is checked only for another wire", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["arithmetic/UpperBits.circom"],
      `signal input x; signal input z; signal output quotient; signal rest;
       quotient <-- x >> 4; rest <-- x & 15; quotient * 16 === x - rest; _ <== UpperBits(4, 0)(z);`,
    );
    const witness = await circuit.witness({ x: 35n, z: 3n });
    expect(circuit.forge(witness, circuit.wire("quotient"), 1n)).not.to.equal(null);
  });

  it("finds a hint that makes up for a change, though the row has wires that cannot", async () => {
    const circuit = await CircuitUnderTest.compile(
      ["arithmetic/UpperBits.circom"],
      `signal input x; signal input block; signal output y; signal hint; signal upper[3] <== UpperBits(4, 0)(x);
       hint <-- 1; y <-- block + upper[0]; block * hint === y - upper[0];`,
    );
    const witness = await circuit.witness({ x: 3n, block: 2n });
    expect(circuit.forge(witness, circuit.wire("y"), 7n, "backward")).to.equal(null);
    expect(circuit.forge(witness, circuit.wire("y"), 7n, "loosest")).not.to.equal(null);
  });

  it("finds the one other value that a wire can take alone, however far away", async () => {
    // A square without its sign, and a value that only matters where x is not 3.
    const circuit = await CircuitUnderTest.compile(
      ["arithmetic/Keep.circom"],
      `signal input x; signal input twice; signal output root; signal output loose;
       signal square <== x * x; root <-- x; root * root === square; loose <-- 1; (loose - 1) * (x - 3) === 0;
       signal bit; bit <-- 1; bit * (bit - 1) === 0; Keep(3)([x, twice, bit]);`,
    );
    const witness = await circuit.witness({ x: 3n, twice: 4n });
    const free = circuit.freeWires(witness).filter(({ wire }) => ["root", "loose"].includes(circuit.nameOf(wire)));
    expect(free.map(({ wire, other }) => [circuit.nameOf(wire), other])).to.deep.equal([
      ["root", R - 3n],
      ["loose", "any"],
    ]);
    for (const { wire, other } of free) {
      expect(circuit.isSatisfied(witness.with(wire, other === "any" ? 12345n : other))).to.equal(true);
    }
    // The bit's own row would let it be 0; Keep's sum does not.
    const all = circuit.freeWires(witness).map(({ wire }) => circuit.nameOf(wire));
    expect(all).not.to.include("bit");
    const other = await circuit.witness({ x: 4n, twice: 4n });
    expect(circuit.freeWires(other).map(({ wire }) => circuit.nameOf(wire))).not.to.include("loose");
  });

  it("takes no witness for true that breaks a row", async () => {
    const circuit = await CircuitUnderTest.compile([], "signal input x; signal output y <== x * x;");
    const witness = await circuit.witness({ x: 3n });
    expect(() => circuit.freeWires(witness.with(1, 10n))).to.throw("row 0 is broken");
  });

  it("inverts as the exponentiation does", () => {
    for (const value of [1n, 2n, R - 1n, (R + 1n) / 2n, 1n << 200n, 12345678901234567890n]) {
      expect(fieldInverse(value)).to.equal(inverseR(value));
    }
    expect(() => fieldInverse(0n)).to.throw(RangeError);
  });
});
