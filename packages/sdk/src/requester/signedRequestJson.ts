import { VerimeshError } from "@verimesh/core";
import { isAddress, isHex, size } from "viem";
import { SIGNED_REQUEST_TYPES, type SignedJobRequest } from "./signedRequest.ts";

interface Field {
  readonly name: string;
  readonly type: string;
}

const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  ...SIGNED_REQUEST_TYPES,
  SignedJobRequest: [
    ...SIGNED_REQUEST_TYPES.SignedRequest,
    { name: "signature", type: "bytes" },
    { name: "permit", type: "RequestPermit" },
  ],
  RequestPermit: [
    { name: "value", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "v", type: "uint8" },
    { name: "r", type: "bytes32" },
    { name: "s", type: "bytes32" },
  ],
};
const MAX_TEXT_LENGTH = 65_536;

/**
 * A signed request as text, to be sent to whoever relays it.
 * @example
 * await fetch(relayer, { method: "POST", body: signedRequestToJson(await client.signRequest(terms)) });
 */
export function signedRequestToJson(signed: SignedJobRequest): string {
  return JSON.stringify(signed, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/**
 * Reads a signed request, which may come from anyone. Whether it is signed is for the contract to say.
 * @throws VerimeshError `SIGNED_REQUEST_INVALID`, naming the field
 * @example
 * const { jobId } = await client.relayRequest({ signed: signedRequestFromJson(body) });
 */
export function signedRequestFromJson(text: string): SignedJobRequest {
  if (text.length > MAX_TEXT_LENGTH) throw invalid(`it has ${text.length} characters, more than ${MAX_TEXT_LENGTH}`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  return parse(document, "SignedJobRequest", "the document") as SignedJobRequest;
}

function parse(value: unknown, type: string, path: string): unknown {
  const fields = FIELDS[type];
  if (fields !== undefined) {
    if (typeof value !== "object" || value === null) throw invalid(`${path} is not an object`);
    const parts = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(fields.map((field) => [field.name, parse(parts[field.name], field.type, field.name)]));
  }
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) throw invalid(`${path} is not a list`);
    return value.map((item, i) => parse(item, type.slice(0, -2), `${path}[${i}]`));
  }
  if (isValue(value, type)) return type === "uint256" ? BigInt(value as string) : value;
  throw invalid(`${path} is not a ${type}`);
}

/** uint256 as decimal text, since JSON has no such numbers; smaller ones as they are. */
function isValue(value: unknown, type: string): boolean {
  if (type === "uint256") return typeof value === "string" && /^\d{1,78}$/.test(value) && BigInt(value) < 2n ** 256n;
  if (type.startsWith("uint")) {
    return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** Number(type.slice(4));
  }
  if (type === "bool") return typeof value === "boolean";
  if (typeof value !== "string") return false;
  if (type === "address") return isAddress(value);
  return isHex(value) && value.length % 2 === 0 && (type === "bytes" || size(value) === Number(type.slice(5)));
}

function invalid(problem: string, cause?: unknown): VerimeshError {
  return new VerimeshError(`The signed request cannot be read: ${problem}.`, {
    code: "SIGNED_REQUEST_INVALID",
    details: "Expected what signedRequestToJson writes.",
    cause,
  });
}
