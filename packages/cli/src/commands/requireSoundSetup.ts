import { isProvable, VerimeshError, type ModelManifest } from "@verimesh/core";

/** Chains where nothing is at stake. */
export const LOCAL_CHAINS: readonly number[] = [1337, 31337];

/**
 * Whoever made a model's key could have kept what forges proofs, and a manifest that speaks of a ceremony is no evidence
 * of one: no transcript can be verified yet. So outside local chains a requester must say that this will do.
 *
 * @throws VerimeshError SETUP_INSECURE
 */
export function requireSoundSetup(manifest: ModelManifest, chainId: number, allowInsecureSetup = false): void {
  if (allowInsecureSetup || LOCAL_CHAINS.includes(chainId)) return;
  // Nothing is proved where there is no circuit, so no key can forge it.
  if (!isProvable(manifest)) return;
  const claim = manifest.setup.kind === "insecure-dev" ? "a development key" : "said to come from a ceremony";
  throw new VerimeshError(`The key of "${manifest.name}" is ${claim}: its maker may be able to forge answers.`, {
    code: "SETUP_INSECURE",
    details: "If you trust its author, pass --allow-insecure-setup.",
  });
}
