/** What `decodeModel` makes of a file: proto3 fields that are absent are undefined, repeated ones empty lists. */

export interface ModelMessage {
  readonly irVersion?: number;
  readonly producerName?: string;
  readonly graph?: GraphMessage;
  readonly opsetImport: readonly { readonly domain?: string; readonly version?: number }[];
  readonly functions: readonly { readonly name?: string; readonly domain?: string }[];
}

export interface GraphMessage {
  readonly node: readonly NodeMessage[];
  readonly name?: string;
  readonly initializer: readonly TensorMessage[];
  readonly input: readonly ValueInfoMessage[];
  readonly output: readonly ValueInfoMessage[];
  readonly sparseInitializer: readonly object[];
}

export interface NodeMessage {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly opType?: string;
  readonly attribute: readonly AttributeMessage[];
  readonly domain?: string;
}

export interface AttributeMessage {
  readonly name?: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: TensorMessage;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly Uint8Array[];
  readonly type?: number;
}

export interface TensorMessage {
  readonly dims: readonly number[];
  readonly dataType?: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly number[];
  readonly name?: string;
  readonly rawData?: Uint8Array;
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly number[];
  readonly externalData: readonly { readonly key?: string; readonly value?: string }[];
  readonly dataLocation?: number;
}

export interface ValueInfoMessage {
  readonly name?: string;
  readonly type?: {
    readonly tensorType?: {
      readonly elemType?: number;
      readonly shape?: { readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[] };
    };
    readonly sequenceType?: object;
  };
}
