import { modelRegistryAbi } from "@verimesh/abi";
import { serializeManifest } from "@verimesh/core";
import { cidToHex } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { assert } from "chai";
import { concat, getAddress, type Hex, size, slice, zeroAddress } from "viem";
import { createForgingKey } from "../helpers/forgingKey.ts";
import {
  circuitless,
  expectError,
  type Fixture,
  forgingKey,
  publishCircuitless,
  sdkFixture,
  tinyManifest,
} from "./sdkFixture.ts";

describe("sdk: an author", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    snapshot = await world.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const { verificationKey } = forgingKey;
  const model = () => ({ manifest: world.manifest, verificationKey, royaltyBps: 500, store: world.store });

  it("is refused a key that is too short, with a point off its curve, or whose gamma equals delta", async () => {
    const register = (key: Hex) => world.author.registerModel({ ...model(), verificationKey: key });
    await expectError("VerificationKeyLengthInvalid", () => register(slice(verificationKey, 0, 100)));
    const alpha = concat([`0x${"11".repeat(64)}`, slice(verificationKey, 64)]);
    const error = await expectError("VerificationKeyPointInvalid", () => register(alpha));
    assert.match(error.shortMessage, /^alpha/);
    const gamma = slice(verificationKey, 192, 320);
    const degenerate = concat([slice(verificationKey, 0, 320), gamma, slice(verificationKey, 448)]);
    assert.equal(size(degenerate), size(verificationKey));
    await expectError("VerificationKeyDegenerate", () => register(degenerate));
  });

  it("is refused a royalty above the limit, an empty or long name, and words that do not fit the key", async () => {
    const error = await expectError("RoyaltyTooHigh", () =>
      world.author.registerModel({ ...model(), royaltyBps: 10_001 }),
    );
    assert.include(error.shortMessage, "100.01 %");
    for (const name of ["", "x".repeat(65)]) {
      await expectError("ModelNameInvalid", () => world.author.registerModel({ ...model(), name }));
    }
    const key = createForgingKey(4).verificationKey;
    await expectError("WordCountInvalid", () => world.author.registerModel({ ...model(), verificationKey: key }));
  });

  it("is refused a key without a circuit, and a circuit without a key", async () => {
    await expectError("MANIFEST_MISMATCH", () =>
      world.author.registerModel({ ...model(), manifest: circuitless(world.manifest) }),
    );
    await expectError("MANIFEST_MISMATCH", () =>
      world.author.registerModel({ ...model(), verificationKey: undefined }),
    );
  });

  it("is refused a manifest whose files are not in the store", async () => {
    const error = await expectError("CONTENT_MISSING", () =>
      world.author.registerModel({ ...model(), store: new MemoryContentStore() }),
    );
    assert.include(error.shortMessage, world.manifest.files.weights);
  });

  it("is refused a manifest that is malformed", async () => {
    const manifest = { ...world.manifest, output: { ...world.manifest.output, bits: 99 } };
    await expectError("MANIFEST_INVALID", () => world.author.registerModel({ ...model(), manifest }));
  });

  it("cannot publish, deprecate or price another's model", async () => {
    await expectError("NotModelHolder", () => world.stranger.publishVersion({ ...model(), modelId: 1n }));
    await expectError("NotModelHolder", () => world.stranger.deprecateVersion({ modelId: 1n, version: 1n }));
    await expectError("NotModelHolder", () => world.stranger.setRoyalty({ modelId: 1n, royaltyBps: 1 }));
  });

  it("registers a second model under the same key without deploying a second verifier", async () => {
    const first = (await world.author.getModel({ modelId: 1n })).versions[0]!;
    const hashes: Hex[] = [];
    const second = await world.author.registerModel({
      ...model(),
      name: "other",
      onTransaction: (hash) => hashes.push(hash),
    });
    assert.equal(second.modelId, 2n);
    assert.equal(getAddress(second.verifier), first.verifier);
    assert.lengthOf(hashes, 1);
    assert.isTrue(await world.store.has(second.manifestCid));
  });

  it("cannot make others read versions without end, nor write to their terminals", async () => {
    const { modelId } = await world.author.registerModel({ ...model(), name: "\u001b[31mred\u202e\n" });
    for (let i = 0; i < 3; i++) await world.author.publishVersion({ ...model(), modelId });
    const { name, versions } = await world.stranger.getModel({ modelId, maxVersions: 2 });
    assert.equal(name, "[31mred");
    assert.deepEqual(
      versions.map(({ version }) => version),
      [3n, 4n],
    );
  });

  it("publishes a version without a circuit, which names no verifier and cannot be asked for a proof", async () => {
    const version = await publishCircuitless(world);
    const { versions } = await world.stranger.getModel({ modelId: 1n });
    assert.equal(versions.at(-1)!.verifier, zeroAddress);
    const manifest = await world.stranger.getManifest({ modelId: 1n, version, store: world.store });
    assert.isUndefined(manifest.circuit);
    const request = { ...world.request, version };
    const error = await expectError("VersionHasNoCircuit", () => world.requester.requestJob(request));
    assert.include(error.details!, "quorum");
    const undecidable = { ...request, policy: "optimistic" } as const;
    await expectError("JuryTooLarge", () => world.requester.requestJob(undecidable));
  });

  it("cannot pass off a version without a verifier as one with a circuit", async () => {
    const { author, deployment, manifest, stranger } = world;
    const manifestCid = cidToHex(await world.store.put(serializeManifest(manifest), { as: "dag-json" }));
    await author.writeContract({
      ...{ address: deployment.modelRegistry, abi: modelRegistryAbi, functionName: "publishVersion" },
      args: [1n, manifestCid, zeroAddress, 1, 1],
    });
    const query = { modelId: 1n, version: 2n, store: world.store };
    const error = await expectError("MANIFEST_MISMATCH", () => stranger.getManifest(query));
    assert.include(error.details!, "names no verifier");
  });

  it("publishes a version, deprecates the first and sets the royalty", async () => {
    const manifest = await tinyManifest(world.store, "poseidon");
    const { version } = await world.author.publishVersion({ ...model(), manifest, modelId: 1n });
    assert.equal(version, 2n);
    await world.author.deprecateVersion({ modelId: 1n, version: 1n });
    await world.author.setRoyalty({ modelId: 1n, royaltyBps: 0 });
    const { versions, latestVersion, royaltyBps } = await world.author.getModel({ modelId: 1n });
    assert.deepEqual(
      versions.map(({ deprecated }) => deprecated),
      [true, false],
    );
    assert.equal(latestVersion, 2n);
    assert.equal(royaltyBps, 0n);
    await expectError("VersionIsDeprecated", () => world.author.deprecateVersion({ modelId: 1n, version: 1n }));
  });
});
