import { builtinModules } from "node:module";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { build } from "tsdown";

const IMPORT = /(?:\bfrom|\bimport|\b(?:require|import)\()\s*["'`]([^"'`\s]+)["'`]/g;

describe("@verimesh/storage/http", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "verimesh-http-"));
    await build({
      config: false,
      // The export and something else, so that there are chunks which import each other.
      entry: ["http/HttpContentStore.ts", "http/fetchBounded.ts"].map((path) =>
        fileURLToPath(new URL(`../src/${path}`, import.meta.url)),
      ),
      platform: "browser",
      format: "esm",
      outDir: directory,
      deps: { alwaysBundle: [/.*/] },
      dts: false,
      logLevel: "silent",
    });
  });
  after(() => rm(directory, { recursive: true }));

  it("imports no module of Node, so that a page can use it", async () => {
    const files = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), "utf8")));
    const imported = [...files.join("\n").matchAll(IMPORT)].map((match) => match[1]!);
    assert.isNotEmpty(imported);
    assert.isEmpty(imported.filter((name) => name.startsWith("node:") || builtinModules.includes(name)));
  });
});
