/**
 * The messages of the ONNX format (onnx.proto, IR versions 7 to 13): every field that the reader needs, by its number.
 * Fields left out are skipped. Subgraphs are among them: operators that hold one are refused by name.
 */

export type ScalarType = "int32" | "int64" | "uint64" | "float" | "double" | "string" | "bytes";

export interface FieldOfMessage {
  readonly name: string;
  readonly type: ScalarType | { readonly message: MessageName };
  readonly isRepeated: boolean;
}

export type MessageName = keyof typeof FIELDS;
export type MessageSchema = ReadonlyMap<number, FieldOfMessage>;

const FIELDS = {
  Model: {
    1: "irVersion int64",
    2: "producerName string",
    7: "graph Graph",
    8: "opsetImport Opset*",
    25: "functions Function*",
  },
  Opset: { 1: "domain string", 2: "version int64" },
  Function: { 1: "name string", 10: "domain string" },
  Graph: {
    1: "node Node*",
    2: "name string",
    5: "initializer Tensor*",
    11: "input ValueInfo*",
    12: "output ValueInfo*",
    15: "sparseInitializer Sparse*",
  },
  Node: {
    1: "input string*",
    2: "output string*",
    3: "name string",
    4: "opType string",
    5: "attribute Attribute*",
    7: "domain string",
  },
  Attribute: {
    1: "name string",
    2: "f float",
    3: "i int64",
    4: "s bytes",
    5: "t Tensor",
    7: "floats float*",
    8: "ints int64*",
    9: "strings bytes*",
    20: "type int32",
  },
  Tensor: {
    1: "dims int64*",
    2: "dataType int32",
    4: "floatData float*",
    5: "int32Data int32*",
    7: "int64Data int64*",
    8: "name string",
    9: "rawData bytes",
    10: "doubleData double*",
    11: "uint64Data uint64*",
    13: "externalData Entry*",
    14: "dataLocation int32",
  },
  Sparse: {},
  Entry: { 1: "key string", 2: "value string" },
  ValueInfo: { 1: "name string", 2: "type Type" },
  Type: { 1: "tensorType TensorType", 4: "sequenceType SequenceType" },
  TensorType: { 1: "elemType int32", 2: "shape TensorShape" },
  SequenceType: {},
  TensorShape: { 1: "dim Dimension*" },
  Dimension: { 1: "dimValue int64", 2: "dimParam string" },
} as const satisfies Record<string, Record<number, string>>;

const SCALARS: readonly string[] = [
  "int32",
  "int64",
  "uint64",
  "float",
  "double",
  "string",
  "bytes",
] satisfies ScalarType[];

const SCHEMAS = new Map<string, MessageSchema>(
  Object.entries(FIELDS).map(([message, fields]) => [
    message,
    new Map(Object.entries(fields).map(([number, text]) => [Number(number), parseField(text as string)])),
  ]),
);

/** The fields of a message by their numbers. */
export function schemaOf(message: MessageName): MessageSchema {
  return SCHEMAS.get(message)!;
}

function parseField(text: string): FieldOfMessage {
  const [name, marked] = text.split(" ") as [string, string];
  const type = marked.replace("*", "");
  return {
    name,
    type: SCALARS.includes(type) ? (type as ScalarType) : { message: type as MessageName },
    isRepeated: marked.endsWith("*"),
  };
}
