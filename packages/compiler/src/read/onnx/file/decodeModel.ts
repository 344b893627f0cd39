import { VerimeshError } from "@verimesh/core";
import protobuf from "protobufjs/minimal.js";
import type { ModelMessage } from "./messages.ts";
import { schemaOf, type FieldOfMessage, type MessageName, type ScalarType } from "./schema.ts";

type Reader = protobuf.Reader;
/** A number where the library has no 64-bit integers at hand. */
type WideInteger = number | { toNumber(): number };
type Message = Record<string, unknown>;

/** Messages and numbers outside raw data, at most: each takes several times its bytes in memory. */
const MAX_ENTRIES = 2 ** 24;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const WIRE_OF: Readonly<Record<ScalarType, number>> = {
  int32: WIRE.varint,
  int64: WIRE.varint,
  uint64: WIRE.varint,
  float: WIRE.fixed32,
  double: WIRE.fixed64,
  string: WIRE.bytes,
  bytes: WIRE.bytes,
};

/**
 * Decodes the protobuf of an ONNX file by the schema, without generated code. 64-bit integers become the nearest float64.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` if it is none, or larger in memory than a model may be
 */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  try {
    const state = { entries: 0 };
    const reader = protobuf.Reader.create(bytes);
    return decodeMessage(reader, "Model", reader.len, state) as unknown as ModelMessage;
  } catch (cause) {
    if (cause instanceof VerimeshError) throw cause;
    return invalid("is no ONNX file, or a damaged one", String(cause), cause);
  }
}

function decodeMessage(reader: Reader, message: MessageName, end: number, state: { entries: number }): Message {
  const schema = schemaOf(message);
  const result: Message = {};
  for (const { name, isRepeated } of schema.values()) if (isRepeated) result[name] = [];
  const put = ({ name, isRepeated }: FieldOfMessage, value: unknown): void => {
    if (++state.entries > MAX_ENTRIES) {
      invalid(`has more than ${MAX_ENTRIES} entries`, "Expected large tensors as raw data.");
    }
    if (isRepeated) (result[name] as unknown[]).push(value);
    else result[name] = value;
  };
  while (reader.pos < end) {
    const tag = reader.uint32();
    const [number, wire] = [tag >>> 3, tag & 7];
    const field = schema.get(number);
    if (field === undefined) {
      reader.skipType(wire);
      continue;
    }
    if (typeof field.type === "object") {
      mustHaveWire(field, wire, WIRE.bytes);
      put(field, decodeMessage(reader, field.type.message, endOfPart(reader, end), state));
    } else if (field.isRepeated && wire === WIRE.bytes && WIRE_OF[field.type] !== WIRE.bytes) {
      const endOfList = endOfPart(reader, end);
      while (reader.pos < endOfList) put(field, readScalar(reader, field.type));
      mustEndAt(reader, endOfList);
    } else {
      mustHaveWire(field, wire, WIRE_OF[field.type]);
      put(field, readScalar(reader, field.type));
    }
  }
  mustEndAt(reader, end);
  return result;
}

function readScalar(reader: Reader, type: ScalarType): unknown {
  switch (type) {
    case "int32":
      return reader.int32();
    case "int64":
      return toNumber(reader.int64() as unknown as WideInteger);
    case "uint64":
      return toNumber(reader.uint64() as unknown as WideInteger);
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "string":
      return reader.string();
    case "bytes":
      return reader.bytes();
  }
}

function toNumber(value: WideInteger): number {
  return typeof value === "number" ? value : value.toNumber();
}

function endOfPart(reader: Reader, end: number): number {
  const length = reader.uint32();
  if (length > end - reader.pos) invalid("is cut off", `A part of ${length} bytes ends after what holds it.`);
  return reader.pos + length;
}

function mustEndAt(reader: Reader, end: number): void {
  if (reader.pos !== end) invalid("is damaged", `A part ends at byte ${reader.pos}, not ${end}.`);
}

function mustHaveWire({ name }: FieldOfMessage, wire: number, expected: number): void {
  if (wire !== expected) invalid("is damaged", `Field ${name} has wire type ${wire}, not ${expected}.`);
}

function invalid(fact: string, details: string, cause?: unknown): never {
  throw new VerimeshError(`The model ${fact}.`, { code: "MODEL_FILE_INVALID", details, cause });
}
