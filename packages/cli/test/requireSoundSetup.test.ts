import { requireProvable, VerimeshError, type ProvableManifest } from "@verimesh/core";
import { exampleManifest, tinyDenseModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { requireSoundSetup } from "../src/commands/requireSoundSetup.ts";

describe("requireSoundSetup", () => {
  const manifest = exampleManifest(tinyDenseModel());

  it("refuses a development key outside local chains, and a ceremony that nobody verified", () => {
    const ceremony: ProvableManifest = {
      ...requireProvable(manifest),
      setup: { kind: "ceremony", transcript: manifest.files.weights },
    };
    for (const hostile of [manifest, ceremony]) {
      expect(() => requireSoundSetup(hostile, 1))
        .to.throw(VerimeshError)
        .with.property("code", "SETUP_INSECURE");
    }
  });

  it("accepts it on a local chain, and elsewhere only when told to", () => {
    requireSoundSetup(manifest, 31337);
    requireSoundSetup(manifest, 1, true);
    expect(() => requireSoundSetup(manifest, 11155111, false)).to.throw("its maker may be able to forge answers");
  });
});
