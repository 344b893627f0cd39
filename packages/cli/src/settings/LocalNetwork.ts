import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { parseDeployment, type Deployment } from "@verimesh/sdk";

/** What `npm start` leaves in `.verimesh/local.json`, so that the commands in another terminal need no flags. */
export interface LocalNetwork {
  readonly rpcUrl: string;
  readonly gatewayUrl: string;
  readonly deployment: Deployment;
  readonly models: readonly { readonly name: string; readonly modelId: number; readonly version: number }[];
  readonly providers: readonly { readonly address: string; readonly statusUrl: string }[];
  /** Indexes of the development accounts (Hardhat's well-known mnemonic). */
  readonly accounts: { readonly requester: number; readonly author: number; readonly providers: readonly number[] };
}

/** The file below a working directory. */
export function localNetworkPath(directory: string = process.cwd()): string {
  return join(directory, ".verimesh", "local.json");
}

/** Writes the file whole or not at all. */
export async function writeLocalNetwork(network: LocalNetwork, path: string = localNetworkPath()): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(network, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** Removes the file; to be called when the local chain goes. */
export async function removeLocalNetwork(path: string = localNetworkPath()): Promise<void> {
  await rm(path, { force: true });
}

/** Reads the file; undefined if there is none. Throws VerimeshError LOCAL_NETWORK_INVALID if it cannot be read. */
export async function readLocalNetwork(path: string = localNetworkPath()): Promise<LocalNetwork | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const network = JSON.parse(text) as LocalNetwork;
    return { ...network, deployment: parseDeployment(network.deployment) };
  } catch (cause) {
    throw new VerimeshError(`${path} cannot be read.`, {
      code: "LOCAL_NETWORK_INVALID",
      details: "It is written by npm start. Remove it, or start the local network again.",
      cause,
    });
  }
}
