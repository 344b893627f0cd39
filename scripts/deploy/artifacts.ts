import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Abi, Hex } from "viem";

export interface ContractArtifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

/** Finds a contract's artifact by its fully qualified name, `contracts/jobs/JobMarket.sol:JobMarket`. */
export type ArtifactLoader = (qualifiedName: string) => Promise<ContractArtifact>;

const defaultFolder = fileURLToPath(new URL("../../artifacts", import.meta.url));

/** Reads what `hardhat build` wrote. Throws if the contract was not built. */
export function artifactsIn(folder: string = defaultFolder): ArtifactLoader {
  return async (qualifiedName) => {
    const [source = "", contract = ""] = qualifiedName.split(":");
    const file = join(folder, source, `${contract}.json`);
    const text = await readFile(file, "utf8").catch((cause: unknown) => {
      throw new Error(`No artifact of ${qualifiedName} at ${file}: run \`hardhat build\` first.`, { cause });
    });
    return JSON.parse(text) as ContractArtifact;
  };
}
