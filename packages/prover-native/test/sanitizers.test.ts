import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { findCompiler } from "../src/compiler.ts";
import { supportedEngines } from "../src/loadAddon.ts";

const packages = join(import.meta.dirname, "../..");
/** Tests of every operation, of whole keys and proofs, and of thousands of corrupt files. */
const suites = [
  "prover-native/test/field.test.ts",
  "prover-native/test/curve.test.ts",
  "prover-native/test/nativeCeremony.test.ts",
  "prover/test/native.test.ts",
  "prover/test/nativeFiles.test.ts",
].map((file) => join(packages, file));

/** Built with AddressSanitizer and UndefinedBehaviorSanitizer, the addon ends the process at the first error of its own. */
describe("under AddressSanitizer and UndefinedBehaviorSanitizer", () => {
  const compiler = findCompiler();
  const runtimes = compiler === null || process.platform !== "linux" ? [] : ["libasan.so", "libubsan.so"].map(pathOf);
  const available = runtimes.length > 0 && runtimes.every((path) => path !== null);

  for (const engine of ["portable", "adx", "ifma"] as const) {
    it(`the engine ${engine} passes its tests`, async function () {
      if (!process.env["VERIMESH_DEEP"] || !available || !(await supportedEngines()).includes(engine)) this.skip();
      this.timeout(3_600_000);
      const { status, output } = await run(engine, suites);
      expect(status, output.slice(-4000)).to.equal(0);
      expect(output).to.match(/[1-9]\d* passing/);
    });
  }

  function pathOf(library: string): string | null {
    const asked = spawnSync(compiler!.command, [`-print-file-name=${library}`], { encoding: "utf8" });
    const path = asked.stdout.trim();
    return path.startsWith("/") ? path : null;
  }

  function run(engine: string, parameters: readonly string[]): Promise<{ status: number | null; output: string }> {
    return new Promise((resolve) => {
      const mocha = join(packages, "../node_modules/mocha/bin/mocha.js");
      const child = spawn(process.execPath, [mocha, "--no-config", "--timeout", "3600000", ...parameters], {
        env: {
          ...process.env,
          VERIMESH_DEEP: "",
          VERIMESH_NATIVE_ENGINE: engine,
          VERIMESH_NATIVE_SANITIZE: "1",
          LD_PRELOAD: runtimes.join(":"),
          // Node itself keeps memory until it ends.
          ASAN_OPTIONS: "detect_leaks=0:abort_on_error=1",
        },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.on("close", (status) => resolve({ status, output }));
    });
  }
});
