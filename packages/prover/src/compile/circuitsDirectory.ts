import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { VerimeshError } from "@verimesh/core";

const here = dirname(fileURLToPath(import.meta.url));

/** Where the circom templates are: beside the packages in the repository, inside this package once published. */
export function circuitsDirectory(): string {
  const candidates = [
    resolve(here, "../../../../circuits"),
    resolve(here, "../circuits"),
    resolve(here, "../../circuits"),
  ];
  const found = candidates.find((directory) => existsSync(resolve(directory, "activations/Requantize.circom")));
  if (found === undefined) {
    throw new VerimeshError("The circuit templates are missing.", {
      code: "CIRCUITS_MISSING",
      details: `Expected a folder with activations/Requantize.circom at one of: ${candidates.join(", ")}. Reinstall @verimesh/prover.`,
    });
  }
  return found;
}

/** The folder that holds `circomlib/`, for `include "circomlib/circuits/…"`. */
export function circomlibParentDirectory(): string {
  return dirname(dirname(fileURLToPath(import.meta.resolve("circomlib/package.json"))));
}
