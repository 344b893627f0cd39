import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { VerimeshError } from "@verimesh/core";

/** What the status server tells; plain JSON values. */
export interface StatusSource {
  status(): object;
  jobs(): readonly object[];
  job(id: string): object | undefined;
  /** Whether the worker is able to take and finish jobs. */
  healthy(): boolean;
}

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /status`, `/jobs`, `/jobs/:id` and `/healthz` as JSON. It tells nothing secret, but binds the loopback
 * address by default all the same.
 *
 * @param options.port 0 takes any free port
 * @throws VerimeshError PORT_IN_USE
 */
export async function serveStatus(
  source: StatusSource,
  options: { host?: string; port: number },
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      send(response, 405, { error: "only GET" });
      return;
    }
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (path === "/status") {
      send(response, 200, source.status());
      return;
    }
    if (path === "/jobs") {
      send(response, 200, source.jobs());
      return;
    }
    if (path === "/healthz") {
      send(response, source.healthy() ? 200 : 503, { healthy: source.healthy() });
      return;
    }
    const id = /^\/jobs\/(\d{1,78})$/.exec(path)?.[1];
    const job = id === undefined ? undefined : source.job(id);
    send(response, job ? 200 : 404, job ?? { error: "not found" });
  });
  const host = options.host ?? "127.0.0.1";
  await listen(server, host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE";
      reject(
        new VerimeshError(`The worker's status server cannot listen on ${host}:${port}.`, {
          code: taken ? "PORT_IN_USE" : "PORT_UNAVAILABLE",
          details: taken ? "The port is in use. Choose another, or 0 for any free one." : cause.message,
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(text);
}
