import { VerimeshError } from "@verimesh/core";
import type { OnnxAttributes } from "../../trees/onnxTrees.ts";
import type { OnnxConstant } from "../values.ts";
import type { AttributeMessage } from "./messages.ts";
import { readInnerTensor } from "./readTensor.ts";

const TYPE = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

/** An operator's options by name, each read as the type that the operator expects. */
export class Attributes {
  private readonly operator: string;
  private readonly byName = new Map<string, AttributeMessage>();

  /** @param operator for messages @throws VerimeshError `MODEL_FILE_INVALID` for two of one name */
  constructor(operator: string, messages: readonly AttributeMessage[]) {
    this.operator = operator;
    for (const message of messages) {
      const name = message.name ?? "";
      if (this.byName.has(name)) this.invalid(`has attribute "${name}" twice`, "Expected each once.");
      this.byName.set(name, message);
    }
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` if it is no finite number */
  float(name: string, otherwise?: number): number {
    const value = this.byName.has(name) ? (this.typed(name, TYPE.float)?.f ?? 0) : otherwise;
    if (value !== undefined && Number.isFinite(value)) return value;
    return this.invalid(`has ${name} ${value}`, "Expected a finite number.");
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` if it is no integer */
  int(name: string, otherwise?: number): number {
    const value = this.byName.has(name) ? (this.typed(name, TYPE.int)?.i ?? 0) : otherwise;
    if (value !== undefined && Number.isSafeInteger(value)) return value;
    return this.invalid(`has ${name} ${value}`, "Expected an integer.");
  }

  text(name: string, otherwise: string): string {
    const message = this.typed(name, TYPE.string);
    return message === undefined ? otherwise : decodeText(message.s);
  }

  /** Undefined where the file leaves it out. */
  ints(name: string, length?: number): readonly number[] | undefined {
    const list = this.typed(name, TYPE.ints)?.ints;
    if (list === undefined) return undefined;
    const fits = (length === undefined || list.length === length) && list.every((value) => Number.isSafeInteger(value));
    return fits
      ? list
      : this.invalid(`has ${name} [${list.slice(0, 8).join(", ")}]`, `Expected ${length ?? ""} integers.`);
  }

  floats(name: string): readonly number[] | undefined {
    return this.typed(name, TYPE.floats)?.floats;
  }

  tensor(name: string): OnnxConstant | undefined {
    const message = this.typed(name, TYPE.tensor);
    if (message === undefined) return undefined;
    return message.t === undefined
      ? this.invalid(`has no tensor in ${name}`, "Expected one.")
      : readInnerTensor(message.t);
  }

  /** Everything as numbers, texts and lists, for the tree ensembles. */
  plain(): OnnxAttributes {
    const entries = [...this.byName].map(([name, message]) => [name, this.plainValue(name, message)]);
    return Object.fromEntries(entries) as OnnxAttributes;
  }

  private plainValue(name: string, message: AttributeMessage): OnnxAttributes[string] {
    switch (message.type) {
      case TYPE.float:
        return message.f ?? 0;
      case TYPE.int:
        return message.i ?? 0;
      case TYPE.string:
        return decodeText(message.s);
      case TYPE.floats:
        return message.floats;
      case TYPE.ints:
        return message.ints;
      case TYPE.strings:
        return message.strings.map(decodeText);
      default:
        return [...this.tensor(name)!.data];
    }
  }

  private typed(name: string, type: number): AttributeMessage | undefined {
    const message = this.byName.get(name);
    if (message === undefined || message.type === type) return message;
    return this.invalid(`has ${name} of attribute type ${message.type ?? 0}`, `Expected type ${type}.`);
  }

  private invalid(fact: string, details: string): never {
    throw new VerimeshError(`${this.operator} ${fact}.`, { code: "MODEL_FILE_INVALID", details });
  }
}

function decodeText(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
