import { join } from "node:path";
import { BN254_BASE_ORDER as Q, verificationKeyToJson } from "@verimesh/core";
import { expect } from "chai";
import { type Bn128, buildBn128 } from "ffjavascript";
import { zKey } from "snarkjs";
import { checkAttestations } from "../../src/ceremony/checkAttestations.ts";
import { checkAgainstInitial, makeInitialKey } from "../../src/ceremony/checkKeyFile.ts";
import { logTo } from "../../src/ceremony/snarkjsLog.ts";
import { withAllThreads } from "../../src/prove/snarkjsCurve.ts";
import {
  chainOf,
  checkTranscript,
  contribute,
  endThreads,
  parseAttestation,
  parseTranscript,
  readVerificationKey,
  readWhole,
} from "../../src/index.ts";
import {
  against,
  type CeremonyFixture,
  ceremonyFixture,
  circuit,
  expectRefusal,
  expectRejection,
  otherCircuit,
} from "./ceremonyFixture.ts";
import {
  CONTRIBUTION,
  contributionsOf,
  pointOutsideG2,
  sectionOf,
  withByte,
  withContributions,
  withIdleContribution,
  withParameters,
  withSections,
} from "./keySurgery.ts";
import { testedEngines } from "./engines.ts";
import { makePhase1, PHASE1_FILE } from "./makePhase1.ts";

const log = logTo("checkKey", () => undefined);
const memory = () => ({ type: "mem" }) as { type: "mem"; data: Uint8Array };

for (const [name, engine] of testedEngines)
  describe(`a ceremony's key is refused with ${name}`, () => {
    let made: CeremonyFixture;
    let curve: Bn128;
    let final: Uint8Array;
    let initial: Uint8Array;
    let phase1: Uint8Array;

    before(async () => {
      made = await ceremonyFixture();
      curve = await buildBn128(true);
      final = made.keys[4]!;
      phase1 = await readWhole(PHASE1_FILE);
      initial = await makeInitialKey({ r1cs: circuit.r1cs, ptau: phase1 }, engine, log);
    });
    after(endThreads);

    const check = (key: Uint8Array, first = initial) =>
      checkAgainstInitial({ key, initial: first, ptau: phase1 }, engine);
    const refuses = (key: Uint8Array, code: string, message: RegExp) => expectRejection(check(key), code, message);

    it("never as it is", async () => {
      for (const key of [made.keys[0]!, final]) await check(key);
    });

    const START = 68;
    const changes: readonly [what: string, section: number, at: number, code: string, message: RegExp][] = [
      ["its protocol", 1, 0, "PROVING_KEY_INVALID", /not a Groth16 key/],
      ["its field", 2, 4, "PROVING_KEY_INVALID", /not over BN254/],
      ["its number of wires", 2, 72, "PROVING_KEY_INVALID", /section 5 has/],
      ["alpha", 2, 84, "CEREMONY_PHASE1_MISMATCH", /another phase-1 file/],
      ["beta in G1", 2, 148, "CEREMONY_PHASE1_MISMATCH", /alpha and beta differ/],
      ["beta in G2", 2, 212, "CEREMONY_PHASE1_MISMATCH", /alpha and beta differ/],
      ["gamma", 2, 340, "CEREMONY_KEY_INVALID", /gamma was changed/],
      ["delta in G1", 2, 468, "CEREMONY_KEY_INVALID", /not that of its last contribution/],
      ["delta in G2", 2, 532, "CEREMONY_KEY_INVALID", /another delta in G2/],
      ["a public signal's point", 3, 0, "CEREMONY_KEY_INVALID", /\(IC\)/],
      ["a coefficient", 4, 20, "CEREMONY_KEY_INVALID", /coefficients section/],
      ["a point of A", 5, 70, "CEREMONY_KEY_INVALID", /The A section/],
      ["a point of B in G1", 6, 70, "CEREMONY_KEY_INVALID", /B in G1 section/],
      ["a point of B in G2", 7, 140, "CEREMONY_KEY_INVALID", /B in G2 section/],
      ["a point of L", 8, 64, "CEREMONY_KEY_INVALID", /sections L and H|on no curve/],
      ["a point of H", 9, 64, "CEREMONY_KEY_INVALID", /sections L and H|on no curve/],
      ["the circuit hash", 10, 0, "CEREMONY_CIRCUIT_MISMATCH", /another circuit/],
      ["the number of contributions", 10, 64, "CEREMONY_FILE_INVALID", /ends within contribution 5/],
      [
        "the delta after Ada",
        10,
        START + CONTRIBUTION.deltaAfter,
        "CEREMONY_CONTRIBUTION_INVALID",
        /contribution 1 \(Ada\)/,
      ],
      ["Ada's s", 10, START + CONTRIBUTION.s, "CEREMONY_CONTRIBUTION_INVALID", /contribution 1 \(Ada\)/],
      ["Ada's s·x", 10, START + CONTRIBUTION.sx, "CEREMONY_CONTRIBUTION_INVALID", /contribution 1 \(Ada\)/],
      ["Ada's s'·x", 10, START + CONTRIBUTION.spx, "CEREMONY_CONTRIBUTION_INVALID", /contribution 1 \(Ada\)/],
      [
        "Ada's transcript",
        10,
        START + CONTRIBUTION.transcript,
        "CEREMONY_CONTRIBUTION_INVALID",
        /\(Ada\) was not made on top/,
      ],
      ["Ada's type", 10, START + CONTRIBUTION.type, "CEREMONY_FILE_INVALID", /contribution 1 is a beacon without/],
      ["the length of her name", 10, START + 393, "CEREMONY_FILE_INVALID", /contribution 1/],
    ];
    for (const [what, section, at, code, message] of changes) {
      it(`with a byte changed in ${what}`, () => refuses(withByte(final, section, at), code, message));
    }

    it("with bytes cut off or added", async () => {
      for (const key of [final.slice(0, -1), Uint8Array.of(...final, 0), final.slice(0, 400), new Uint8Array()]) {
        await refuses(key, "PROVING_KEY_INVALID", /not a valid .zkey/);
      }
      const longer = withSections(final, new Map([[10, Uint8Array.of(...sectionOf(final, 10), 0)]]));
      await refuses(longer, "CEREMONY_FILE_INVALID", /1 bytes follow/);
    });

    it("for another circuit, of the same size or of another", async () => {
      const ofOther = await makeInitialKey({ r1cs: otherCircuit.r1cs, ptau: phase1 }, engine, log);
      const sameSize = sectionOf(ofOther, 5).length === sectionOf(initial, 5).length;
      expect(sameSize).to.equal(true);
      await expectRejection(check(final, ofOther), "CEREMONY_CIRCUIT_MISMATCH", /another circuit/);
      await refuses(ofOther, "CEREMONY_CIRCUIT_MISMATCH", /another circuit/);
    });

    it("with a contribution to another circuit in the place of one to this", async () => {
      const ofOther = await makeInitialKey({ r1cs: otherCircuit.r1cs, ptau: phase1 }, engine, log);
      const foreign = memory();
      await withAllThreads(() => zKey.contribute(ofOther, foreign, "Ada", "x"));
      const [, ...rest] = contributionsOf(final);
      const moved = withContributions(final, [contributionsOf(foreign.data)[0]!, ...rest]);
      await refuses(
        moved,
        "CEREMONY_CONTRIBUTION_INVALID",
        /contribution 1 \(Ada\) was not made on top .* another circuit/,
      );
    });

    it("with contributions in another order, one dropped, or one twice", async () => {
      const [a, b, c, beacon] = contributionsOf(final) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      const refusesList = (list: Uint8Array[], message: RegExp) =>
        refuses(withContributions(final, list), "CEREMONY_CONTRIBUTION_INVALID", message);
      await refusesList([b, a, c, beacon], /contribution 1 \(Björn\) was not made on top/);
      await refusesList([b, c, beacon], /contribution 1 \(Björn\) was not made on top/);
      await refusesList([a, c, beacon], /contribution 2 \(Chidi Okafor\) was not made on top/);
      await refusesList([a, a, b, c, beacon], /contribution 2 \(Ada\) was not made on top/);
      const shorter = withContributions(final, [a, b, c]);
      await refuses(shorter, "CEREMONY_KEY_INVALID", /delta is not that of its last contribution/);
    });

    it("with a contribution that knows no factor, or whose factor is 1", async () => {
      const [a, b, c] = contributionsOf(made.keys[3]!) as [Uint8Array, Uint8Array, Uint8Array];
      const copied = c.slice();
      copied.set(b.subarray(CONTRIBUTION.spx, CONTRIBUTION.transcript), CONTRIBUTION.spx);
      const copy = withContributions(made.keys[3]!, [a, b, copied]);
      await refuses(copy, "CEREMONY_CONTRIBUTION_INVALID", /contribution 3 .* does not prove that its maker knew/);
      const idle = withIdleContribution(curve, initial);
      expect(await withAllThreads(() => zKey.verifyFromInit(initial, phase1, idle)), "snarkjs").to.equal(true);
      await refuses(idle, "CEREMONY_CONTRIBUTION_INVALID", /leaves the key as it was/);
    });

    it("with a beacon that was not applied, or with another value, or that takes years to check", async () => {
      const list = contributionsOf(final);
      const claim = (index: number, parameters: readonly number[]) =>
        withContributions(made.keys[index]!, [
          ...list.slice(0, index - 1),
          withParameters(list[index - 1]!, parameters, 1),
        ]);
      const value = [3, 32, ...new Uint8Array(32).fill(0x5e)];
      await refuses(claim(3, [2, 10, ...value]), "CEREMONY_CONTRIBUTION_INVALID", /beacon was not applied/);
      await refuses(claim(4, [2, 11, ...value]), "CEREMONY_CONTRIBUTION_INVALID", /beacon was not applied/);
      const other = [3, 32, ...new Uint8Array(32).fill(0x5f)];
      await refuses(claim(4, [2, 10, ...other]), "CEREMONY_CONTRIBUTION_INVALID", /beacon was not applied/);
      await refuses(claim(4, [2, 63, ...value]), "CEREMONY_FILE_INVALID", /2\^63 iterations/);
      await refuses(claim(4, [2, 10]), "CEREMONY_FILE_INVALID", /half of a beacon/);
    });

    it("with a contribution after its beacon", async () => {
      const late = memory();
      await withAllThreads(() => zKey.contribute(final, late, "Eve", "x"));
      expect(await withAllThreads(() => zKey.verifyFromInit(initial, phase1, late)), "snarkjs").to.equal(true);
      await refuses(late.data, "CEREMONY_CONTRIBUTION_INVALID", /contribution 5 \(Eve\) follows a beacon/);
    });

    it("with points that are not reduced, or of G2's curve but not of its group", async () => {
      const [a, ...rest] = contributionsOf(final) as [Uint8Array, ...Uint8Array[]];
      const unreduced = a.slice();
      let value = Q + BigInt(`0x${Buffer.from(a.slice(0, 32)).reverse().toString("hex")}`);
      for (let i = 0; i < 32; i++, value >>= 8n) unreduced[i] = Number(value & 255n);
      const twice = withContributions(final, [unreduced, ...rest]);
      await refuses(twice, "CEREMONY_FILE_INVALID", /contribution 1 has a coordinate/);
      const outside = a.slice();
      outside.set(pointOutsideG2(curve), CONTRIBUTION.spx);
      const strange = withContributions(final, [outside, ...rest]);
      await refuses(strange, "CEREMONY_CONTRIBUTION_INVALID", /not of its group/);
    });

    it("with a name that cannot be shown", async () => {
      const [a, ...rest] = contributionsOf(final) as [Uint8Array, ...Uint8Array[]];
      for (const name of ["\u001b[2J", "\u202EadA", "a\nb"]) {
        const bytes = new TextEncoder().encode(name);
        const renamed = withParameters(a, [1, bytes.length, ...bytes], 0);
        await refuses(withContributions(final, [renamed, ...rest]), "CEREMONY_FILE_INVALID", /not printable/);
      }
    });

    it("from another phase 1, of this power or of another", async () => {
      const ptau = await makePhase1("another ceremony", 5);
      const key = await makeInitialKey({ r1cs: circuit.r1cs, ptau }, engine, log);
      await refuses(key, "CEREMONY_PHASE1_MISMATCH", /another phase-1 file/);
    });

    it("before someone contributes to it, if its sender chose points to learn times a new secret", async () => {
      const l = sectionOf(made.keys[1]!, 8);
      // The point of a public signal over delta is what a forger lacks.
      l.set(sectionOf(made.keys[1]!, 3).subarray(0, 64), 64);
      const key = withSections(made.keys[1]!, new Map([[8, l]]));
      const [out, attestationOut] = [join(made.directory, "tricked.zkey"), join(made.directory, "tricked.txt")];
      const tricked = contribute({ key, against, out, attestationOut, name: "Björn" }, made.cache);
      await expectRejection(tricked, "CEREMONY_KEY_INVALID", /do not follow from its contributions/);
    });

    it("if it is not as attested: renamed, dropped, replaced, moved, or of another circuit", () => {
      const texts = made.attestationTexts;
      const { report } = made.finished;
      const attest = (key: Uint8Array, list: readonly string[]) => {
        const { contributions } = chainOf(key);
        const ceremony = { ...report, contributions, phase1Blake2b: report.phase1.blake2b };
        return checkAttestations(list.map(parseAttestation), ceremony);
      };
      const [a, ...rest] = contributionsOf(final) as [Uint8Array, ...Uint8Array[]];
      const renamed = withContributions(final, [withParameters(a, [1, 3, 69, 118, 101], 0), ...rest]);
      const mismatches: readonly [Uint8Array, readonly string[], RegExp][] = [
        [renamed, texts, /Ada, contribution 1, .* name in this key is "Eve"/],
        [made.keys[2]!, texts, /Chidi Okafor, contribution 3, .* dropped or replaced/],
        [final, [texts[0]!.replace("Contribution: 1", "Contribution: 2")], /is the contribution 1 \(Ada\) here/],
        [final, [texts[0]!, texts[0]!], /second one of contribution 1/],
        [final, [texts[0]!.replace(/(?<=Circuit hash: ).{8}/, "00000000")], /another circuit/],
        [final, [texts[0]!.replace(/(?<=circuit sha256: ).{8}/, "00000000")], /another circuit file/],
        [final, [texts[0]!.replace(/(?<=phase 1 blake2b: ).{8}/, "00000000")], /another phase-1 file/],
        [final, [texts[0]!.replace(/(?<=Written file sha256: ).{8}/, "00000000"), texts[1]!], /than Ada passed on/],
      ];
      for (const [key, list, message] of mismatches) {
        expectRefusal(() => attest(key, list), "CEREMONY_ATTESTATION_MISMATCH", message);
      }
      for (const text of [
        "",
        "hello",
        texts[0]!.replace("Ada", "A\u0007da"),
        `${texts[0]!}P.S.`,
        texts[0]!.repeat(2),
      ]) {
        expect(() => parseAttestation(text)).to.throw("not an attestation");
      }
      expect(parseAttestation(texts[0]!.replaceAll("\n", "\r\n"))).to.deep.equal(parseAttestation(texts[0]!));
    });
  });

describe("a ceremony's transcript is refused", () => {
  let made: CeremonyFixture;
  before(async () => (made = await ceremonyFixture()));

  const subject = () => {
    const { report, verificationKey } = made.finished;
    return { r1csSha256: report.r1csSha256, provingKeySha256: report.keySha256, verificationKey };
  };
  const edited = (edit: (json: Record<string, unknown>) => object) =>
    new TextEncoder().encode(
      JSON.stringify(edit(JSON.parse(new TextDecoder().decode(made.finished.transcript)) as never), null, 2),
    );

  it("with anything changed, added, or said twice differently", () => {
    const transcripts = [
      new TextEncoder().encode("{"),
      new Uint8Array(2 ** 22 + 1),
      edited(() => []),
      edited((json) => ({ ...json, extra: 1 })),
      edited((json) => ({ ...json, format: "verimesh-ceremony/2" })),
      edited((json) => ({ ...json, r1csSha256: "00" })),
      edited((json) => ({ ...json, phase1: { blake2b: "0".repeat(128), power: 99 } })),
      edited((json) => ({ ...json, contributions: (json["contributions"] as object[]).slice(1) })),
      edited((json) => ({ ...json, attestations: [`${(json["attestations"] as string[])[0]}\n`] })),
    ];
    for (const bytes of transcripts) expect(() => parseTranscript(bytes)).to.throw("not a transcript of a ceremony");
  });

  it("for another circuit, another proving key or another verification key", async () => {
    const { transcript } = made.finished;
    const verificationKey = readVerificationKey(made.keys[3]!);
    const others = [{ r1csSha256: "0".repeat(64) }, { provingKeySha256: "0".repeat(64) }, { verificationKey }];
    for (const other of others) {
      const check = checkTranscript(transcript, { ...subject(), ...other });
      await expectRejection(check, "CEREMONY_TRANSCRIPT_MISMATCH", /is (for another circuit|of another)/);
    }
  });

  it("if its contributions are those of another ceremony, whatever key it names", async () => {
    const other = readVerificationKey(made.keys[2]!);
    const swapped = edited((json) => ({ ...json, verificationKey: verificationKeyToJson(other) }));
    const check = checkTranscript(swapped, { ...subject(), verificationKey: other });
    await expectRejection(check, "CEREMONY_TRANSCRIPT_MISMATCH", /do not lead to this verification key/);
  });

  it("without a person's attestation", async () => {
    const silent = edited((json) => ({ ...json, attestations: [] }));
    await expectRejection(checkTranscript(silent, subject()), "CEREMONY_INCOMPLETE", /contribution 1 \(Ada\), 2/);
  });
});
