import { createRequire } from "node:module";
import { VerimeshError } from "@verimesh/core";
import type { Addon, EngineName } from "./addon.ts";
import { buildAddon, buildableEngines } from "./build.ts";
import { selfCheck } from "./selfCheck.ts";

const loaded = new Map<EngineName, Promise<Addon>>();

/**
 * Builds (once) and loads the addon, and checks its arithmetic before it is trusted.
 *
 * @param engine default: `VERIMESH_NATIVE_ENGINE`, else the best that this processor can run
 * @throws VerimeshError NATIVE_PROVER_UNAVAILABLE
 */
export async function loadAddon(engine?: EngineName): Promise<Addon> {
  const chosen = engine ?? engineFromEnvironment() ?? (await supportedEngines())[0]!;
  const result = loaded.get(chosen) ?? load(chosen);
  loaded.set(chosen, result);
  return result;
}

/** Engines that this machine can build and run, best first. */
export async function supportedEngines(): Promise<readonly EngineName[]> {
  const portable = await open("portable");
  return portable.supported().filter((engine) => buildableEngines.includes(engine));
}

async function load(engine: EngineName): Promise<Addon> {
  if (!(await supportedEngines()).includes(engine)) unavailable(`This processor cannot run the engine ${engine}.`);
  const addon = await open(engine);
  selfCheck(addon);
  return addon;
}

async function open(engine: EngineName): Promise<Addon> {
  const path = await buildAddon(engine);
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    return unavailable((cause as Error).message, cause);
  }
}

function engineFromEnvironment(): EngineName | undefined {
  const wanted = process.env["VERIMESH_NATIVE_ENGINE"];
  if (wanted === undefined || wanted === "") return undefined;
  if (wanted === "ifma" || wanted === "adx" || wanted === "portable") return wanted;
  throw new VerimeshError(`VERIMESH_NATIVE_ENGINE is ${JSON.stringify(wanted)}.`, {
    code: "NATIVE_PROVER_UNAVAILABLE",
    details: "Expected ifma, adx or portable, or nothing for the best that this processor runs.",
  });
}

function unavailable(details: string, cause?: unknown): never {
  throw new VerimeshError("The native prover is not available.", { code: "NATIVE_PROVER_UNAVAILABLE", details, cause });
}
