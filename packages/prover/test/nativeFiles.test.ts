import { BN254_BASE_ORDER as Q, BN254_SCALAR_ORDER as R, Random } from "@verimesh/core";
import { hasCompiler, type LoadedKey, NativeGroth16, supportedEngines } from "@verimesh/prover-native";
import { expect } from "chai";
import { writeFieldElement } from "../src/binary/fieldElements.ts";
import { readSections, writeSections } from "../src/binary/sections.ts";
import { readVerificationKey, verifyProof } from "../src/index.ts";
import { randomCircuit } from "./helpers/randomCircuit.ts";
import { codeOf } from "./helpers/tinyModel.ts";

const MUTATIONS = process.env["VERIMESH_DEEP"] ? 4000 : 300;
/** Bytes of a witness or constraint system before the first value or row. */
const HEADERS = 108;
/** Rows of a circuit that takes long enough to be stopped in the middle. */
const LONG = { first: 20_000, others: 5000 };
const engines = hasCompiler() ? await supportedEngines() : [];
// Built here, where no test waits for it.
for (const engine of engines.filter(isWanted)) await NativeGroth16.load(engine);

for (const engine of engines.filter(isWanted)) {
  describe(`the native engine ${engine}, given files that are corrupt or hostile`, () => {
    const { r1cs, wtns } = randomCircuit(70, 1, 2, 5);
    let native: NativeGroth16;
    let zkey: Uint8Array;
    let key: LoadedKey;
    before(async () => {
      native = await NativeGroth16.load(engine);
      zkey = await native.setup(r1cs);
      key = await native.loadKey(zkey);
    });

    const loadCode = (bytes: Uint8Array) => codeOf(native.loadKey(bytes));
    const proveCode = (bytes: Uint8Array) => codeOf(native.prove(key, bytes));
    const setupCode = (bytes: Uint8Array) => codeOf(native.setup(bytes));

    it("refuses every truncation of each, at each byte of the headers and at some of the rest", async () => {
      for (const [file, code, act] of [
        [zkey, "PROVING_KEY_INVALID", loadCode],
        [wtns, "WITNESS_INVALID", proveCode],
        [r1cs, "R1CS_INVALID", setupCode],
      ] as const) {
        for (let length = 0; length < file.length; length += length < 800 ? 7 : 997) {
          expect(await act(file.slice(0, length)), `${length} bytes`).to.equal(code);
        }
        expect(await act(Uint8Array.from([...file, 0]))).to.equal(code);
      }
    });

    it("refuses a section that is missing, doubled, too short or too long", async () => {
      const { sections } = readSections(zkey, "zkey", "");
      const list = [...sections];
      const write = (entries: readonly (readonly [number, Uint8Array])[]) =>
        writeSections(
          "zkey",
          1,
          entries.map(([id, bytes]) => [id, [bytes]]),
        );
      expect(await loadCode(write(list))).to.equal(null);
      for (const [at, [id, bytes]] of list.entries()) {
        if (id === 3 || id === 10) continue;
        expect(await loadCode(write(list.toSpliced(at, 1))), `no ${id}`).to.equal("PROVING_KEY_INVALID");
        expect(await loadCode(write([...list, [id, bytes]])), `two ${id}`).to.equal("PROVING_KEY_INVALID");
        for (const other of [bytes.slice(1), bytes.slice(0, -1), Uint8Array.from([...bytes, 0])]) {
          expect(await loadCode(write(list.with(at, [id, other]))), String(id)).to.equal("PROVING_KEY_INVALID");
        }
      }
      const many = Array.from({ length: 1000 }, (_, i) => [i + 100, new Uint8Array()] as const);
      expect(await loadCode(write([...list, ...many]))).to.equal("PROVING_KEY_INVALID");
    });

    it("refuses counts that the file does not hold", async () => {
      for (const at of [72, 76, 80]) {
        for (const value of [0, 1, 3, 63, 65, 1 << 27, 1 << 28, 0x7fffffff, 0xffffffff]) {
          const changed = zkey.slice();
          const view = new DataView(changed.buffer, 12 + 12 + 4 + 12);
          if (view.getUint32(at, true) === value) continue;
          view.setUint32(at, value, true);
          const code = await loadCode(changed);
          expect(code, `${value} at ${at}`).to.equal("PROVING_KEY_INVALID");
        }
      }
    });

    it("refuses points off their curve and coordinates that are not reduced", async () => {
      for (const id of [2, 5, 6, 7, 8, 9]) {
        const section = readSections(zkey, "zkey", "").sections.get(id)!;
        const first = section.findIndex(
          (byte, i) => i >= (id === 2 ? 84 : 0) && i % 64 === (id === 2 ? 20 : 0) && byte !== 0,
        );
        const start = id === 2 ? 84 : first;
        for (const change of [
          (view: DataView) => writeFieldElement(view, start, Q),
          (view: DataView) => writeFieldElement(view, start, 2n ** 256n - 1n),
          (view: DataView) => view.setUint8(start + 32, view.getUint8(start + 32) ^ 1),
        ]) {
          const changed = zkey.slice();
          const offset = section.byteOffset - zkey.byteOffset;
          change(new DataView(changed.buffer, offset, section.length));
          expect(await loadCode(changed), `section ${id}`).to.equal("PROVING_KEY_INVALID");
        }
      }
    });

    it("refuses a witness of another circuit, with values not reduced, or without its one", async () => {
      expect(await proveCode(randomCircuit(71, 1, 2, 5).wtns)).to.equal("PROVING_FAILED");
      const values = 12 + 12 + 40 + 12;
      for (const [wire, value] of [
        [0, 2n],
        [0, 0n],
        [3, R],
        [9, 2n ** 256n - 1n],
      ] as const) {
        const changed = wtns.slice();
        writeFieldElement(new DataView(changed.buffer), values + 32 * wire, value);
        expect(await proveCode(changed), `${value} on wire ${wire}`).to.equal("WITNESS_INVALID");
      }
    });

    it(`survives ${MUTATIONS} random changes of a key: an error, or a proof that is right or refused`, async function () {
      this.timeout(600_000);
      const random = new Random(77);
      const verificationKey = readVerificationKey(zkey);
      const outcomes = { refused: 0, proven: 0 };
      for (let i = 0; i < MUTATIONS; i++) {
        const changed = zkey.slice();
        for (let n = random.integer(1, 3); n > 0; n--) {
          // Half of the changes where structure is.
          const at = random.chance(0.5) ? random.integer(0, 1500) : random.integer(0, changed.length - 1);
          changed[at] = random.chance(0.3) ? 255 : random.integer(0, 255);
        }
        try {
          const loaded = await native.loadKey(changed);
          const { proof, publicSignals } = await native.prove(loaded, wtns);
          outcomes.proven++;
          // Whatever comes of it, verification has the last word; here it must not throw.
          if (i % 50 === 0) await verifyProof(verificationKey, publicSignals, proof);
        } catch (error) {
          expect((error as { code: string }).code).to.equal("PROVING_KEY_INVALID");
          outcomes.refused++;
        }
      }
      expect(outcomes.refused).to.be.greaterThan(0);
    });

    it("survives random changes of a witness and of a constraint system", async function () {
      this.timeout(600_000);
      const random = new Random(78);
      for (let i = 0; i < MUTATIONS; i++) {
        for (const [file, code, act] of [
          [wtns, "WITNESS_INVALID", proveCode],
          [r1cs, "R1CS_INVALID", setupCode],
        ] as const) {
          if (file === r1cs && i % 10 !== 0) continue;
          const changed = file.slice();
          // Most changes before the first values: each other one costs a whole proof or key.
          changed[random.integer(0, random.chance(0.8) ? HEADERS : changed.length - 1)] = random.integer(0, 255);
          expect(await act(changed)).to.be.oneOf([null, code, "PROVING_FAILED"]);
        }
      }
    });

    it("stops when it is told to, and works on afterwards", async () => {
      const large = randomCircuit(engine === engines[0] ? LONG.first : LONG.others, 1, 1, 3);
      const largeKey = await native.setup(large.r1cs);
      const controller = new AbortController();
      const running = [
        codeOf(native.setup(large.r1cs, { signal: controller.signal })),
        codeOf(native.loadKey(largeKey, { signal: controller.signal })),
      ];
      controller.abort(new Error("stop"));
      expect(await Promise.all(running)).to.deep.equal(["stop", "stop"]);
      const loaded = await native.loadKey(largeKey);
      const aborting = native.prove(loaded, large.wtns, { signal: AbortSignal.timeout(1), threads: 1 });
      expect(await aborting.catch((error: Error) => error.name)).to.equal("TimeoutError");
      const shares: number[] = [];
      const { proof, publicSignals } = await native.prove(loaded, large.wtns, {
        onProgress: (share) => shares.push(share),
      });
      expect(await verifyProof(readVerificationKey(largeKey), publicSignals, proof)).to.equal(true);
      for (const share of shares) expect(share).to.be.within(0, 1);
    });

    it("refuses arguments of other kinds", () => {
      const { addon } = native;
      const control = addon.createControl();
      const refuse = (act: () => unknown) => expect(act).to.throw(/Argument \d is not/);
      refuse(() => addon.loadKey("key" as never, 1, control));
      refuse(() => addon.loadKey(new Uint16Array(4) as never, 1, control));
      refuse(() => addon.loadKey(zkey, 0, control));
      refuse(() => addon.loadKey(zkey, 1, {} as never));
      refuse(() => addon.prove(control as never, wtns, 1, control));
      refuse(() => addon.prove(key.handle, wtns, 1, key.handle as never));
      refuse(() => addon.prove(key.handle, wtns, 1, control, new Uint8Array(63)));
      refuse(() => addon.prove(key.handle, wtns, 1, control, new Uint8Array(64).fill(255)));
      refuse(() => addon.cancel(undefined as never));
      refuse(() => addon.compute(5 as never));
    });
  });
}

/** `VERIMESH_NATIVE_ENGINE` leaves one. */
function isWanted(engine: string): boolean {
  return (process.env["VERIMESH_NATIVE_ENGINE"] || engine) === engine;
}
