import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { parseCid } from "../blocks/verifyBlock.ts";
import type { DagContentStore } from "../DagContentStore.ts";

export interface HandlerOptions {
  readonly writable: boolean;
  readonly maxBlockBytes: number;
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  CID_INVALID: 400,
  CID_UNSUPPORTED: 400,
  CONTENT_MISMATCH: 400,
  CONTENT_NOT_FOUND: 404,
  CONTENT_TOO_LARGE: 413,
  CONTENT_INVALID: 422,
  GATEWAY_READ_ONLY: 405,
  METHOD_UNKNOWN: 405,
};

/** Answers one request; every failure becomes a JSON error, or a cut connection once the body has begun. */
export async function handleRequest(
  store: DagContentStore,
  request: IncomingMessage,
  response: ServerResponse,
  options: HandlerOptions,
): Promise<void> {
  const aborted = new AbortController();
  response.on("close", () => aborted.abort());
  try {
    response.setHeader("x-content-type-options", "nosniff");
    await route(store, request, response, options, aborted.signal);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(request, response, error);
  }
}

async function route(
  store: DagContentStore,
  request: IncomingMessage,
  response: ServerResponse,
  options: HandlerOptions,
  signal: AbortSignal,
): Promise<void> {
  // Not `new URL(request.url)`: it would resolve `..` before the CID is looked at.
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  if (path === "/healthz" && isRead(request)) {
    response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
    return;
  }
  const text = /^\/ipfs\/([^/]+)\/?$/.exec(path)?.[1];
  if (text === undefined) {
    throw new VerimeshError("There is nothing at this path.", {
      code: "CID_INVALID",
      details: "This gateway answers at /ipfs/<cid>; it does not resolve paths below a CID.",
    });
  }
  const cid = parseCid(text);
  if (request.method === "PUT") return putBlock(store, request, response, cid, options, signal);
  if (!isRead(request)) {
    throw new VerimeshError(`${request.method} is not supported.`, {
      code: "METHOD_UNKNOWN",
      details: "Use GET or HEAD.",
    });
  }
  const raw =
    new URLSearchParams(query).get("format") === "raw" || request.headers.accept?.includes("application/vnd.ipld.raw");
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("vary", "accept");
  response.setHeader("etag", raw ? `"${cid.toString()}.raw"` : `"${cid.toString()}"`);
  response.setHeader("cache-control", "public, max-age=29030400, immutable");
  if (request.headers["if-none-match"] === response.getHeader("etag") && (await store.hasBlock(cid))) {
    response.writeHead(304).end();
    return;
  }
  if (raw) await sendBlock(store, request, response, cid, signal);
  else await sendFile(store, request, response, cid, signal);
}

async function sendBlock(
  store: DagContentStore,
  request: IncomingMessage,
  response: ServerResponse,
  cid: CID,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await store.getBlock(cid, { signal });
  response.writeHead(200, { "content-type": "application/vnd.ipld.raw", "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

async function sendFile(
  store: DagContentStore,
  request: IncomingMessage,
  response: ServerResponse,
  cid: CID,
  signal: AbortSignal,
): Promise<void> {
  let size = 0;
  const parts = store.read(cid, { signal, onProgress: ({ totalBytes }) => (size = totalBytes) });
  const first = await parts.next();
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": size,
    // Content that anyone may have published is never shown as a page of this origin.
    "content-disposition": `attachment; filename="${cid.toString()}"`,
  });
  if (request.method === "HEAD") {
    await parts.return();
    response.end();
    return;
  }
  await pipeline(async function* () {
    if (!first.done) yield first.value;
    yield* parts;
  }, response);
}

async function putBlock(
  store: DagContentStore,
  request: IncomingMessage,
  response: ServerResponse,
  cid: CID,
  options: HandlerOptions,
  signal: AbortSignal,
): Promise<void> {
  if (!options.writable) {
    throw new VerimeshError("This gateway is read-only.", {
      code: "GATEWAY_READ_ONLY",
      details: "Start it with `writable: true`, on an address that only you can reach.",
    });
  }
  const tooLarge = new VerimeshError(`The block ${cid.toString()} is larger than ${options.maxBlockBytes} bytes.`, {
    code: "CONTENT_TOO_LARGE",
    details: "Store larger content as a file of several blocks.",
  });
  if (Number(request.headers["content-length"] ?? 0) > options.maxBlockBytes) throw tooLarge;
  const parts: Uint8Array[] = [];
  let size = 0;
  // Destroying the request would cut the connection before the answer that says why.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > options.maxBlockBytes) throw tooLarge;
    parts.push(part);
  }
  await store.putBlock(cid, new Uint8Array(Buffer.concat(parts)), { signal });
  response.writeHead(201, { location: `/ipfs/${cid.toString()}` }).end();
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known = error instanceof VerimeshError ? error : undefined;
  const status = STATUS_BY_CODE[known?.code ?? ""] ?? 500;
  // What went wrong inside, with its paths, is for the log of this machine, not for whoever asked.
  let shown = { code: "GATEWAY_INTERNAL", message: "The gateway failed.", details: "See its log." };
  if (known?.code === "CONTENT_NOT_FOUND") {
    shown = { code: known.code, message: "This gateway does not have this content.", details: "Ask another gateway." };
  } else if (known && status < 500) {
    shown = { code: known.code, message: known.shortMessage, details: known.details ?? "" };
  }
  for (const name of ["etag", "cache-control"]) response.removeHeader(name);
  if (status === 405) response.setHeader("allow", "GET, HEAD");
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify({ error: shown }));
}

function isRead(request: IncomingMessage): boolean {
  return request.method === "GET" || request.method === "HEAD";
}
