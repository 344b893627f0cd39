import { requireProvable, type VerimeshError } from "@verimesh/core";
import { exampleManifest, tinyDenseModel } from "@verimesh/core/testing";
import { MemoryContentStore } from "@verimesh/storage";
import { expect } from "chai";
import { zeroAddress } from "viem";
import { requireSoundSetup, type SetupInUse } from "../src/commands/requireSoundSetup.ts";

describe("requireSoundSetup", () => {
  const manifest = requireProvable(exampleManifest(tinyDenseModel()));
  const setup = (chainId: number, allowInsecureSetup?: boolean): SetupInUse => ({
    ...{ chainId, allowInsecureSetup, store: new MemoryContentStore(), signal: new AbortController().signal },
    verifier: "0x00000000000000000000000000000000000000aa",
    client: { readContract: () => expect.fail("the chain was asked") },
  });
  const refusal = (given: Parameters<typeof requireSoundSetup>) =>
    requireSoundSetup(...given).then(
      () => expect.fail("nothing was refused"),
      (error: VerimeshError) => error,
    );

  it("refuses a development key outside local chains", async () => {
    for (const chainId of [1, 11155111]) {
      const error = await refusal([manifest, setup(chainId)]);
      expect(error.code).to.equal("SETUP_INSECURE");
      expect(error.message).to.contain("its maker may be able to forge answers");
    }
  });

  it("does not believe that a key is of a ceremony because its manifest says so", async () => {
    const outside = setup(1);
    const transcript = (
      await outside.store.put(new TextEncoder().encode('{"format":"verimesh-ceremony/1"}'))
    ).toString();
    const error = await refusal([{ ...manifest, setup: { kind: "ceremony" as const, transcript } }, outside]);
    expect(error.code).to.equal("SETUP_INSECURE");
    expect(error.message).to.contain("which its transcript does not show").and.contain("not a transcript");
  });

  it("accepts it on a local chain, elsewhere only when told to, and where nothing is proved", async () => {
    await requireSoundSetup(manifest, setup(31337));
    await requireSoundSetup(manifest, setup(1, true));
    await requireSoundSetup(manifest, { ...setup(1), verifier: zeroAddress });
  });
});
