import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ContentCache } from "../src/cache/ContentCache.ts";
import { CIRCOM_VERSION, compileCached, compileCircuit } from "../src/index.ts";
import { codeOf } from "./helpers/tinyModel.ts";

const source = (body: string) => `pragma circom 2.2.0; template Main() { ${body} } component main = Main();`;

describe("compileCircuit", () => {
  it("refuses a circuit that circom refuses, with its message and the line", async () => {
    const error = await compileCircuit(source("signal input a; b <== a;")).catch((e: Error) => e);
    expect((error as { code?: string }).code).to.equal("CIRCUIT_INVALID");
    expect((error as Error).message)
      .to.match(/Undeclared symbol/)
      .and.match(/main\.circom":1:/);
  });

  it("refuses template parameters out of their range", async () => {
    const include = 'include "arithmetic/UpperBits.circom";';
    const body = "signal input a; signal output b[253] <== UpperBits(254, 0)(a);";
    expect(await codeOf(compileCircuit(`${include} ${source(body)}`))).to.equal("CIRCUIT_INVALID");
  });

  it("stops when aborted", async () => {
    const reason = new Error("enough");
    const error = await compileCircuit(source(""), { signal: AbortSignal.abort(reason) }).catch((e: unknown) => e);
    expect(error).to.equal(reason);
  });

  it("compiles with the compiler whose version it names, and gives the same bytes each time", async () => {
    const body = "signal input a; signal output b <== a * a;";
    const [one, two] = await Promise.all([compileCircuit(source(body)), compileCircuit(source(body))]);
    expect(one.r1cs).to.deep.equal(two.r1cs);
    expect(one.witnessCalculator).to.deep.equal(two.witnessCalculator);
    const cli = join(import.meta.dirname, "../../../node_modules/circom2/cli.js");
    const { stdout } = await promisify(execFile)(process.execPath, [cli, "--version"]);
    expect(stdout).to.include(CIRCOM_VERSION);
    expect(one.compilerVersion).to.include(CIRCOM_VERSION);
  });
});

describe("the cache", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "verimesh-test-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("derives again what was damaged, and only that", async () => {
    const cache = new ContentCache(directory);
    let derived = 0;
    const get = () =>
      cache.getOrDerive(["key"], ["file"], () => Promise.resolve({ file: Uint8Array.from([1, 2, (derived += 1)]) }));
    expect((await get()).file[2]).to.equal(1);
    expect((await get()).file[2]).to.equal(1);
    const [entry] = await readdir(directory);
    for (const damage of ["file", "index.json"]) {
      await writeFile(join(directory, entry!, damage), "x");
      const before = derived;
      expect((await get()).file[2], damage).to.equal(before + 1);
      expect((await get()).file[2], damage).to.equal(before + 1);
    }
  });

  it("gives two that derive at once the same files, and leaves no others", async () => {
    const cache = new ContentCache(directory);
    let derived = 0;
    const get = () =>
      cache.getOrDerive(["key"], ["file"], () => Promise.resolve({ file: Uint8Array.from([(derived += 1)]) }));
    const [one, two] = await Promise.all([get(), get()]);
    expect(one).to.deep.equal(two);
    expect(await readdir(directory)).to.have.length(1);
  });

  it("keeps a compiled circuit under its source", async () => {
    const text = source("signal input a; signal output b <== a * a;");
    const one = await compileCached(text, { directory });
    const [entry] = await readdir(directory);
    expect(new Uint8Array(await readFile(join(directory, entry!, "r1cs")))).to.deep.equal(one.r1cs);
    expect(await compileCached(text, { directory })).to.deep.equal(one);
    await compileCached(source("signal input a; signal output b <== a * a + 1;"), { directory });
    expect(await readdir(directory)).to.have.length(2);
  });
});

describe("a program that proved", () => {
  it("ends by itself, without being told to clean up", async () => {
    const index = join(import.meta.dirname, "../src/index.ts");
    const program = `
      import { ProcessProver } from ${JSON.stringify(index)};
      const prover = new ProcessProver();
      const job = { provingKey: new Uint8Array(1), witnessCalculator: new Uint8Array(1), inputs: {} };
      await prover.prove(job).catch((error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 60_000,
    });
    expect(stdout.trim()).to.equal("PROVING_KEY_INVALID");
  });
});
