import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { type BlockOptions, MAX_BLOCK_BYTES } from "../blocks/BlockStore.ts";
import { assertSupportedCid, blockTooLarge, notFound, verifyBlock } from "../blocks/verifyBlock.ts";
import { DagContentStore } from "../DagContentStore.ts";
import { type BoundedResponse, fetchBounded, type FetchBoundedOptions, safeOrigin } from "./fetchBounded.ts";

export interface HttpContentStoreOptions {
  /** Time for one block, from request to last byte. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Further attempts after a network error. Default 2. */
  readonly retries?: number | undefined;
}

const RAW_BLOCK = "application/vnd.ipld.raw";

/**
 * Reads through an IPFS trustless gateway (`GET /ipfs/<cid>?format=raw`, https://specs.ipfs.tech/http-gateways/), block
 * by block, and trusts it with nothing: a block is returned only if its hash is the one in its CID. Stores by
 * `PUT /ipfs/<cid>` where the gateway allows it, as `serveGateway({ writable: true })` does. A browser imports it from
 * `@verimesh/storage/http`.
 */
export class HttpContentStore extends DagContentStore {
  readonly gatewayUrl: URL;
  readonly #authorization: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #retries: number;

  /** @param gatewayUrl such as `http://127.0.0.1:8090`, with a path prefix if it has one, without `/ipfs` */
  constructor(gatewayUrl: string | URL, options: HttpContentStoreOptions = {}) {
    super();
    const { url, authorization } = parseGatewayUrl(gatewayUrl);
    this.gatewayUrl = url;
    this.#authorization = authorization;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#retries = options.retries ?? 2;
  }

  override async getBlock(cid: CID, options: BlockOptions = {}): Promise<Uint8Array> {
    const { status, bytes } = await this.#request(cid, "GET", options, { headers: { accept: RAW_BLOCK } });
    if (status === 404 || status === 410) throw notFound(cid, this.#name);
    if (status !== 200) throw this.#unexpected(cid, status);
    if (bytes === undefined) throw blockTooLarge(cid, this.#name);
    await verifyBlock(cid, bytes, this.#name);
    return bytes;
  }

  override async putBlock(cid: CID, bytes: Uint8Array, options: BlockOptions = {}): Promise<void> {
    await verifyBlock(cid, bytes, "the caller");
    const { status } = await this.#request(cid, "PUT", options, {
      body: bytes,
      headers: { "content-type": RAW_BLOCK },
    });
    if (status === 200 || status === 201 || status === 204) return;
    if (status === 405 || status === 403) {
      throw new VerimeshError(`The gateway ${this.#name} does not accept content.`, {
        code: "GATEWAY_READ_ONLY",
        details: "Publish through a writable gateway or your own IPFS node, then pass its address.",
      });
    }
    throw this.#unexpected(cid, status);
  }

  override async hasBlock(cid: CID, options: BlockOptions = {}): Promise<boolean> {
    const { status } = await this.#request(cid, "HEAD", options, { headers: { accept: RAW_BLOCK } });
    if (status === 200) return true;
    if (status === 404 || status === 410) return false;
    throw this.#unexpected(cid, status);
  }

  get #name(): string {
    return safeOrigin(this.gatewayUrl);
  }

  #request(
    cid: CID,
    method: "GET" | "HEAD" | "PUT",
    { signal }: BlockOptions,
    request: Pick<FetchBoundedOptions, "headers" | "body">,
  ): Promise<BoundedResponse> {
    assertSupportedCid(cid);
    const url = new URL(`ipfs/${cid.toString()}`, this.gatewayUrl);
    if (method !== "PUT") url.searchParams.set("format", "raw");
    const headers = { ...request.headers, ...this.#authorization };
    const bounds = { timeoutMs: this.#timeoutMs, retries: this.#retries, maxBytes: MAX_BLOCK_BYTES };
    return fetchBounded(url, { method, signal, ...bounds, ...request, headers });
  }

  #unexpected(cid: CID, status: number): VerimeshError {
    return new VerimeshError(`The gateway ${this.#name} answered ${status} for ${cid.toString()}.`, {
      code: "GATEWAY_FAILED",
      details: "Expected 200 or 404 of an IPFS trustless gateway. Check the address, or use another gateway.",
    });
  }
}

function parseGatewayUrl(gatewayUrl: string | URL): { url: URL; authorization: Record<string, string> } {
  const text = String(gatewayUrl);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new VerimeshError("The gateway's address is not a URL.", {
      code: "GATEWAY_URL_INVALID",
      details: "Expected http://… or https://…, such as http://127.0.0.1:8090.",
    });
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  // fetch refuses credentials in a URL, and its message would print them.
  const { username, password } = url;
  url.username = url.password = "";
  if (username === "" && password === "") return { url, authorization: {} };
  const credentials = btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { url, authorization: { authorization: `Basic ${credentials}` } };
}
