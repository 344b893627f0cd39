import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { expect } from "chai";
import { type Bn128, buildBn128 } from "ffjavascript";
import { inverseR, modR, powR } from "../src/binary/fieldElements.ts";
import { FixedBase } from "../src/setup/FixedBase.ts";
import { lagrangeAtTau } from "../src/setup/lagrange.ts";
import { drawToxicWaste } from "../src/setup/toxicWaste.ts";
import { tinyFixture } from "./helpers/tinyModel.ts";

describe("the arithmetic of the set-up", () => {
  let curve: Bn128;
  before(async () => {
    curve = await buildBn128(true);
  });

  for (const [group, windowBits] of [
    ["G1", 8],
    ["G1", 12],
    ["G2", 8],
    ["G2", 12],
  ] as const) {
    it(`multiplies the generator of ${group} by any scalar, windows of ${windowBits} bits`, () => {
      const random = Array.from({ length: 20 }, () => modR(BigInt(`0x${randomBytes(40).toString("hex")}`)));
      const edges = [0n, 1n, 2n, 255n, 256n, 4095n, 4096n, 4097n, 2n ** 253n, R - 1n, R - 2n, (R + 1n) / 2n];
      const scalars = [...edges, ...random];
      const bytes = group === "G1" ? 64 : 128;
      const points = new FixedBase(curve, group, windowBits).multiply(scalars);
      scalars.forEach((scalar, i) => {
        const expected = curve[group].toAffine(curve[group].timesScalar(curve[group].g, scalar));
        expect(points.subarray(i * bytes, (i + 1) * bytes), String(scalar)).to.deep.equal(expected);
      });
    });
  }

  it("evaluates Lagrange polynomials: they sum to one and interpolate x^3", () => {
    const n = 8;
    const root = curve.Fr.toObject(curve.Fr.w[4]!);
    const tau = 987654321n ** 7n % R;
    const { domain, oddDoubled } = lagrangeAtTau(n, root, tau);
    const at = (i: number) => powR(root, BigInt(i));
    expect(modR(domain.reduce((sum, value) => sum + value))).to.equal(1n);
    const cube = domain.reduce((sum, value, i) => sum + value * powR(at(2 * i), 3n), 0n);
    expect(modR(cube)).to.equal(powR(tau, 3n));
    oddDoubled.forEach((value, i) => {
      // Π_{j≠2i+1} (tau − w^j) / (w^(2i+1) − w^j)
      let product = 1n;
      for (let j = 0; j < 2 * n; j++) {
        if (j !== 2 * i + 1) product = modR(product * (tau - at(j)) * inverseR(modR(at(2 * i + 1) - at(j))));
      }
      expect(value, `L_${2 * i + 1}`).to.equal(product);
    });
  });

  it("draws secrets below the field order, none zero, all different", () => {
    const values = Object.values(drawToxicWaste(16)) as bigint[];
    expect(new Set(values).size).to.equal(5);
    for (const value of values) expect(value > 0n && value < R).to.equal(true);
  });
});

describe("a program that is killed during a set-up in JavaScript", () => {
  it("leaves no process behind", async function () {
    if (!existsSync("/proc/self/task")) this.skip();
    const directory = await mkdtemp(join(tmpdir(), "verimesh-test-"));
    try {
      const file = join(directory, "linked.r1cs");
      await writeFile(file, (await tinyFixture()).linked);
      const index = join(import.meta.dirname, "../src/index.ts");
      const program = `
        import { readFileSync } from "node:fs";
        import { setupDev } from ${JSON.stringify(index)};
        for (;;) {
          const made = setupDev(new Uint8Array(readFileSync(${JSON.stringify(file)})));
          console.log("started");
          await made;
        }`;
      const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, VERIMESH_PROVER: "snarkjs" },
      });
      await new Promise((resolve) => parent.stdout.once("data", resolve));
      // Between two set-ups there is none for a moment.
      let children: number[] = [];
      for (let i = 0; i < 300 && children.length === 0; i++) {
        children = await childrenOf(parent.pid!);
        if (children.length === 0) await wait(20);
      }
      expect(children).to.have.length(1);
      parent.kill("SIGKILL");
      for (let i = 0; i < 300 && (await isRunning(children[0]!)); i++) await wait(100);
      expect(await isRunning(children[0]!)).to.equal(false);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** False for a process that ended, also if nobody has fetched its status yet. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "0 (gone) Z");
  return !/\) Z/.test(status);
}
