import { VerimeshError } from "../errors/VerimeshError.ts";
import { BN254_BASE_ORDER } from "./baseField.ts";
import type { Groth16Proof, SolidityProof } from "./types.ts";

/** snarkjs' proof.json: decimal strings, projective with a last coordinate of one. */
export interface ProofJson {
  readonly protocol: "groth16";
  readonly curve: "bn128";
  readonly pi_a: string[];
  readonly pi_b: string[][];
  readonly pi_c: string[];
}

/** The contracts' argument: A, B with the imaginary part first (EIP-197), C. */
export function toSolidityProof({ a, b, c }: Groth16Proof): SolidityProof {
  return [a[0], a[1], b[0][1], b[0][0], b[1][1], b[1][0], c[0], c[1]];
}

/**
 * The proof in a contract's argument or event.
 *
 * @throws VerimeshError `PROOF_INVALID` unless there are 8 coordinates, each below the base field's order
 */
export function fromSolidityProof(words: readonly bigint[]): Groth16Proof {
  if (words.length !== 8) invalid(`It has ${words.length} coordinates; expected 8.`);
  const [a0, a1, b01, b00, b11, b10, c0, c1] = words.map(checkCoordinate) as unknown as SolidityProof;
  return {
    a: [a0, a1],
    b: [
      [b00, b01],
      [b10, b11],
    ],
    c: [c0, c1],
  };
}

/** As snarkjs writes a proof. */
export function proofToJson({ a, b, c }: Groth16Proof): ProofJson {
  return {
    protocol: "groth16",
    curve: "bn128",
    pi_a: [...a.map(String), "1"],
    pi_b: [...b.map((coordinate) => coordinate.map(String)), ["1", "0"]],
    pi_c: [...c.map(String), "1"],
  };
}

/**
 * Reads snarkjs' proof.json.
 *
 * @throws VerimeshError `PROOF_INVALID` for another protocol or curve, or a malformed coordinate
 */
export function proofFromJson(json: unknown): Groth16Proof {
  const { protocol, curve, pi_a: a, pi_b: b, pi_c: c } = (json ?? {}) as Partial<ProofJson>;
  if (protocol !== "groth16" || curve !== "bn128") invalid(`It is of ${String(protocol)} over ${String(curve)}.`);
  return fromSolidityProof(
    [a?.[0], a?.[1], b?.[0]?.[1], b?.[0]?.[0], b?.[1]?.[1], b?.[1]?.[0], c?.[0], c?.[1]].map((value) => {
      if (typeof value !== "string" || !/^\d{1,78}$/.test(value)) invalid(`A coordinate is ${String(value)}.`);
      return BigInt(value);
    }),
  );
}

function checkCoordinate(value: bigint): bigint {
  if (value < 0n || value >= BN254_BASE_ORDER) invalid(`The coordinate ${value} is not below the base field's order.`);
  return value;
}

function invalid(details: string): never {
  throw new VerimeshError("This is not a Groth16 proof over BN254.", { code: "PROOF_INVALID", details });
}
