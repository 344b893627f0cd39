import { jobMarketAbi, modelRegistryAbi, verifierRegistryAbi } from "@verimesh/abi";
import { circuitInputs, requireProvable, runReference, serializeManifest, toSolidityProof } from "@verimesh/core";
import { SnarkjsProver } from "@verimesh/prover";
import { cidToHex, prepareInput } from "@verimesh/sdk";
import { parseCid } from "@verimesh/storage";
import { concat, type Hex, parseEventLogs, slice } from "viem";
import { PARTS, userOf } from "../accounts.ts";
import { assign, endWhenDue, enlist, type Party } from "./parties.ts";
import { requestToFail } from "./request.ts";
import type { FailureReport, FailureStage } from "./stage.ts";
import { tellFailure } from "./tell.ts";

/** The author registers another key than it publishes: a provider proves, the market refuses it, and it steps back. */
export async function failByTrapKey(stage: FailureStage): Promise<FailureReport> {
  const { signal } = stage;
  const version = await stage.inTurn(() => publishTrap(stage));
  const [trapped] = await enlist(stage, [PARTS.trapped], version);
  const jobId = await requestToFail(stage, { version, answerSeconds: 120 });
  await assign(stage, jobId);
  const refused = await proveInVain(stage, trapped!, jobId);
  if (refused !== "ProofInvalid") throw new Error(`The trap's proof was not refused as invalid: ${refused}.`);
  await trapped!.declineJob({ jobId, reason: "invalidProof", signal });
  await endWhenDue(stage, jobId);
  return tellFailure(stage, jobId, "the published key proves nothing to the registered verifier");
}

/** The registry takes any well-formed key; what a key proves is not its to know. */
async function publishTrap({ rpcUrl, deployment, credit, content }: FailureStage): Promise<bigint> {
  const author = userOf(rpcUrl, PARTS.author, deployment);
  const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const proofSystem = await author.readContract({ ...verifiers, functionName: "GROTH16_BN254" });
  const args = [proofSystem, otherKey(credit.verificationKey)] as const;
  const verifier = await author.readContract({ ...verifiers, functionName: "predictVerifier", args });
  const deployed = await author.writeContract({ ...verifiers, functionName: "deployVerifier", args });
  await author.waitForTransactionReceipt({ hash: deployed });

  const manifest = requireProvable(credit.manifest);
  const manifestCid = await content.put(serializeManifest(manifest), { as: "dag-json" });
  const { outputWords, inputWords } = manifest.circuit;
  const hash = await author.writeContract({
    ...{ address: deployment.modelRegistry, abi: modelRegistryAbi, functionName: "publishVersion" },
    args: [credit.modelId, cidToHex(manifestCid), verifier, outputWords, inputWords],
  });
  const { logs } = await author.waitForTransactionReceipt({ hash });
  const [published] = parseEventLogs({ abi: modelRegistryAbi, eventName: "VersionPublished", logs });
  return published!.args.version;
}

/** The same points in another order: alpha and the first of IC change places. */
function otherKey(key: Hex): Hex {
  const [g1, ic] = [64, 448];
  return concat([slice(key, ic, ic + g1), slice(key, g1, ic), slice(key, 0, g1), slice(key, ic + g1)]);
}

/** Proves with the published key, as a provider would, and returns the name of the market's refusal. */
async function proveInVain(stage: FailureStage, provider: Party, jobId: bigint): Promise<string> {
  const { deployment, credit, content, signal } = stage;
  const manifest = requireProvable(credit.manifest);
  const input = prepareInput(manifest, credit.samples[0]!.features, { clamp: true });
  const binding = await provider.readContract({
    ...{ address: deployment.jobMarket, abi: jobMarketAbi, functionName: "bindingOf" },
    args: [jobId, provider.account.address],
  });
  const file = (cid: string): Promise<Uint8Array> => content.get(parseCid(cid), { signal });
  const { proof, publicSignals } = await new SnarkjsProver().prove({
    provingKey: await file(manifest.files.provingKey),
    witnessCalculator: await file(manifest.files.witnessCalculator),
    inputs: circuitInputs(credit.model, runReference(credit.model, input.bytes), binding),
  });
  const outputWords = publicSignals.slice(0, manifest.circuit.outputWords);
  return provider
    .submitProof({ jobId, inputWords: input.inputWords, outputWords, proof: toSolidityProof(proof), signal })
    .then(
      () => "none",
      (error: unknown) => String((error as { code?: unknown }).code),
    );
}
