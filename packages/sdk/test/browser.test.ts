import { builtinModules } from "node:module";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { assert } from "chai";
import { build } from "tsdown";
import { denseManifest } from "./manifest.ts";

/** What a page has; no process, Buffer, require or node: module. */
const PAGE = {
  AbortController,
  AbortSignal,
  atob,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
};

/** A failure would print the bundle's line, which may be long. */
const QUIET = { displayErrors: false };

const IMPORT = /(?:\bfrom|\bimport|\b(?:require|import)\()\s*["'`]([^"'`\s]+)["'`]/g;

describe("the browser bundle", () => {
  let directory: string;
  let script: string;
  const modules: string[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "verimesh-sdk-"));
    await build({
      config: false,
      entry: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
      platform: "browser",
      format: ["esm", "iife"],
      globalName: "verimesh",
      outDir: directory,
      deps: { alwaysBundle: [/.*/] },
      dts: false,
      logLevel: "silent",
    });
    const files = (await readdir(directory)).filter((name) => name.endsWith(".js"));
    for (const name of files) {
      const text = await readFile(join(directory, name), "utf8");
      if (name.endsWith(".iife.js")) script = text;
      else modules.push(text);
    }
  });
  after(() => rm(directory, { recursive: true }));

  it("imports no module of Node", () => {
    const imported = [...modules.join("\n").matchAll(IMPORT)].map((match) => match[1]!);
    assert.isNotEmpty(imported, "the chunks import each other");
    const builtins = imported.filter((name) => name.startsWith("node:") || builtinModules.includes(name));
    assert.isEmpty(builtins);
  });

  it("runs in a page: prepares an input, binds its actions to a client and reads from a node", async () => {
    const page = createContext({ ...PAGE, manifest: denseManifest(3) });
    page["request"] = ({ method }: { method: string }) =>
      method === "eth_call"
        ? Promise.resolve(`0x${"0".repeat(63)}7`)
        : Promise.reject(new Error(`unexpected ${method}`));
    runInContext(
      `globalThis.window = globalThis; globalThis.self = globalThis; ${script}; globalThis.sdk = verimesh;`,
      page,
      QUIET,
    );
    const words: unknown = runInContext("sdk.prepareInput(manifest, [-1, 0, 1]).inputWords[0]", page, QUIET);
    assert.equal(words, 0xff8000n);
    const claimable = await (runInContext(
      `(() => {
        const address = (digit) => "0x" + digit.repeat(40);
        const contracts = ["token", "verifierRegistry", "modelRegistry", "providerStaking", "providerSelection",
          "jobMarket", "quorumPolicy", "optimisticPolicy", "requestDesk", "jobQuoter", "timelock"];
        const deployment = sdk.parseDeployment({ chainId: 31337, deployedAtBlock: 0,
          ...Object.fromEntries(contracts.map((name, i) => [name, address((i + 1).toString(16))])) });
        const client = { request, chain: undefined, account: undefined };
        return sdk.verimeshActions(deployment)(client).getClaimable({ owner: address("6") });
      })()`,
      page,
      QUIET,
    ) as Promise<unknown>);
    assert.equal(claimable, 7n);
  });
});
