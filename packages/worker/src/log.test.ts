import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
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

  it("writes one line of JSON an event, with bigints and the code of errors", () => {
    const error = new VerimeshError("No.", { code: "NO", details: "why" });
    const line = JSON.parse(logged((log) => log.warn({ jobId: 2n ** 70n, error }, "tried"))) as Record<string, unknown>;
    expect(line).to.deep.include({ level: "warn", msg: "tried", jobId: (2n ** 70n).toString() });
    expect(line["error"]).to.deep.include({ code: "NO", message: "No.", details: "why" });
  });
});
