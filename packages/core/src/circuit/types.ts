/**
 * What compiler, prover and worker share about a circuit, so that none imports another.
 *
 * Public signals, in this order: output words, input words, binding. Then the private inputs, in the order of
 * `CircuitLayout.privateSignals`. In an R1CS that circom writes, wire 0 is the constant one, then come the outputs, the
 * public inputs and the private inputs, each in declaration order: so a private input's wire is known without a symbol
 * file, and weights can be linked to it.
 */
export interface CircuitSignal {
  /** Name in the skeleton: `x`, `salt`, `v_<source>` (the first node's values are `v_1`). */
  readonly name: string;
  /** Number of elements, row-major. */
  readonly length: number;
  /** Wire of element 0 in the R1CS. */
  readonly firstWire: number;
}

export interface CircuitLayout {
  readonly outputWords: number;
  readonly inputWords: number;
  /** `words`: the packed input itself is public. `poseidon`: one commitment to the packed input, and the salt if any. */
  readonly inputBinding: InputBinding;
  /** `words`: the packed output itself is public. `poseidon`: one commitment to it and a salt. */
  readonly outputBinding: InputBinding;
  /**
   * In the order of declaration and of wires: `x`, one byte an element; `salt`, one element, if the model hides
   * anything; `v_k` for every node k that is not rearranging.
   */
  readonly privateSignals: readonly CircuitSignal[];
}

/** How packed words are made public. */
export type InputBinding = "words" | "poseidon";

/** Where the elements of a source are in the R1CS, rearrangements undone. */
export interface SourceWires {
  /** Per element its wire; 0, the constant-one wire, for an element that is a constant. */
  readonly wires: Int32Array;
  /** Per element the constant, where `wires` is 0; 0 elsewhere. */
  readonly constants: Int32Array;
}

/** The constraint `0 · 0 = Σ coefficients[i] · wire[i] + constant − wire[accumulator]`. */
export interface LinearConstraint {
  readonly accumulatorWire: number;
  readonly wires: Uint32Array;
  /** Signed integers, `|c| < 2^31`. */
  readonly coefficients: Int32Array;
  readonly constant: number;
}

/** Values of the skeleton's inputs by name, for the witness calculator. */
export type CircuitInputs = Readonly<Record<string, readonly bigint[] | bigint>>;

/** A Groth16 proof over BN254 in affine coordinates: A (x, y), B (x0, x1, y0, y1 with the real part first), C (x, y). */
export interface Groth16Proof {
  readonly a: readonly [bigint, bigint];
  readonly b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
  readonly c: readonly [bigint, bigint];
}

/** The contracts' argument: A, B with the imaginary part first (EIP-197), C. */
export type SolidityProof = readonly [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** What the worker and the SDK need of a prover, so that snarkjs and a native one are interchangeable. */
export interface Prover {
  /** Proves and returns proof and public signals; throws `VerimeshError` if the witness does not satisfy the circuit. */
  prove(job: ProvingJob, options?: { signal?: AbortSignal }): Promise<ProvenJob>;
  /** Whether the proof holds for the signals under the key. */
  verify(verificationKey: VerificationKey, publicSignals: readonly bigint[], proof: Groth16Proof): Promise<boolean>;
}

export interface ProvingJob {
  /** snarkjs' .zkey. */
  readonly provingKey: Uint8Array;
  /** circom's witness calculator (WebAssembly). */
  readonly witnessCalculator: Uint8Array;
  readonly inputs: CircuitInputs;
  /** The linked R1CS: if given, the witness is checked first, and an error names the constraint that fails. */
  readonly r1cs?: Uint8Array | undefined;
}

export interface ProvenJob {
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly bigint[];
  readonly witnessSeconds: number;
  readonly proveSeconds: number;
}

export interface VerificationKey {
  readonly alpha: readonly [bigint, bigint];
  /** Real part first, as snarkjs. */
  readonly beta: G2Affine;
  readonly gamma: G2Affine;
  readonly delta: G2Affine;
  readonly ic: readonly (readonly [bigint, bigint])[];
}

export type G2Affine = readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
