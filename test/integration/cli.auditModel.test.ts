import {
  circuitLayout,
  encodeVerificationKey,
  linearConstraints,
  type ProvableManifest,
  requireProvable,
  serializeEvaluation,
  verificationKeyToJson,
} from "@verimesh/core";
import { compileCached, linkWeights, setupDev } from "@verimesh/prover";
import { deepRuns } from "@verimesh/core/testing";
import { verimeshPublicActions } from "@verimesh/sdk";
import { expect } from "chai";
import { createPublicClient, custom, type Hex, keccak256, numberToHex } from "viem";
import { hardhat } from "viem/chains";
import { auditCircuit } from "../../packages/cli/src/audit/auditCircuit.ts";
import type { AuditContext } from "../../packages/cli/src/audit/AuditContext.ts";
import { type AuditedKeys, auditKeys } from "../../packages/cli/src/audit/auditKeys.ts";
import { auditManifest } from "../../packages/cli/src/audit/auditManifest.ts";
import { auditRegistry } from "../../packages/cli/src/audit/auditRegistry.ts";
import { auditVerifier } from "../../packages/cli/src/audit/auditVerifier.ts";
import { Findings } from "../../packages/cli/src/audit/Findings.ts";
import { errorOf, run } from "../../packages/cli/test/run.ts";
import { type AuditNetwork, inputs, model, slotOf, startAuditNetwork, wrongOf } from "./auditNetwork.ts";
import { Tampering } from "./auditNetworkTampering.ts";

/** Slots of the contracts' mappings, as the compiler lays them out. */
const SLOTS = { owners: 2, models: 7, versions: 8, implementations: 2, retired: 3, proofSystems: 4 };
const utf8 = new TextEncoder();

/** Each value that the audit of a model reads of the chain, by the line that names it when it is altered. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  model: [
    ...["nameOf", "royaltyBpsOf", "ownerOf", "RoyaltySet (missing)", "RoyaltySet.royaltyBps", "RoyaltySet.modelId"],
    ...["ModelRegistered (missing)", "ModelRegistered (twice)", "ModelRegistered.modelId", "ModelRegistered.author"],
    ...["ModelRegistered.name", "Transfer (missing)", "Transfer (twice)", "Transfer.from", "Transfer.to"],
    "Transfer.tokenId",
  ],
  version: [
    ...["versionOf.verifier", "versionOf.outputWords", "versionOf.inputWords", "versionOf.manifestCid"],
    ...[
      "VersionPublished (missing)",
      "VersionPublished (twice)",
      "VersionPublished.modelId",
      "VersionPublished.version",
    ],
    ...["VersionPublished.manifestCid", "VersionPublished.verifier", "VersionPublished.outputWords"],
    "VersionPublished.inputWords",
  ],
  deprecation: ["versionOf.deprecated"],
  "verifier's registration": ["proofSystemOf.proofSystem"],
  "verifier's address": ["implementationOf", "predictVerifier"],
  "verifier's code": ["code"],
  "verifier's answers": ["verifyProof"],
};

/** What may be altered without a line that is wrong, and why. */
const UNNAMED_VALUES: Readonly<Record<string, string>> = {
  "RoyaltySet (twice)": "the same royalty again changes nothing",
  isRetired: "a retired proof system takes no new versions, and those that there are stay right: the line says so",
};

describe("verimesh audit model", () => {
  let world: AuditNetwork;
  let modelId: bigint;
  before(async () => {
    world = await startAuditNetwork();
    modelId = await world.publish();
  });
  after(() => world.close());

  const wrongWith = async (changed: object, encodedKey?: Hex): Promise<string[]> =>
    wrongOf(await world.audit("model", String(await world.publish(changed, encodedKey))));
  const withFile = async (name: string, bytes: Uint8Array): Promise<string[]> =>
    wrongWith({ files: { ...world.manifest.files, [name]: await world.put(bytes) } });

  it("says so when there is no such model or version, or no content", async () => {
    expect(errorOf(await run("audit", "model", "99", ...world.flags, "--json")).code).to.equal("ModelUnknown");
    const old = await world.audit("model", String(modelId), "--model-version", "7");
    expect(wrongOf(old)).to.include("version");
    const nowhere = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    expect(await wrongWith({ files: { ...world.manifest.files, weights: nowhere } })).to.deep.equal(["weights"]);
  });

  describe("names the file that was altered:", () => {
    it("weights", async () => {
      // Another weight is another model: nothing that was derived from the first fits it.
      const weights = world.bundle.files.weights.with(0, world.bundle.files.weights[0]! + 1);
      expect(await withFile("weights", weights)).to.include.members(["constraint system", "key and circuit"]);
      expect(await withFile("weights", Uint8Array.of(...world.bundle.files.weights, 0))).to.deep.equal(["weights"]);
    });

    it("skeleton, witness calculator, verification key and held-out samples, each of them", async () => {
      const { skeleton, witnessCalculator, verificationKey } = world.bundle.files;
      const json = JSON.parse(new TextDecoder().decode(verificationKey)) as { IC: string[][] };
      const swapped = { ...json, IC: [json.IC[1], json.IC[0], ...json.IC.slice(2)] };
      const altered: readonly [check: string, name: string, bytes: Uint8Array][] = [
        ["skeleton", "skeleton", utf8.encode(new TextDecoder().decode(skeleton).replace("Argmax", "  Argmax"))],
        ["witness calculator", "witnessCalculator", witnessCalculator.with(-1, witnessCalculator.at(-1)! ^ 1)],
        ["verification key", "verificationKey", utf8.encode(JSON.stringify(swapped))],
        ["accuracy", "evaluation", serializeEvaluation({ inputs, targets: inputs.map(() => 0) })],
      ];
      const first = deepRuns(1);
      for (const [check, name, bytes] of altered.slice(0, first)) {
        expect(await withFile(name, bytes)).to.deep.equal([check]);
      }
      const files: Record<string, string | undefined> = { ...world.manifest.files };
      for (const [, name, bytes] of altered) files[name] = await world.put(bytes);
      expect(await wrongWith({ files })).to.deep.equal(altered.map(([check]) => check));
      const unreadable = {
        verificationKey: await world.put(utf8.encode("{")),
        evaluation: await world.put(new Uint8Array(5)),
      };
      expect(await wrongWith({ files: { ...world.manifest.files, ...unreadable } })).to.deep.equal([
        "verification key",
        "accuracy",
      ]);
    });

    it("proving key", async () => {
      const { provingKey } = world.bundle.files;
      // Within the points of H, which only proving needs.
      const altered = provingKey.with(-1000, provingKey.at(-1000)! ^ 1);
      expect(await withFile("provingKey", altered)).to.deep.equal(["key and circuit"]);
      expect(await withFile("provingKey", provingKey.subarray(0, -1))).to.include.members(["proving key"]);
    });
  });

  describe("names the claim of the manifest that is not so:", () => {
    it("name, compiler, hash, constraints, encoding and accuracy, each of them", async () => {
      const { circuit, accuracy, output } = world.manifest;
      const claims: readonly [check: string, claim: object][] = [
        ["manifest and registry", { name: "digits" }],
        ["encodings", { output: { ...output, bits: 2 } }],
        ["compiler", { circuit: { ...circuit, compiler: "circom 2.1.0 --O2" } }],
        ["constraint system", { circuit: { ...circuit, r1csHash: "00".repeat(32) } }],
        ["constraints", { circuit: { ...circuit, constraints: circuit.constraints + 1 } }],
        ["accuracy", { accuracy: { ...accuracy, integer: 1 } }],
        ["accuracy", { accuracy: { ...accuracy, samples: 13 } }],
      ];
      const first = deepRuns(1);
      for (const [check, claim] of claims.slice(0, first)) expect(await wrongWith(claim)).to.deep.equal([check]);
      // All at once: what each is named for does not hide the others.
      const { name } = claims[0]![1] as { name: string };
      const wrong = await wrongWith({
        ...{ name, output: { ...output, bits: 2 }, accuracy: { ...accuracy, integer: 1 } },
        circuit: {
          ...circuit,
          compiler: "circom 2.1.0 --O2",
          r1csHash: "00".repeat(32),
          constraints: circuit.constraints + 1,
        },
      });
      expect(wrong).to.deep.equal([...new Set(claims.map(([check]) => check))]);
    });

    it("a key of other weights, though all of its files and the verifier belong together", async () => {
      const layout = circuitLayout(model);
      const { r1cs } = await compileCached(new TextDecoder().decode(world.bundle.files.skeleton), { layout });
      const rows = [...linearConstraints(model, layout)];
      const other = rows.map((row, i) => (i === 0 ? { ...row, constant: row.constant + 1 } : row));
      const { provingKey, verificationKey } = await setupDev(linkWeights(r1cs, other));
      const files = {
        ...world.manifest.files,
        provingKey: await world.put(provingKey),
        verificationKey: await world.put(utf8.encode(JSON.stringify(verificationKeyToJson(verificationKey)))),
      };
      expect(await wrongWith({ files }, encodeVerificationKey(verificationKey))).to.deep.equal(["key and circuit"]);
    });

    it("a verifier of another key", async () => {
      const { provingKey } = world.bundle.files;
      const { verificationKey } = await setupDev(world.r1cs);
      expect(provingKey.length).to.be.above(0);
      const wrong = await wrongWith({}, encodeVerificationKey(verificationKey));
      expect(wrong).to.deep.equal(["verifier's address", "verifier's code", "verifier's answers"]);
    });
  });

  it("names each value that it reads of the chain, by the line that the table states", async () => {
    const { client, deployment, store } = world.net;
    const tampering = new Tampering((args) => client.request(args as never));
    const transport = custom({ request: tampering.request }, { retryCount: 0 });
    const reader: unknown = createPublicClient({ chain: hardhat, transport, cacheTime: 0 }).extend(
      verimeshPublicActions(deployment),
    );
    const { signal } = new AbortController();
    // Circuit and keys stay the same: what is altered is on the chain alone.
    let derived: AuditedKeys | undefined;
    const audit = async (): Promise<string[]> => {
      const findings = new Findings(signal);
      const context = { client: reader as AuditContext["client"], deployment, store, findings, signal };
      const record = await auditRegistry(context, modelId, 1n);
      const manifest = record && (await auditManifest(context, record));
      if (record === undefined || manifest === undefined) return wrongOf({ valid: false, checks: findings.list });
      derived ??= await keysOf(context, requireProvable(manifest));
      await auditVerifier(context, record.version, derived);
      return wrongOf({ valid: findings.allRight, checks: findings.list });
    };
    expect(await audit()).to.deep.equal([]);
    const altered = new Set<string>();
    const unseen: string[] = [];
    for (const alteration of tampering.alterations()) {
      const { name } = alteration;
      altered.add(name);
      if (name in UNNAMED_VALUES) continue;
      const lines = Object.entries(VALUES).flatMap(([line, names]) => (names.includes(name) ? [line] : []));
      const wrong = await tampering.while(alteration, audit);
      if (!lines.some((line) => wrong.includes(line))) unseen.push(`${name}: wrong are ${wrong.join(", ") || "none"}`);
    }
    expect(unseen).to.deep.equal([]);
    expect([...altered]).to.have.members([...new Set(Object.values(VALUES).flat()), ...Object.keys(UNNAMED_VALUES)]);
  });

  async function keysOf(context: AuditContext, manifest: ProvableManifest): Promise<AuditedKeys | undefined> {
    const silent = { ...context, findings: new Findings(context.signal) };
    return auditKeys(silent, manifest, model, await auditCircuit(silent, manifest, model));
  }

  describe("names the value on the chain that was altered:", () => {
    const versionSlot = () => slotOf(slotOf(SLOTS.versions, modelId), 1n);
    const values: readonly [name: string, check: string, slot: () => Hex, change: (word: bigint) => bigint][] = [
      ["verifier", "version", versionSlot, (word) => word ^ 1n],
      ["output words", "version", versionSlot, (word) => word + (1n << 160n)],
      ["input words", "version", versionSlot, (word) => word + (1n << 168n)],
      ["deprecation", "deprecation", versionSlot, (word) => word | (1n << 176n)],
      [
        "manifest CID",
        "version",
        () => keccakSlot(slotOf(slotOf(SLOTS.versions, modelId), 1n, 1n)),
        (word) => word ^ 1n,
      ],
      ["royalty", "model", () => slotOf(SLOTS.models, modelId), (word) => word + 1n],
      ["name", "model", () => slotOf(SLOTS.models, modelId, 1n), (word) => word ^ (1n << 248n)],
      ["holder", "model", () => slotOf(SLOTS.owners, modelId), (word) => word ^ 1n],
    ];
    for (const [name, check, slot, change] of values) {
      it(`the registry's ${name}`, async () => {
        const { modelRegistry } = world.net.deployment;
        const audited = await world.whileStored(modelRegistry, slot(), change, () =>
          world.audit("model", String(modelId)),
        );
        expect(wrongOf(audited)).to.include(check);
        expect(audited.status).to.equal(1);
      });
    }

    it("the verifier registry's record, and its implementation", async () => {
      const { verifierRegistry } = world.net.deployment;
      const verifier = await world.verifierOf(modelId);
      const record = slotOf(SLOTS.proofSystems, verifier);
      const audit = () => world.audit("model", String(modelId));
      expect(wrongOf(await world.whileStored(verifierRegistry, record, () => 0n, audit))).to.deep.equal([
        "verifier's registration",
      ]);
      const system = keccak256(utf8.encode("groth16-bn254"));
      const implementation = slotOf(SLOTS.implementations, system);
      expect(wrongOf(await world.whileStored(verifierRegistry, implementation, (w) => w ^ 1n, audit))).to.deep.equal([
        "verifier's address",
        "verifier's code",
      ]);
    });

    it("the verifier's code, and that of the contract behind it", async () => {
      const verifier = await world.verifierOf(modelId);
      const audit = () => world.audit("model", String(modelId));
      // Returns true, whatever it is asked.
      const yes = "0x600160005260206000f3";
      expect(wrongOf(await world.whileCode(verifier, yes, audit))).to.deep.equal([
        "verifier's code",
        "verifier's answers",
      ]);
      const implementation = await world.implementation();
      expect(wrongOf(await world.whileCode(implementation, yes, audit))).to.deep.equal(["verifier's answers"]);
    });
  });

  it("shows nothing of a hostile manifest that could fool a terminal", async () => {
    const name = "\u001b[2K\rtiny\u202e\u0007";
    const id = await world.publish({ name, circuit: { ...world.manifest.circuit, compiler: "\u001b]0;owned\u0007" } });
    const { stdout, status } = await run("audit", "model", String(id), ...world.flags);
    expect(status).to.equal(1);
    expect(stdout).to.contain("✘ manifest and registry").and.contain("✘ compiler");
    expect(/[\p{Cc}\p{Cf}]/u.test(stdout.replaceAll("\n", ""))).to.equal(false);
  });

  it("finds nothing wrong with a model as it was registered, one verdict a line", async () => {
    const audited = await world.audit("model", "1");
    expect(audited.checks.filter(({ verdict }) => verdict === "wrong")).to.deep.equal([]);
    expect(audited).to.deep.include({ status: 0, valid: true });
    const { stdout, status } = await run("audit", "model", "1", ...world.flags);
    expect(status).to.equal(0);
    const lines = stdout.split("\n").filter((line) => /^[✔–] /.test(line));
    expect(lines).to.have.length(audited.checks.length);
    expect(stdout)
      .to.contain("✔ key and circuit")
      .and.contain("91.67 % of 12 samples")
      .and.contain("Nothing is wrong.");
  });
});

/** Where the bytes of a long value begin. */
function keccakSlot(slot: Hex): Hex {
  return numberToHex(BigInt(keccak256(slot)), { size: 32 });
}
