// Builds what this machine will load, before it is needed; the first use does it otherwise.
import { VerimeshError } from "@verimesh/core";
import { buildAddon } from "./build.ts";
import { supportedEngines } from "./loadAddon.ts";

let told = false;
const tell = () => {
  if (!told) process.stderr.write("Building the native prover (about a minute, once) …\n");
  told = true;
};
try {
  await buildAddon("portable", tell);
  const [best] = await supportedEngines();
  await buildAddon(best!, tell);
} catch (error) {
  if (!(error instanceof VerimeshError)) throw error;
  process.stderr.write(`${error.message}\nEverything works on snarkjs, more slowly.\n`);
}
