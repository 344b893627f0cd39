import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { onAnvil } from "../helpers/chain.ts";
import { measureBytecode } from "./measureBytecode.ts";
import { measureGas } from "./measureGas.ts";

/**
 * Gas per operation and bytecode sizes against test/gas/snapshot.json. After a change that you mean, write the new figures:
 *
 *   UPDATE_GAS=1 hardhat test mocha test/gas/gas.test.ts
 */
interface Snapshot {
  readonly gas: Record<string, number>;
  readonly bytecode: Record<string, number>;
}

const snapshotFile = new URL("./snapshot.json", import.meta.url);

describe("gas snapshot", function () {
  let measured: Snapshot;
  let committed: Snapshot;

  before(async function () {
    // The same code, but other accounts: the figures are of Hardhat's chain.
    if (onAnvil) this.skip();
    measured = { gas: await measureGas(), bytecode: await measureBytecode() };
    if (process.env["UPDATE_GAS"]) await writeFile(snapshotFile, `${JSON.stringify(measured, null, 2)}\n`);
    committed = JSON.parse(await readFile(snapshotFile, "utf8")) as Snapshot;
  });

  it("is what test/gas/snapshot.json says (UPDATE_GAS=1 writes it anew)", () => {
    expect(measured.gas).to.deep.equal(committed.gas);
  });

  it("has the bytecode sizes of the snapshot, all deployable (EIP-170)", () => {
    expect(measured.bytecode).to.deep.equal(committed.bytecode);
    for (const [name, bytes] of Object.entries(measured.bytecode)) expect(bytes, name).to.be.below(24_577);
  });

  it("stays within the budget of each operation that users pay for", () => {
    expect(measured.gas["requestEth"]).to.be.at.most(150_000);
    expect(measured.gas["submitProof"]).to.be.at.most(330_000);
    expect(measured.gas["settleBatch16PerJob"]).to.be.at.most(110_000);
    expect(measured.gas["withdraw"]).to.be.at.most(45_000);
  });
});
