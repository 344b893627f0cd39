import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BN254_SCALAR_ORDER } from "@verimesh/core";
import { expect } from "chai";
import {
  applyBeacon,
  checkTranscript,
  contribute,
  endThreads,
  finishCeremony,
  hashR1cs,
  parseAttestation,
  parseTranscript,
  readWhole,
  requireComplete,
  startCeremony,
  verifyProof,
} from "../../src/index.ts";
import { proveWithSnarkjs } from "../../src/prove/proveWithSnarkjs.ts";
import { randomCircuit } from "../helpers/randomCircuit.ts";
import {
  against,
  BEACON,
  type CeremonyFixture,
  ceremonyFixture,
  circuit,
  expectRefusal,
  expectRejection,
  PEOPLE,
  TYPED,
} from "./ceremonyFixture.ts";
import { makePhase1, PHASE1_FILE } from "./makePhase1.ts";

type Made = CeremonyFixture["finished"]["report"]["contributions"][number];

describe("a set-up ceremony", () => {
  let made: CeremonyFixture;
  const path = (name: string) => join(made.directory, name);
  const next = (name: string) => ({ out: path(`${name}.zkey`), attestationOut: path(`${name}.txt`), name });

  before(async () => (made = await ceremonyFixture()));
  after(endThreads);

  it("does not start for a circuit that is larger than the phase-1 file serves, and overwrites nothing", async () => {
    const large = randomCircuit(126, 1, 1, 1).r1cs;
    const start = startCeremony({ r1cs: large, ptau: PHASE1_FILE, out: path("large.zkey") }, made.cache);
    await expectRejection(start, "CEREMONY_PHASE1_TOO_SMALL", /has 129: take a file of power 8/);
    const again = startCeremony({ ...against, out: path("0.zkey") }, made.cache);
    await expectRejection(again, "CEREMONY_FILE_EXISTS", /0\.zkey is there already/);
  });

  it("does not go on after its beacon, nor have a beacon before anyone contributed", async () => {
    const late = contribute({ key: made.keys[4]!, against: null, ...next("late") });
    await expectRejection(late, "CEREMONY_CLOSED", /beacon, contribution 4/);
    const twice = applyBeacon({ key: made.keys[4]!, out: path("twice.zkey"), beacon: BEACON });
    await expectRejection(twice, "CEREMONY_CLOSED", /has ended/);
    const alone = applyBeacon({ key: made.keys[0]!, out: path("alone.zkey"), beacon: BEACON });
    await expectRejection(alone, "CEREMONY_INCOMPLETE", /Nobody has contributed/);
  });

  it("takes no beacon that is short, no hex, or takes years to check", async () => {
    const beacons = [
      { ...BEACON, value: "0x5e5e" },
      { ...BEACON, value: "the next block's hash, whatever it is" },
      { ...BEACON, iterations: 9 },
      { ...BEACON, iterations: 63 },
    ];
    for (const beacon of beacons) {
      const applied = applyBeacon({ key: made.keys[3]!, out: path("bad.zkey"), beacon });
      await expectRejection(applied, "CEREMONY_BEACON_INVALID", /Expected/);
    }
  });

  it("takes no name that cannot be shown", async () => {
    for (const name of ["", "a\nName: b", "\u001b[31mred", "\u202Egnp.exe", " Ada", "x".repeat(65)]) {
      const named = contribute({ key: made.keys[0]!, against: null, ...next("named"), name });
      await expectRejection(named, "CEREMONY_NAME_INVALID", /1 to 64 printable/);
    }
  });

  it("is not finished without a person, without its beacon, or with somebody silent", async () => {
    const { report } = made.finished;
    const complete = (contributions: typeof report.contributions) => () => requireComplete({ contributions });
    const [ada, björn, chidi, beacon] = report.contributions as [Made, Made, Made, Made];
    expectRefusal(complete([]), "CEREMONY_INCOMPLETE", /anyone forges proofs/);
    expectRefusal(complete([beacon]), "CEREMONY_INCOMPLETE", /anyone forges proofs/);
    expectRefusal(complete([ada, björn, chidi]), "CEREMONY_INCOMPLETE", /not a beacon/);
    const attestationTexts = [made.attestationTexts[0]!, made.attestationTexts[2]!];
    const silent = finishCeremony({ ...against, key: made.keys[4]!, attestationTexts }, made.cache);
    await expectRejection(silent, "CEREMONY_INCOMPLETE", /contribution 2 \(Björn\)/);
  });

  it("leaves nothing behind when a step is interrupted, and can be taken up again", async () => {
    const abort = new AbortController();
    const options = { signal: abort.signal, onProgress: () => abort.abort(new Error("Ctrl-C")) };
    const before = await readFile(path("1.zkey"));
    const key = await readWhole(path("1.zkey"));
    const interrupted = await contribute({ key, against: null, ...next("Dora") }, options).catch((e: Error) => e);
    expect((interrupted as Error).message).to.equal("Ctrl-C");
    expect(await readFile(path("1.zkey"))).to.deep.equal(before);
    expect((await readdir(made.directory)).filter((name) => name.startsWith("Dora"))).to.deep.equal([]);
    // What a power cut leaves.
    await writeFile(path("Dora.zkey.part"), "half of a key");
    const attestation = await contribute({ key, against: null, ...next("Dora") });
    expect(attestation).to.deep.include({ name: "Dora", index: 2, checkedAgainst: undefined });
    expect((await readdir(made.directory)).filter((name) => name.startsWith("Dora"))).to.have.length(2);
  });

  it("names each contribution, in order, as attested", async () => {
    const { report } = made.finished;
    expect(report.contributions.map(({ index, kind, name }) => [index, kind, name])).to.deep.equal([
      ...PEOPLE.map((name, i) => [i + 1, "person", name]),
      [4, "beacon", "beacon"],
    ]);
    expect(report.contributions[3]!.beacon).to.deep.equal({ value: "5e".repeat(32), iterations: 10 });
    const first = parseAttestation(made.attestationTexts[0]!);
    expect(report.contributions[0]!.attestation).to.deep.equal(first);
    expect(first.checkedAgainst).to.deep.equal({
      r1csSha256: hashR1cs(circuit.r1cs),
      phase1Blake2b: report.phase1.blake2b,
    });
    expect(await readFile(path("4.zkey"))).to.deep.equal(Buffer.from(made.keys[4]!));
  });

  it("gives two people two factors, and writes nobody's", async () => {
    const hashes = made.finished.report.contributions.map(({ hash }) => hash);
    expect(new Set(hashes).size).to.equal(4);
    for (const name of await readdir(made.directory)) {
      if (name === "cache") continue;
      expect((await readFile(path(name))).includes(TYPED), name).to.equal(false);
    }
  });

  it("makes a key that proves, and a transcript that is its own", async () => {
    const { verificationKey, transcript, report } = made.finished;
    const { proof, publicSignals } = await proveWithSnarkjs(made.keys[4]!, circuit.wtns);
    expect(await verifyProof(verificationKey, publicSignals, proof)).to.equal(true);
    const wrong = [(publicSignals[0]! + 1n) % BN254_SCALAR_ORDER, ...publicSignals.slice(1)];
    expect(await verifyProof(verificationKey, wrong, proof)).to.equal(false);
    const subject = { r1csSha256: report.r1csSha256, provingKeySha256: report.keySha256, verificationKey };
    const checked = await checkTranscript(transcript, subject);
    expect(checked.attestations.map(({ name }) => name)).to.deep.equal(PEOPLE);
    expect(parseTranscript(transcript).phase1).to.deep.equal({ blake2b: report.phase1.blake2b, power: 7 });
  });

  it("comes out the same wherever the beacon is applied and the first key is made", async () => {
    await applyBeacon({ key: made.keys[3]!, out: path("elsewhere.zkey"), beacon: BEACON });
    expect(await readFile(path("elsewhere.zkey"))).to.deep.equal(Buffer.from(made.keys[4]!));
  });

  it("is tested with the phase-1 file that its script makes", async function () {
    if (!process.env["VERIMESH_DEEP"]) this.skip();
    expect(await readFile(PHASE1_FILE)).to.deep.equal(Buffer.from(await makePhase1()));
  });
});
