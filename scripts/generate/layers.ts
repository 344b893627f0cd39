/**
 * Writes docs/layers.md from the readers' own lists and the costs of circuits.
 *
 *   node scripts/generate/layers.ts           writes the page
 *   node scripts/generate/layers.ts --check   fails if the page differs
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadBackend } from "@verimesh/executor";
import { layersPage } from "./layers/page.ts";

const path = fileURLToPath(new URL("../../docs/layers.md", import.meta.url));

await loadBackend("cpu");
const page = await layersPage();
if (!process.argv.includes("--check")) {
  await writeFile(path, page);
  process.stdout.write("Wrote docs/layers.md.\n");
} else if ((await readFile(path, "utf8").catch(() => "")) === page) {
  process.stdout.write("docs/layers.md matches the readers and the circuits.\n");
} else {
  process.stderr.write("Stale docs/layers.md, run `node scripts/generate/layers.ts`.\n");
  process.exitCode = 1;
}
