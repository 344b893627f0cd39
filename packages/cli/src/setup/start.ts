import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readR1cs, requireAbsent, startCeremony, writeWhole } from "@verimesh/prover";
import type { Context } from "../commands/Context.ts";
import { ceremonyProgress } from "./ceremonyProgress.ts";
import { linkedCircuit } from "./linkedCircuit.ts";

export interface CeremonyStartOptions {
  readonly ptau: string;
  readonly out: string;
}

/** Makes the folder of a ceremony: the circuit, and the key that the first person gets. */
export async function startCeremonyIn(
  context: Context,
  circuit: string,
  { ptau, out: folder }: CeremonyStartOptions,
): Promise<void> {
  const { out } = context;
  const r1cs = await linkedCircuit(context, circuit);
  await mkdir(folder, { recursive: true });
  const [key, circuitFile] = [join(folder, "0000.zkey"), join(folder, "circuit.r1cs")];
  await requireAbsent(key);
  // An interrupted start leaves it, or it is the very file that was named.
  const there = await readFile(circuitFile).catch(() => undefined);
  if (there?.equals(r1cs) !== true) await writeWhole(circuitFile, (part) => writeFile(part, r1cs));
  const started = await startCeremony({ r1cs, ptau, out: key }, ceremonyProgress(context));
  const { phase1 } = started;
  const { constraints } = readR1cs(r1cs);
  out.facts({
    Key: key,
    "Key's sha256": started.keySha256,
    Circuit: `${circuitFile}, ${constraints.toLocaleString("en")} constraints`,
    "Circuit's sha256": started.r1csSha256,
    "Phase 1": `${phase1.publicName ?? "no public file that is known here"}, power ${phase1.power}, ${phase1.people} people`,
    "Phase 1's blake2b": phase1.blake2b,
    "Circuit hash": started.circuitHash,
  });
  out.line();
  out.line("Anyone can forge proofs with this key. Send it with circuit.r1cs to the first person, who runs");
  out.line(`  verimesh setup ceremony contribute 0000.zkey --name "…" --circuit circuit.r1cs --ptau <phase 1>`);
  out.result({ ...started, key, circuit: circuitFile, constraints });
}
