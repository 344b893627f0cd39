import {
  BN254_BASE_ORDER,
  BN254_SCALAR_ORDER,
  type G2Affine,
  type VerificationKey,
  VerimeshError,
  decodeVerificationKey,
  encodeVerificationKey,
} from "@verimesh/core";
import { readFieldElement } from "../binary/fieldElements.ts";
import { readSections, requireSection } from "../binary/sections.ts";

const PROVING_KEY_INVALID = "PROVING_KEY_INVALID";

/** 1 / 2^256 mod q: takes a coordinate out of Montgomery form. */
const MONTGOMERY_INVERSE = inverse(2n ** 256n % BN254_BASE_ORDER);

/**
 * The verification key inside a .zkey. Checks on the way that the file is a Groth16 key over BN254 and that each of its
 * sections has the length that its header says.
 *
 * @throws VerimeshError PROVING_KEY_INVALID
 */
export function readVerificationKey(provingKey: Uint8Array): VerificationKey {
  const file = readSections(provingKey, "zkey", PROVING_KEY_INVALID);
  const section = (id: number) => requireSection(file, id, "zkey", PROVING_KEY_INVALID);
  const header = viewOf(section(2));
  if (viewOf(section(1)).byteLength !== 4 || viewOf(section(1)).getUint32(0, true) !== 1 || header.byteLength !== 660) {
    invalid("it is not a Groth16 key over BN254");
  }
  if (readFieldElement(header, 4) !== BN254_BASE_ORDER || readFieldElement(header, 40) !== BN254_SCALAR_ORDER) {
    invalid("it is not over BN254");
  }
  const [wires, signals, domain] = [72, 76, 80].map((at) => header.getUint32(at, true)) as [number, number, number];
  const lengths: readonly (readonly [number, number])[] = [
    [3, 64 * (signals + 1)],
    [5, 64 * wires],
    [6, 64 * wires],
    [7, 128 * wires],
    [8, 64 * (wires - signals - 1)],
    [9, 64 * domain],
  ];
  for (const [id, length] of lengths) {
    if (section(id).length !== length) invalid(`section ${id} has ${section(id).length} bytes; expected ${length}`);
  }
  const ic = viewOf(section(3));
  const key: VerificationKey = {
    alpha: g1At(header, 84),
    beta: g2At(header, 212),
    gamma: g2At(header, 340),
    delta: g2At(header, 532),
    ic: Array.from({ length: signals + 1 }, (_, i) => g1At(ic, 64 * i)),
  };
  try {
    return decodeVerificationKey(encodeVerificationKey(key));
  } catch (cause) {
    return invalid((cause as VerimeshError).details ?? String(cause));
  }
}

function g1At(view: DataView, at: number): readonly [bigint, bigint] {
  return [coordinateAt(view, at), coordinateAt(view, at + 32)];
}

function g2At(view: DataView, at: number): G2Affine {
  return [g1At(view, at), g1At(view, at + 64)];
}

function coordinateAt(view: DataView, at: number): bigint {
  return (readFieldElement(view, at) * MONTGOMERY_INVERSE) % BN254_BASE_ORDER;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function inverse(value: bigint): bigint {
  let result = 1n;
  for (let square = value, rest = BN254_BASE_ORDER - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % BN254_BASE_ORDER;
    square = (square * square) % BN254_BASE_ORDER;
  }
  return result;
}

function invalid(what: string): never {
  throw new VerimeshError(`This is not a usable proving key: ${what}.`, {
    code: PROVING_KEY_INVALID,
    details: "The file is corrupt or of another kind: fetch it again, or run the set-up again.",
  });
}
