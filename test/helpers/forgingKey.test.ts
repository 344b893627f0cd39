import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { BASE_ORDER, multiplyG1, multiplyG2, SCALAR_ORDER } from "./bn254.ts";
import { createForgingKey, encodeG2, G2_SCALARS } from "./forgingKey.ts";

describe("forgingKey", () => {
  it("refuses another number of signals than the key takes", () => {
    expect(() => createForgingKey(2).prove([1n])).to.throw("2 signals");
  });

  it("has points on their curves, and multiplication agrees with addition", () => {
    const [x, y] = multiplyG1(12_345n);
    expect((y * y - x * x * x - 3n) % BASE_ORDER).to.equal(0n);
    expect(multiplyG1(SCALAR_ORDER + 7n)).to.deep.equal(multiplyG1(7n));
    expect(multiplyG2(3n, multiplyG2(5n))).to.deep.equal(multiplyG2(15n));
  });

  it("holds the same G2 points as ForgingKey.sol", async () => {
    const source = await readFile(new URL("./ForgingKey.sol", import.meta.url), "utf8");
    for (const [name, scalar] of Object.entries(G2_SCALARS)) {
      const written = new RegExp(`${name}_G2 =\\s+hex"([0-9a-f]+)"`).exec(source)?.[1];
      expect(`0x${written}`, name).to.equal(encodeG2(multiplyG2(scalar)));
    }
  });
});
