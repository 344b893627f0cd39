import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect } from "chai";

const files = globSync(["test/**/*.{test.ts,t.sol}", "packages/*/{src,test}/**/*.test.ts"]);

/** The one test file of this name, which lines and spaces do not divide. */
function read(name: string): string {
  const found = files.filter((file) => basename(file) === name);
  expect(found, name).to.have.length(1);
  return readFileSync(found[0]!, "utf8");
}

describe("docs/threat-model.md", () => {
  it("names tests that exist", () => {
    const entries = readFileSync("docs/threat-model.md", "utf8").split(/\n(?=- |#|\n)/);
    let named = 0;
    for (const entry of entries) {
      let file: string | undefined;
      for (const [, code] of (entry.split(/_Shown\s+by_/)[1] ?? "").matchAll(/`([^`]+)`/g)) {
        const name = code!.replace(/\s+/g, " ");
        if (/\.(test\.ts|t\.sol)$/.test(name)) {
          file = name;
          continue;
        }
        expect(file, `a file before "${name}"`).to.be.a("string");
        const declared = file!.endsWith(".sol")
          ? read(file!).includes(`function ${name}(`)
          : read(file!).includes(name);
        expect(declared, `${file}: ${name}`).to.equal(true);
        named++;
      }
      if (entry.startsWith("- **") && /_Shown\s+by_/.test(entry)) expect(file, entry).to.be.a("string");
    }
    expect(named).to.be.greaterThan(200);
  });
});
