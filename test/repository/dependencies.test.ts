import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";

interface PackageJson {
  readonly name?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const manifests = ["package.json", ...globSync("packages/*/package.json"), ...globSync("examples/*/package.json")];
const read = (file: string): PackageJson => JSON.parse(readFileSync(file, "utf8")) as PackageJson;

describe("dependencies", () => {
  it("are pinned to exact versions, the same in every package", () => {
    const seen = new Map<string, string>();
    expect(manifests.length).to.be.greaterThan(8);
    for (const file of manifests) {
      const { dependencies, devDependencies, optionalDependencies } = read(file);
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        expect(version, `${name} in ${file}`).to.match(/^\d+\.\d+\.\d+$/);
        expect(seen.get(name) ?? version, `${name} in ${file}`).to.equal(version);
        seen.set(name, version);
      }
    }
  });

  it("have no install script that npm would run", () => {
    expect(readFileSync(".npmrc", "utf8")).to.match(/^ignore-scripts=true$/m);
  });

  it("are locked with integrity hashes and without the address of any one registry", () => {
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
    };
    const entries = Object.entries(lock.packages).filter(([path]) => path.includes("node_modules/"));
    expect(entries.length).to.be.greaterThan(300);
    for (const [path, entry] of entries.filter(([, { link }]) => !link)) {
      expect(entry.integrity, path).to.match(/^sha\d+-/);
      expect(entry.resolved, path).to.equal(undefined);
    }
  });
});
