import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { VerimeshError } from "@verimesh/core";
import { MAX_BLOCK_BYTES } from "../blocks/BlockStore.ts";
import type { DagContentStore } from "../DagContentStore.ts";
import { handleRequest } from "./handleRequest.ts";

export interface GatewayOptions {
  /** Default 127.0.0.1: reachable from this machine only. */
  readonly host?: string | undefined;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Accepts `PUT /ipfs/<cid>`. Default false: whoever can write can fill the disk. */
  readonly writable?: boolean | undefined;
  /** Largest block that PUT accepts; at most 2 MiB, which is the default. */
  readonly maxBlockBytes?: number | undefined;
  /** Told of each request; pino fits. */
  readonly logger?:
    { info(fields: object, message: string): void; warn(fields: object, message: string): void } | undefined;
}

export interface Gateway {
  /** Such as `http://127.0.0.1:8090`. */
  readonly url: string;
  readonly port: number;
  /** Ends open connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves a store as an IPFS trustless gateway: raw blocks (`?format=raw` or `Accept: application/vnd.ipld.raw`) and, for
 * people, whole files, under `GET` and `HEAD /ipfs/<cid>`; `GET /healthz`.
 * @throws VerimeshError `PORT_IN_USE`, `PORT_UNAVAILABLE`
 * @example
 * const gateway = await serveGateway(new FileContentStore("./content"), { port: 8090 });
 * // curl http://127.0.0.1:8090/ipfs/<cid>
 * await gateway.close();
 */
export async function serveGateway(store: DagContentStore, options: GatewayOptions): Promise<Gateway> {
  const { host = "127.0.0.1", port, writable = false, logger } = options;
  const maxBlockBytes = Math.min(options.maxBlockBytes ?? MAX_BLOCK_BYTES, MAX_BLOCK_BYTES);
  const server = createServer((request, response) => {
    const started = performance.now();
    response.on("close", () => {
      const milliseconds = Math.round(performance.now() - started);
      const fields = {
        method: request.method,
        url: request.url?.slice(0, 200),
        status: response.statusCode,
        milliseconds,
      };
      if (response.statusCode < 500) logger?.info(fields, "gateway request");
      else logger?.warn(fields, "gateway request failed");
    });
    void handleRequest(store, request, response, { writable, maxBlockBytes });
  });
  // A client that sends its request drop by drop does not hold a connection for ever.
  server.requestTimeout = 60_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenFailed(host, port, cause)));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): VerimeshError {
  if (cause.code === "EADDRINUSE") {
    return new VerimeshError(`Port ${port} on ${host} is in use.`, {
      code: "PORT_IN_USE",
      details: `Stop the program that holds it (\`lsof -i :${port}\` names it), or choose another port; 0 takes any free one.`,
      cause,
    });
  }
  return new VerimeshError(`The gateway cannot listen on ${host}:${port} (${cause.code ?? cause.message}).`, {
    code: "PORT_UNAVAILABLE",
    details: "Choose an address of this machine and a port above 1023 that is free.",
    cause,
  });
}
