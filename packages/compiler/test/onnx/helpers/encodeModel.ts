import protobuf from "protobufjs/minimal.js";
import { schemaOf, type MessageName, type ScalarType } from "../../../src/read/onnx/file/schema.ts";

const WIRE: Readonly<Record<ScalarType, number>> = {
  int32: 0,
  int64: 0,
  uint64: 0,
  float: 5,
  double: 1,
  string: 2,
  bytes: 2,
};

/** Encodes a message by the schema that the reader decodes it with; lists of numbers are packed. */
export function encodeMessage(name: MessageName, message: object): Uint8Array {
  const writer = protobuf.Writer.create();
  const values = message as Readonly<Record<string, unknown>>;
  for (const [number, { name: field, type, isRepeated }] of schemaOf(name)) {
    const value = values[field];
    if (value === undefined) continue;
    const list = isRepeated ? (value as readonly unknown[]) : [value];
    if (list.length === 0) continue;
    if (typeof type === "object") {
      for (const item of list) writer.uint32((number << 3) | 2).bytes(encodeMessage(type.message, item as object));
    } else if (isRepeated && WIRE[type] !== 2) {
      writer.uint32((number << 3) | 2).fork();
      for (const item of list) writer[type](item as never);
      writer.ldelim();
    } else {
      for (const item of list) writer.uint32((number << 3) | WIRE[type])[type](item as never);
    }
  }
  return writer.finish();
}
