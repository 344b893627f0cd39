import { expect } from "chai";
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
});
