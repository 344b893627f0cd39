import { bn254 } from "@noble/curves/bn254";
import { expect } from "chai";
import { findCompiler } from "../src/compiler.ts";
import { supportedEngines } from "../src/loadAddon.ts";
import { NativeGroth16 } from "../src/NativeGroth16.ts";
import { toBytes } from "../src/bytes.ts";
import { orders, randomBelow } from "./operands.ts";

const { fr: R, fq: Q } = orders;
/** A cube root of one modulo r: the endomorphism's factor. */
const LAMBDA = 4407920970296243842393367215006156084916469457145843978461n;
const wanted = process.env["VERIMESH_NATIVE_ENGINE"];
const engines = findCompiler() === null ? [] : await supportedEngines();

for (const engine of engines.filter((each) => (wanted || each) === each)) {
  const native = await NativeGroth16.load(engine);

  describe(`the engine ${engine}, on lists of points as files have them`, () => {
    /** Multiples of the generator in the files' form. */
    const points = (scalars: readonly bigint[]) => multiples(native, scalars);
    const edges = [0n, 1n, 1n, 2n, R - 1n, R - 2n, LAMBDA, R - LAMBDA, 0n];

    it("refuses what are no points: cut off, not reduced, on no curve", async () => {
      const good = points([1n, 2n, 3n]);
      const unreduced = good.slice();
      unreduced.set(toBytes([Q]), 64);
      const off = good.slice();
      off[130] = off[130]! ^ 1;
      const one = toBytes([1n]);
      for (const [bytes, message] of [
        [good.slice(0, -1), /are 191 bytes/],
        [unreduced, /point 1 is not reduced/],
        [off, /point 2 is not on its curve/],
      ] as const) {
        await refuses(native.scalePoints(bytes, one), "POINTS_INVALID", message);
        await refuses(native.sumPoints(bytes, toBytes([1n, 1n, 1n])), "POINTS_INVALID", message);
        await refuses(native.subtractPoints(bytes, 1), "POINTS_INVALID", message);
      }
    });

    it("refuses a factor that is not reduced or not there, and lists that do not fit each other", async () => {
      const good = points([1n, 2n]);
      for (const factor of [toBytes([R]), new Uint8Array(31), new Uint8Array()]) {
        await refuses(native.scalePoints(good, factor), "NATIVE_ARGUMENT_INVALID", /Argument 1 is not/);
      }
      await refuses(native.sumPoints(good, toBytes([1n])), "NATIVE_ARGUMENT_INVALID", /differ in number/);
      await refuses(native.sumPoints(good, toBytes([1n, R])), "NATIVE_ARGUMENT_INVALID", /below the field order/);
      await refuses(native.subtractPoints(good, 3), "NATIVE_ARGUMENT_INVALID", /fewer points/);
    });

    it("stops when it is aborted", async () => {
      const many = new Uint8Array(64 * 100_000);
      const abort = new AbortController();
      const scaled = native.scalePoints(many, toBytes([R - 1n]), { signal: abort.signal });
      abort.abort(new Error("enough"));
      await refuses(scaled, undefined, /enough/);
    });

    it("multiplies by one factor: any point, any factor", async () => {
      const scalars = [...edges, ...Array.from({ length: 300 }, () => randomBelow(R))];
      const list = points(scalars);
      const powers = [4n, 5n, 63n, 64n, 126n, 127n, 128n, 129n, 252n, 253n].map((bit) => 1n << bit);
      const near = [0n, 1n, 2n, 15n, 16n, 17n, 31n, R - 1n, R - 2n, R >> 1n, LAMBDA, R - LAMBDA, LAMBDA + 1n];
      for (const factor of [...near, ...powers, ...powers.map((power) => power - 1n), randomBelow(R), randomBelow(R)]) {
        const found = await native.scalePoints(list, toBytes([factor % R]), { threads: 2 });
        const expected = points(scalars.map((scalar) => (scalar * factor) % R));
        expect(Buffer.from(found).equals(expected), String(factor)).to.equal(true);
      }
      const [x, y] = [bn254.G1.ProjectivePoint.BASE.multiply(LAMBDA + 5n).toAffine()].flatMap((p) => [p.x, p.y]);
      const found = await native.scalePoints(points([1n]), toBytes([LAMBDA + 5n]));
      expect(Buffer.from(found)).to.deep.equal(Buffer.from(inFileForm([x!, y!])));
    });

    it("multiplies lists of any length, and none", async () => {
      for (const length of [0, 1, 7, 8, 9, 255, 256, 257, 1023, 1024, 1025]) {
        const scalars = Array.from({ length }, (_, i) => BigInt(i % 5));
        const found = await native.scalePoints(points(scalars), toBytes([7n]));
        expect(Buffer.from(found).equals(points(scalars.map((each) => 7n * each))), String(length)).to.equal(true);
      }
    });

    it("sums with factors, and subtracts at a distance", async () => {
      for (const length of [1, 2, 40, 1200]) {
        const scalars = Array.from({ length }, (_, i) => edges[i % 20] ?? randomBelow(R));
        const factors = scalars.map((_, i) => [0n, 1n, 2n ** 127n, R - 1n][i % 9] ?? randomBelow(2n ** 128n));
        const total = scalars.reduce((sum, scalar, i) => (sum + scalar * factors[i]!) % R, 0n);
        const found = await native.sumPoints(points(scalars), toBytes(factors), { threads: 2 });
        expect(Buffer.from(found).equals(points([total])), String(length)).to.equal(true);
        for (const distance of [0, 1, length >> 1, length]) {
          const differences = scalars.slice(distance).map((scalar, i) => (scalar - scalars[i]! + R) % R);
          const subtracted = await native.subtractPoints(points(scalars), distance);
          expect(Buffer.from(subtracted).equals(points(differences)), `${length} ${distance}`).to.equal(true);
        }
      }
    });
  });

  describe(`the engine ${engine}, making a ceremony's first key`, () => {
    const random = (count: number) => Array.from({ length: count }, () => randomBelow(R));
    const domain = 64;
    const [tau, alpha, beta] = [random(domain), random(domain), random(domain)];
    const lagrange = {
      tau1: multiples(native, tau),
      tau2: multiples(native, tau, "g2"),
      alphaTau1: multiples(native, alpha),
      betaTau1: multiples(native, beta),
    };

    it("refuses lists of other lengths, and points that are on no curve", async () => {
      const { r1cs } = systemOf([[], [], []], 3, 1);
      const short = lagrange.tau1.slice(64);
      for (const wrong of [
        { ...lagrange, tau1: short },
        { ...lagrange, tau2: short },
        { ...lagrange, betaTau1: short },
      ]) {
        await refuses(native.firstKey(r1cs, wrong), "NATIVE_ARGUMENT_INVALID", /differ in length/);
      }
      const two = Object.fromEntries(
        Object.entries(lagrange).map(([id, each]) => [id, each.slice(0, each.length / 32)]),
      );
      const many = systemOf(Array.from({ length: 3 }, () => [[0, 0, 1n] as const]).slice(0, 1), 3, 1).r1cs;
      await refuses(
        native.firstKey(many, two as typeof lagrange),
        "NATIVE_ARGUMENT_INVALID",
        /as many Lagrange points/,
      );
      for (const name of ["tau1", "tau2", "alphaTau1", "betaTau1"] as const) {
        const off = lagrange[name].slice();
        off[0] = off[0]! ^ 1;
        await refuses(native.firstKey(r1cs, { ...lagrange, [name]: off }), "POINTS_INVALID", /point 0 is not on/);
      }
    });

    it("refuses or computes whatever bytes are in a circuit, and does not fall over", async () => {
      const { r1cs } = randomSystem();
      let refused = 0;
      for (let i = 0; i < (process.env["VERIMESH_DEEP"] ? 3000 : 100); i++) {
        const changed = r1cs.slice(0, i % 7 === 0 ? Number(randomBelow(BigInt(r1cs.length))) : r1cs.length);
        for (let j = 0; j < 3 && changed.length > 0; j++) {
          const at = Number(randomBelow(BigInt(changed.length)));
          // A key of millions of wires would only take long.
          if (at !== 61 && at !== 62 && at !== 63) changed[at] = Number(randomBelow(256n));
        }
        await native.firstKey(changed, lagrange).catch((error: Error & { code?: string }) => {
          expect(error.code).to.be.oneOf(["R1CS_INVALID", "NATIVE_ARGUMENT_INVALID"]);
          refused++;
        });
      }
      expect(refused).to.be.above(20);
    });

    it("sums Lagrange points as the circuit says: small, large and negative coefficients, repeated entries, empty wires", async () => {
      for (let i = 0; i < 4; i++) {
        const { r1cs, rows, wires, signals } = randomSystem();
        const polynomials = [0, 1, 2].map(() => Array.from({ length: wires }, () => 0n));
        const [a, b, c] = polynomials as [bigint[], bigint[], bigint[]];
        const add = (list: bigint[], wire: number, value: bigint) => (list[wire] = (list[wire]! + value) % R);
        rows.forEach((row, at) => {
          for (const [matrix, wire, value] of row) {
            if (matrix < 2) add(matrix === 0 ? a : b, wire, value * tau[at]!);
            add(c, wire, value * [beta, alpha, tau][matrix]![at]!);
          }
        });
        for (let wire = 0; wire <= signals; wire++) {
          add(a, wire, tau[rows.length + wire]!);
          add(c, wire, beta[rows.length + wire]!);
        }
        const expected = [multiples(native, c), multiples(native, a), multiples(native, b), multiples(native, b, "g2")];
        const found = await native.firstKey(r1cs, lagrange, { threads: 1 + (i % 3) });
        const length = 320 * wires;
        expect(Buffer.from(found.subarray(0, length)).equals(Buffer.concat(expected)), `${i}`).to.equal(true);
      }
    });
  });
}

type Row = readonly (readonly [matrix: number, wire: number, value: bigint])[];

function multiples(native: NativeGroth16, scalars: readonly bigint[], group = "g1"): Uint8Array {
  const found = scalars.length === 0 ? new Uint8Array() : native.addon.compute(`${group}.multiples`, toBytes(scalars));
  return inFileForm(fromPlain(found));
}

/** Montgomery form. */
function inFileForm(coordinates: readonly bigint[]): Uint8Array {
  return toBytes(coordinates.map((value) => (value << 256n) % Q));
}

function fromPlain(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 32 }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, word) => sum | (view.getBigUint64(32 * i + 8 * word, true) << BigInt(64 * word)), 0n),
  );
}

function randomSystem() {
  const [wires, signals] = [30, 3];
  const small = () => randomBelow(300n) + 1n;
  const value = () => {
    const kind = Number(randomBelow(5n));
    if (kind < 2) return small();
    if (kind === 2) return R - small();
    return kind === 3 ? 1n << randomBelow(253n) : randomBelow(R);
  };
  // The last wires are in no row.
  const wire = () => Number(randomBelow(BigInt(wires - 4)));
  const rows = Array.from({ length: 50 }, () =>
    [0, 1, 2].flatMap((matrix) =>
      Array.from({ length: Number(randomBelow(6n)) }, () => [matrix, wire(), value()] as const),
    ),
  );
  return systemOf(rows, wires, signals);
}

/** An .r1cs of rows of entries. */
function systemOf(rows: readonly Row[], wires: number, signals: number) {
  const body: Uint8Array[] = [];
  for (const row of rows) {
    for (const matrix of [0, 1, 2]) {
      const entries = row.filter(([of]) => of === matrix);
      body.push(words(entries.length), ...entries.flatMap(([, wire, value]) => [words(wire), toBytes([value])]));
    }
  }
  const constraints = Buffer.concat(body);
  const header = Buffer.concat([words(32), toBytes([R]), words(wires, signals, 0, 0, 0, 0, rows.length)]);
  const section = (id: number, bytes: Uint8Array) => Buffer.concat([words(id, bytes.length, 0), bytes]);
  const file = Buffer.concat([Buffer.from("r1cs"), words(1, 2), section(1, header), section(2, constraints)]);
  return { r1cs: new Uint8Array(file), rows, wires, signals };
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

async function refuses(promise: Promise<unknown>, code: string | undefined, message: RegExp): Promise<void> {
  const outcome = await promise.then(
    () => null,
    (error: Error & { code?: string }) => error,
  );
  expect(outcome, "nothing was refused").to.be.instanceOf(Error);
  expect(outcome!.message).to.match(message);
  expect(outcome!.code).to.equal(code);
}
