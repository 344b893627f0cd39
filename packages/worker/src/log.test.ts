import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { createPublicClient, http } from "viem";
import { createLogger } from "./log.ts";

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  let text = "";
  write(createLogger({ destination: { write: (line: string) => void (text += line) } }));
  return text;
}

describe("createLogger", () => {
  it("never prints a key, a password or a mnemonic", () => {
    const text = logged((log) => {
      log.info(
        { privateKey: "s1", password: "s2", mnemonic: "s3", config: { privateKey: "s4", password: "s5" } },
        "go",
      );
    });
    expect(text).to.contain("[secret]");
    expect(text).not.to.match(/s[1-5]/);
  });

  it("never prints the address of a node, whose path may be a key, when the node fails", async () => {
    const transport = http("http://127.0.0.1:1/v3/s3cret-key", { retryCount: 0 });
    const error = await createPublicClient({ transport })
      .getBlockNumber()
      .catch((caught: unknown) => caught);
    expect(String(error), "what viem says of it").to.contain("s3cret-key");
    const text = logged((log) => log.warn({ error }, "the node does not answer"));
    expect(text).to.contain("HttpRequestError").and.not.to.contain("s3cret-key");
  });

  it("writes one line of JSON an event, with bigints and the code of errors", () => {
    const error = new VerimeshError("No.", { code: "NO", details: "why" });
    const line = JSON.parse(logged((log) => log.warn({ jobId: 2n ** 70n, error }, "tried"))) as Record<string, unknown>;
    expect(line).to.deep.include({ level: "warn", msg: "tried", jobId: (2n ** 70n).toString() });
    expect(line["error"]).to.deep.include({ code: "NO", message: "No.", details: "why" });
  });
});
