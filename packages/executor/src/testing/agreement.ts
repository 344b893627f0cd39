import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReference, type Trace } from "@verimesh/core";
import { caseToJson, shrinkCase, type Case } from "@verimesh/core/testing";
import type { Backend } from "../backend.ts";
import { createExecutor } from "../executor.ts";

/**
 * Where backends do not give the reference's trace: the first one, and how. Null if all do.
 *
 * @param run what is asked; default the executor on that backend
 */
export async function disagreementOf(
  { model, input }: Case,
  backends: readonly Backend[],
  run: (found: Case, backend: Backend) => Promise<Trace> = runOn,
): Promise<string | null> {
  const expected = runReference(model, input);
  for (const backend of backends) {
    const trace = await run({ model, input }, backend).catch((error: unknown) => String(error));
    const difference = typeof trace === "string" ? trace : differenceOf(model.nodes, expected, trace);
    if (difference !== null) return `${backend.name}: ${difference}`;
  }
  return null;
}

/**
 * Shrinks a case that shows a fault, writes it as a JSON file that reproduces it (`caseFromJson`) and throws an error that
 * names the file.
 *
 * @param faultOf how the case goes wrong; null if it does not
 */
export async function reportFault(found: Case, faultOf: (candidate: Case) => Promise<string | null>): Promise<never> {
  const smallest = await shrinkCase(found, async (candidate) => (await faultOf(candidate)) !== null);
  const folder = join(tmpdir(), "verimesh-disagreements");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${Date.now()}-${process.pid}.json`);
  await writeFile(path, caseToJson(smallest));
  const kinds = smallest.model.nodes.map(({ kind }) => kind).join(", ");
  throw new Error(`${await faultOf(smallest)}\nThe smallest model that shows it (${kinds}) is in ${path}`);
}

async function runOn({ model, input }: Case, backend: Backend): Promise<Trace> {
  const executor = await createExecutor(model, backend);
  try {
    return await executor.run(input);
  } finally {
    await executor.dispose();
  }
}

function differenceOf(nodes: Case["model"]["nodes"], expected: Trace, actual: Trace): string | null {
  for (const [k, values] of [...expected.values, expected.output].entries()) {
    const given = k < nodes.length ? actual.values[k] : actual.output;
    const name = k < nodes.length ? `node "${nodes[k]!.name}"` : "the answer";
    if (values === null ? given === null : given?.length === values.length && values.every((v, i) => v === given[i])) {
      continue;
    }
    const index = values?.findIndex((value, i) => value !== given?.[i]) ?? 0;
    return `${name}, element ${index}: expected ${values?.[index]}, got ${given?.[index]}`;
  }
  return null;
}
