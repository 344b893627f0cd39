import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeVerificationKey, verificationKeyToJson } from "@verimesh/core";
import { applyBeacon, contribute, finishCeremony, readWhole, setupDev, startCeremony } from "@verimesh/prover";
import { expect } from "chai";
import type { Hex } from "viem";
import { PHASE1_FILE } from "../../packages/prover/test/ceremony/makePhase1.ts";
import { type AuditNetwork, startAuditNetwork, wrongOf } from "./auditNetwork.ts";
import { temporaryDirectory } from "./workerInProcess.ts";

const ptau = PHASE1_FILE;
const utf8 = new TextEncoder();

describe("verimesh audit model, of a key from a ceremony,", () => {
  let world: AuditNetwork;
  let key: Uint8Array;
  let published: { readonly files: Record<string, string | undefined>; readonly encodedKey: Hex };
  let transcript: Uint8Array;

  before(async () => {
    world = await startAuditNetwork();
    const directory = await temporaryDirectory();
    const file = (name: string) => join(directory, name);
    await startCeremony({ r1cs: world.r1cs, ptau, out: file("0.zkey") });
    const [out, attestationOut] = [file("1.zkey"), file("1.txt")];
    await contribute({ key: await readWhole(file("0.zkey")), out, attestationOut, name: "Ada", against: null });
    const beacon = { value: `0x${"5e".repeat(32)}`, iterations: 10 };
    await applyBeacon({ key: await readWhole(out), out: file("2.zkey"), beacon });
    key = await readWhole(file("2.zkey"));
    const attestationTexts = [await readFile(attestationOut, "utf8")];
    const finished = await finishCeremony({ key, r1cs: world.r1cs, ptau, attestationTexts });
    transcript = finished.transcript;
    published = {
      files: {
        ...world.manifest.files,
        provingKey: await world.put(key),
        verificationKey: await world.put(utf8.encode(JSON.stringify(verificationKeyToJson(finished.verificationKey)))),
      },
      encodedKey: encodeVerificationKey(finished.verificationKey),
    };
  });
  after(() => world.close());

  const auditWith = async (bytes: Uint8Array, files = published.files, encodedKey = published.encodedKey) => {
    const setup = { kind: "ceremony", transcript: await world.put(bytes) };
    return world.audit("model", String(await world.publish({ files, setup }, encodedKey)), "--ptau", ptau);
  };

  it("names a transcript that was altered, or that is of another key", async () => {
    const eve = utf8.encode(new TextDecoder().decode(transcript).replaceAll("Ada", "Eve"));
    expect(wrongOf(await auditWith(eve))).to.deep.equal(["set-up"]);
    expect(wrongOf(await auditWith(new Uint8Array(3)))).to.deep.equal(["set-up"]);

    const { provingKey, verificationKey } = await setupDev(world.r1cs);
    const files = {
      ...world.manifest.files,
      provingKey: await world.put(provingKey),
      verificationKey: await world.put(utf8.encode(JSON.stringify(verificationKeyToJson(verificationKey)))),
    };
    // A sound key of this circuit, and a true transcript: of another key.
    expect(wrongOf(await auditWith(transcript, files, encodeVerificationKey(verificationKey)))).to.deep.equal([
      "set-up",
    ]);
  });

  it("finds nothing wrong, names who contributed, and checks phase 1 where it has the file", async () => {
    const audited = await auditWith(transcript);
    expect(audited.checks.filter(({ verdict }) => verdict === "wrong")).to.deep.equal([]);
    const detailOf = (name: string) => audited.checks.find(({ check }) => check === name);
    expect(detailOf("set-up")).to.deep.include({ verdict: "ok" });
    expect(detailOf("set-up")!.detail).to.contain("Ada");
    expect(detailOf("ceremony")).to.deep.include({ verdict: "ok" });
    expect(audited.valid).to.equal(true);
  });
});
