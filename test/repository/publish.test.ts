import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";

const PUBLISHED = ["core", "abi", "storage", "sdk"];

/** What a dApp developer would write, outside this repository. */
const CONSUMER = `
import { prepareInput, verimeshActions, type Deployment } from "@verimesh/sdk";
import { HttpContentStore } from "@verimesh/storage/http";
import { createWalletClient, http } from "viem";

export function connect(deployment: Deployment) {
  const client = createWalletClient({ transport: http("http://127.0.0.1:1") }).extend(verimeshActions(deployment));
  const answer: Promise<{ readonly jobId: bigint }> = client.requestJob({
    modelId: 1n, version: 1n, fee: 1n, store: new HttpContentStore("http://127.0.0.1:1"),
    input: { bytes: new Uint8Array(1), inputWords: [0n], inputBinding: "words" },
  });
  return { client, answer, prepareInput };
}
`;

describe("the packages that are published", function () {
  this.timeout(180_000);
  let project: string;

  before(() => {
    execFileSync("turbo", ["run", "build", "--output-logs=errors-only"], { stdio: "pipe" });
    project = mkdtempSync(join(tmpdir(), "verimesh-consumer-"));
    const modules = join(project, "node_modules");
    mkdirSync(join(modules, "@verimesh"), { recursive: true });
    for (const name of PUBLISHED) {
      const target = join(modules, "@verimesh", name);
      cpSync(join("packages", name, "dist"), target, { recursive: true });
      // Dependencies of which another package wants another version.
      const own = resolve("packages", name, "node_modules");
      if (existsSync(own)) symlinkSync(own, join(target, "node_modules"));
    }
    // Their dependencies, as npm would install them; of this workspace nothing but what was built.
    for (const name of readdirSync("node_modules").filter((entry) => entry !== "@verimesh" && !entry.startsWith("."))) {
      symlinkSync(resolve("node_modules", name), join(modules, name));
    }
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  });

  after(() => rmSync(project, { recursive: true, force: true }));

  it("hold JavaScript and types and nothing that points into this repository", () => {
    for (const name of PUBLISHED) {
      const manifest = readFileSync(join("packages", name, "dist/package.json"), "utf8");
      expect(manifest).not.to.match(/\.ts"(?<!\.d\.ts")|src\//);
      expect(readFileSync(join("packages", name, "dist/index.js"), "utf8")).not.to.match(/from "\.\.?\/.*\.ts"/);
    }
  });

  it("are imported and used by a program that knows nothing of the workspace", () => {
    const program = `
      import { verimeshActions } from "@verimesh/sdk";
      import { HttpContentStore } from "@verimesh/storage/http";
      console.log(Object.keys(verimeshActions({})({})).includes("requestJob"), typeof HttpContentStore);
    `;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: project });
    expect(output.toString().trim()).to.equal("true function");
  });

  it("give that program their types", () => {
    writeFileSync(join(project, "consumer.ts"), CONSUMER);
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"];
    const tsc = resolve("node_modules/.bin/tsc");
    expect(() => execFileSync(tsc, [...options, "consumer.ts"], { cwd: project, stdio: "pipe" })).not.to.throw();
    writeFileSync(join(project, "wrong.ts"), CONSUMER.replace("fee: 1n", "fee: 1"));
    expect(() => execFileSync(tsc, [...options, "wrong.ts"], { cwd: project, stdio: "pipe" })).to.throw();
  });
});
