/** What a contribution to a ceremony leaves in the key: proof that its maker knew a factor of delta. */
export interface Contribution {
  /** From 1, in the order of the ceremony. */
  readonly index: number;
  readonly kind: "person" | "beacon";
  /** As its maker wrote it; nothing in the key binds it, an attestation does. Printable, perhaps empty. */
  readonly name: string;
  /** blake2b-512 of the public key below, lower-case hex: what snarkjs prints as contribution hash. */
  readonly hash: string;
  readonly beacon?: Beacon;
  /** Affine points in Montgomery form, as the file has them. delta1 after this contribution; s and s·x; s'·x in G2. */
  readonly points: Readonly<Record<"deltaAfter" | "s" | "sx" | "spx", Uint8Array>>;
  /** blake2b-512 of the circuit hash, the contributions before, s and s·x: what the point s' is drawn from. */
  readonly transcript: Uint8Array;
}

/** A public value that nobody could know before the last person had contributed, hashed 2^iterations times. */
export interface Beacon {
  /** 1 to 255 bytes, lower-case hex without 0x. */
  readonly value: string;
  /** Exponent of two, 10 to MAX_BEACON_ITERATIONS. */
  readonly iterations: number;
}

/** The contributions section of a .zkey. */
export interface Chain {
  /** blake2b-512 of the key before the first contribution; snarkjs' circuit hash. */
  readonly circuitHash: Uint8Array;
  readonly contributions: readonly Contribution[];
}

export const MIN_BEACON_ITERATIONS = 10;
/** Sixteen million hashes: about a minute to make and to check. A file that asks for more is refused, not computed. */
export const MAX_BEACON_ITERATIONS = 24;
export const MAX_CONTRIBUTIONS = 1024;
/** In UTF-16 units: snarkjs cuts what is longer. */
export const MAX_NAME_LENGTH = 64;

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** "contribution 2 (Ada)", for messages. */
export function titleOf({ index, kind, name }: Pick<Contribution, "index" | "kind" | "name">): string {
  const title = `${kind === "beacon" ? "beacon, contribution" : "contribution"} ${index}`;
  return name === "" ? title : `${title} (${name})`;
}
