import { BN254_SCALAR_ORDER, type CircuitInputs, VerimeshError } from "@verimesh/core";
import { FIELD_BYTES } from "../binary/fieldElements.ts";
import { writeWitnessBytes } from "./wtns.ts";

/** What circom 2's generated module exports. Field elements pass through a shared buffer of eight 32-bit words. */
interface CalculatorExports {
  getVersion(): number;
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  getRawPrime(): void;
  getInputSize(): number;
  getInputSignalSize(hashHigh: number, hashLow: number): number;
  setInputSignal(hashHigh: number, hashLow: number, index: number): void;
  getWitnessSize(): number;
  getWitness(wire: number): void;
  /** Address of the shared buffer. */
  getSharedRWMemoryStart(): number;
  readonly memory: WebAssembly.Memory;
  readSharedRWMemory(word: number): number;
  getMessageChar(): number;
}

const WORDS = FIELD_BYTES / 4;

/** By the bytes they were compiled from: a module that is used again has been optimized meanwhile. */
const modules = new WeakMap<Uint8Array, Promise<WebAssembly.Module>>();

/**
 * Runs circom's witness calculator.
 *
 * @param witnessCalculator the module that circom generated
 * @param inputs every input signal by name, flat; values are taken mod r
 * @returns a .wtns file: one value per wire
 * @throws VerimeshError WITNESS_CALCULATOR_INVALID if it is no such module; CIRCUIT_INPUT_INVALID naming the signal;
 *   WITNESS_UNSATISFIED if a constraint of the skeleton fails on these inputs (linked rows are not seen here)
 */
export async function calculateWitness(witnessCalculator: Uint8Array, inputs: CircuitInputs): Promise<Uint8Array> {
  const { exports, message } = await instantiate(witnessCalculator);
  exports.init(0);
  const expected = exports.getInputSize();
  let given = 0;
  for (const [name, value] of Object.entries(inputs)) {
    const values = typeof value === "bigint" ? [value] : value;
    const [high, low] = signalHash(name);
    const size = exports.getInputSignalSize(high, low);
    if (size < 0) inputInvalid(`The circuit has no input ${name}.`);
    if (size !== values.length) inputInvalid(`Input ${name} has ${values.length} values; the circuit expects ${size}.`);
    for (let index = 0; index < values.length; index++) {
      writeShared(sharedWords(exports), values[index]!);
      try {
        // The last input to arrive starts the calculation.
        exports.setInputSignal(high, low, index);
      } catch (cause) {
        throw unsatisfied(message(), cause);
      }
      given++;
    }
  }
  if (given < expected) inputInvalid(`The circuit has ${expected} input values; ${given} were given.`);
  return readResult(exports);
}

async function instantiate(code: Uint8Array): Promise<{ exports: CalculatorExports; message: () => string }> {
  const lines: string[] = [];
  let exports: CalculatorExports | undefined;
  const readMessage = () => {
    let text = "";
    for (let char = exports!.getMessageChar(); char !== 0; char = exports!.getMessageChar())
      text += String.fromCharCode(char);
    lines.push(text);
  };
  const runtime = {
    exceptionHandler(status: number) {
      throw new Error(`circom runtime error ${status}`);
    },
    printErrorMessage: readMessage,
    writeBufferMessage: readMessage,
    showSharedRWMemory() {},
  };
  try {
    let module = modules.get(code);
    if (module === undefined) modules.set(code, (module = WebAssembly.compile(code as BufferSource)));
    const instance = await WebAssembly.instantiate(await module, { runtime });
    exports = instance.exports as unknown as CalculatorExports;
    if (exports.getVersion() !== 2 || exports.getFieldNumLen32() !== WORDS) throw new Error("another version or field");
    exports.getRawPrime();
    for (let i = 0; i < WORDS; i++) {
      const word = Number((BN254_SCALAR_ORDER >> BigInt(32 * i)) & 0xffffffffn);
      if (exports.readSharedRWMemory(i) >>> 0 !== word) throw new Error("another field");
    }
  } catch (cause) {
    throw new VerimeshError("The witness calculator is not one that circom 2 generated for BN254.", {
      code: "WITNESS_CALCULATOR_INVALID",
      details: `${(cause as Error).message}. The file is corrupt or of another kind: build or fetch it again.`,
      cause,
    });
  }
  return { exports, message: () => lines.join("").trim() };
}

/** The shared buffer, in place: a call for each word takes longer than the calculation. Anew: memory that grows moves. */
function sharedWords(exports: CalculatorExports): Uint32Array {
  return new Uint32Array(exports.memory.buffer, exports.getSharedRWMemoryStart(), WORDS);
}

function writeShared(words: Uint32Array, value: bigint): void {
  let rest = value % BN254_SCALAR_ORDER;
  if (rest < 0n) rest += BN254_SCALAR_ORDER;
  words.fill(0);
  for (let i = 0; rest > 0n; i++, rest >>= 32n) words[i] = Number(rest & 0xffffffffn);
}

function readResult(exports: CalculatorExports): Uint8Array {
  const size = exports.getWitnessSize();
  const values = new Uint32Array(size * WORDS);
  const shared = sharedWords(exports);
  for (let wire = 0; wire < size; wire++) {
    exports.getWitness(wire);
    for (let i = 0; i < WORDS; i++) values[wire * WORDS + i] = shared[i]!;
  }
  return writeWitnessBytes(new Uint8Array(values.buffer));
}

/** circom finds a signal by the 64-bit FNV-1a hash of its name. */
function signalHash(name: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < name.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n);
  }
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)];
}

function unsatisfied(message: string, cause: unknown): VerimeshError {
  return new VerimeshError("The inputs do not satisfy the circuit.", {
    code: "WITNESS_UNSATISFIED",
    details: message || (cause as Error).message,
    cause,
  });
}

function inputInvalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, { code: "CIRCUIT_INPUT_INVALID" });
}
