import { cidFromHex, type ModelVersion, modelRegistryAbi } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress } from "viem";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { mismatch, requireEqual } from "./Findings.ts";

const MAX_ROYALTY_BPS = 5000n;

/**
 * The registry's record of a version, held against its own events: what was announced is what stands.
 *
 * @returns undefined where there is no readable record
 */
export async function auditRegistry(
  context: AuditContext,
  modelId: bigint,
  version: bigint,
): Promise<{ readonly name: string; readonly version: ModelVersion } | undefined> {
  const registry = { address: context.deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const { findings } = context;

  const name = await findings.derive("model", async () => {
    const args = [modelId] as const;
    const [named, royaltyBps, holder] = await Promise.all([
      readChain(context, { ...registry, functionName: "nameOf", args }),
      readChain(context, { ...registry, functionName: "royaltyBpsOf", args }),
      readChain(context, { ...registry, functionName: "ownerOf", args }),
    ]);
    const [registered, ...again] = await readEvents(context, registry, "ModelRegistered", { modelId });
    const royalties = await readEvents(context, registry, "RoyaltySet", { modelId });
    const transfers = await readEvents(context, registry, "Transfer", { tokenId: modelId });
    requireEqual("its name", named, registered?.args.name);
    requireEqual("its royalty", royaltyBps, royalties.at(-1)?.args.royaltyBps);
    requireEqual("its holder", holder, transfers.at(-1)?.args.to);
    requireEqual("how often it was registered", again.length, 0);
    requireEqual("who received it first", transfers[0]?.args.to, registered?.args.author);
    for (const [index, { args }] of transfers.entries()) {
      requireEqual("who handed it on", args.from, index === 0 ? zeroAddress : transfers[index - 1]?.args.to);
    }
    if (royaltyBps > MAX_ROYALTY_BPS) mismatch(`its royalty is ${royaltyBps} basis points; at most ${MAX_ROYALTY_BPS}`);
    return { value: named, detail: `"${named}", held by ${holder}, royalty ${Number(royaltyBps) / 100} %` };
  });

  const stored = await findings.derive("version", async () => {
    const args = [modelId, version] as const;
    const entry = await readChain(context, { ...registry, functionName: "versionOf", args });
    const [published, ...more] = await readEvents(context, registry, "VersionPublished", { modelId, version });
    if (published === undefined || more.length > 0) mismatch(`it was published ${more.length} times`);
    const announced = published.args;
    requireEqual("its manifest", entry.manifestCid, announced.manifestCid);
    if (!isAddressEqual(entry.verifier, announced.verifier)) {
      mismatch(`its verifier is ${entry.verifier}; published was ${announced.verifier}`);
    }
    requireEqual("its number of output words", entry.outputWords, announced.outputWords);
    requireEqual("its number of input words", entry.inputWords, announced.inputWords);
    const manifestCid = cidFromHex(entry.manifestCid);
    const verifier = entry.verifier === zeroAddress ? "no verifier" : `verifier ${entry.verifier}`;
    return {
      value: { ...entry, version, manifestCid },
      detail: `${version}: manifest ${manifestCid.toString()}, ${verifier}`,
    };
  });

  await findings.check("deprecation", async () => {
    const events = await readEvents(context, registry, "VersionDeprecated", { modelId, version });
    const { deprecated } = await readChain(context, {
      ...registry,
      functionName: "versionOf",
      args: [modelId, version],
    });
    requireEqual("whether it is deprecated", deprecated, events.length > 0);
    return deprecated ? "deprecated: it takes no new jobs" : "not deprecated";
  });
  return name === undefined || stored === undefined ? undefined : { name, version: stored };
}
