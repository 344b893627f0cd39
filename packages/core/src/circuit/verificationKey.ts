import { VerimeshError } from "../errors/VerimeshError.ts";
import { isOnG1, isOnG2 } from "./baseField.ts";
import type { G2Affine, VerificationKey } from "./types.ts";

/** snarkjs' verification_key.json, without the precomputed pairing, which its verifier does not use. */
export interface VerificationKeyJson {
  readonly protocol: "groth16";
  readonly curve: "bn128";
  readonly nPublic: number;
  readonly vk_alpha_1: readonly string[];
  readonly vk_beta_2: readonly (readonly string[])[];
  readonly vk_gamma_2: readonly (readonly string[])[];
  readonly vk_delta_2: readonly (readonly string[])[];
  readonly IC: readonly (readonly string[])[];
}

const FIXED_BYTES = 448;
const IC_BYTES = 64;
const MAX_SIGNALS = 32;

/**
 * The key as `IVerifierRegistry.deployVerifier` takes it: alpha1, beta2, gamma2, delta2, then the IC points; 32
 * big-endian bytes a coordinate, in G2 the imaginary part first (EIP-197). 448 + 64 · (signals + 1) bytes.
 */
export function encodeVerificationKey(key: VerificationKey): `0x${string}` {
  checkVerificationKey(key);
  const g2 = ([x, y]: G2Affine) => [x[1], x[0], y[1], y[0]];
  const words = [...key.alpha, ...g2(key.beta), ...g2(key.gamma), ...g2(key.delta), ...key.ic.flat()];
  return `0x${words.map((word) => word.toString(16).padStart(64, "0")).join("")}`;
}

/**
 * Reads what `encodeVerificationKey` writes and `IGroth16Verifier.verificationKey` returns.
 *
 * @throws VerimeshError `VERIFICATION_KEY_INVALID` for another length or a point that is not on its curve
 */
export function decodeVerificationKey(encoded: `0x${string}`): VerificationKey {
  const bytes = (encoded.length - 2) / 2;
  const signals = (bytes - FIXED_BYTES) / IC_BYTES - 1;
  if (!/^0x[0-9a-fA-F]*$/.test(encoded) || !Number.isInteger(signals) || signals < 1 || signals > MAX_SIGNALS) {
    invalid(`It has ${bytes} bytes; expected ${FIXED_BYTES} + 64 · (signals + 1), with 1 to ${MAX_SIGNALS} signals.`);
  }
  const word = (index: number) => BigInt(`0x${encoded.slice(2 + 64 * index, 66 + 64 * index)}`);
  const g1 = (index: number) => [word(index), word(index + 1)] as const;
  const g2 = (index: number): G2Affine => [
    [word(index + 1), word(index)],
    [word(index + 3), word(index + 2)],
  ];
  return checkVerificationKey({
    alpha: g1(0),
    beta: g2(2),
    gamma: g2(6),
    delta: g2(10),
    ic: Array.from({ length: signals + 1 }, (_, i) => g1(14 + 2 * i)),
  });
}

/** As snarkjs writes a verification key. */
export function verificationKeyToJson(key: VerificationKey): VerificationKeyJson {
  const g1 = (point: readonly [bigint, bigint]) => [...point.map(String), "1"];
  const g2 = (point: G2Affine) => [...point.map((coordinate) => coordinate.map(String)), ["1", "0"]];
  return {
    protocol: "groth16",
    curve: "bn128",
    nPublic: key.ic.length - 1,
    vk_alpha_1: g1(key.alpha),
    vk_beta_2: g2(key.beta),
    vk_gamma_2: g2(key.gamma),
    vk_delta_2: g2(key.delta),
    IC: key.ic.map(g1),
  };
}

/**
 * Reads snarkjs' verification_key.json.
 *
 * @throws VerimeshError `VERIFICATION_KEY_INVALID` for another protocol or curve, a wrong count, or a malformed point
 */
export function verificationKeyFromJson(json: unknown): VerificationKey {
  const key = (json ?? {}) as Partial<VerificationKeyJson>;
  if (key.protocol !== "groth16" || key.curve !== "bn128") {
    invalid(`It is of ${String(key.protocol)} over ${String(key.curve)}; expected groth16 over bn128.`);
  }
  if (!Array.isArray(key.IC) || key.IC.length !== Number(key.nPublic) + 1 || key.IC.length > MAX_SIGNALS + 1) {
    invalid(`It has ${key.IC?.length ?? "no"} IC points for ${String(key.nPublic)} signals.`);
  }
  const g1 = (point: unknown) => {
    const [x, y, z] = elements(point);
    if (z !== "1") invalid("A point is not affine.");
    return [coordinate(x), coordinate(y)] as const;
  };
  const g2 = (point: unknown): G2Affine => {
    const [x, y, z] = elements(point).map(elements);
    if (z?.[0] !== "1" || z[1] !== "0") invalid("A point is not affine.");
    return [
      [coordinate(x?.[0]), coordinate(x?.[1])],
      [coordinate(y?.[0]), coordinate(y?.[1])],
    ];
  };
  return checkVerificationKey({
    alpha: g1(key.vk_alpha_1),
    beta: g2(key.vk_beta_2),
    gamma: g2(key.vk_gamma_2),
    delta: g2(key.vk_delta_2),
    ic: (key.IC as readonly unknown[]).map(g1),
  });
}

/** Refuses what the registry would refuse, but for G2's subgroup: infinity and points off their curve; gamma = ±delta. */
function checkVerificationKey(key: VerificationKey): VerificationKey {
  const signals = key.ic.length - 1;
  if (signals < 1 || signals > MAX_SIGNALS) invalid(`It takes ${signals} signals; expected 1 to ${MAX_SIGNALS}.`);
  if (!isOnG1(key.alpha)) invalid("alpha is not on the curve.");
  for (const name of ["beta", "gamma", "delta"] as const) {
    if (!isOnG2(key[name])) invalid(`${name} is not on the curve.`);
  }
  key.ic.forEach((point, index) => {
    if (!isOnG1(point)) invalid(`IC[${index}] is not on the curve.`);
  });
  if (key.gamma[0].every((value, i) => value === key.delta[0][i])) invalid("gamma = ±delta: proofs could be forged.");
  return key;
}

function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function coordinate(value: unknown): bigint {
  if (typeof value !== "string" || !/^\d{1,78}$/.test(value)) invalid(`A coordinate is ${String(value)}.`);
  return BigInt(value);
}

function invalid(details: string): never {
  throw new VerimeshError("This is not a Groth16 verification key over BN254.", {
    code: "VERIFICATION_KEY_INVALID",
    details,
  });
}
