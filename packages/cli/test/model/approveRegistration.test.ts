import { PassThrough } from "node:stream";
import { expect } from "chai";
import { approveRegistration } from "../../src/model/approveRegistration.ts";
import type { Terminal } from "../../src/model/confirm.ts";

const ESTIMATE = {
  transactions: [
    { name: "deployVerifier", gas: 500_000n, cost: 10n ** 15n },
    { name: "registerModel", gas: 219_003n, cost: 5n * 10n ** 14n },
  ],
  gasPrice: 2n * 10n ** 9n,
  cost: 15n * 10n ** 14n,
} as const;

/** A terminal at which somebody has typed something already; null: has closed it. */
function terminalWith(typed: string | null, { isTTY = true } = {}): Terminal {
  const [input, output] = [new PassThrough(), new PassThrough()];
  if (typed === null) input.end();
  else input.write(typed);
  return { input: Object.assign(input, { isTTY }), output: Object.assign(output, { isTTY }) };
}

describe("approving a registration", () => {
  const shown: string[] = [];
  const out = { json: false, progress: (text: string) => void shown.push(text) };
  const approve = (options: Parameters<typeof approveRegistration>[2], json = false) =>
    approveRegistration({ ...out, json }, ESTIMATE, options);
  const codeOf = (promise: Promise<void>) =>
    promise.then(
      () => "sent",
      (error: { code: string }) => error.code,
    );

  beforeEach(() => (shown.length = 0));

  it("takes nothing but a yes for one", async () => {
    for (const typed of ["\n", "n\n", "no\n", "yep\n", " \n", null]) {
      expect(await codeOf(approve({ terminal: terminalWith(typed) })), String(typed)).to.equal("NOT_CONFIRMED");
    }
  });

  it("sends on y and yes", async () => {
    for (const typed of ["y\n", "YES\n"])
      expect(await codeOf(approve({ terminal: terminalWith(typed) }))).to.equal("sent");
  });

  it("asks nobody where there is no terminal, with --yes, or with --json", async () => {
    expect(await codeOf(approve({ terminal: terminalWith("n\n", { isTTY: false }) }))).to.equal("sent");
    expect(await codeOf(approve({ yes: true, terminal: terminalWith("n\n") }))).to.equal("sent");
    expect(await codeOf(approve({ terminal: terminalWith("n\n") }, true))).to.equal("sent");
  });

  it("shows gas and price of each transaction, whoever is asked", async () => {
    await approve({ yes: true });
    const text = shown.join("\n");
    expect(text).to.match(/deployVerifier +500,000 gas {2}0\.001 ETH/);
    expect(text).to.match(/registerModel +219,003 gas {2}0\.0005 ETH/);
    expect(text).to.contain("together 0.0015 ETH").and.contain("2 gwei");
  });
});
