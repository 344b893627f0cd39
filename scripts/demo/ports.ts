import { createServer } from "node:net";
import { VerimeshError } from "@verimesh/core";

/**
 * Refuses before anything is touched: a second demo must not clear away what a running one works with.
 *
 * @throws VerimeshError PORT_IN_USE, naming the port and the option that chooses another
 */
export async function requireFreePorts(ports: readonly { readonly port: number; readonly option: string }[]) {
  for (const { port, option } of ports) {
    if (await isFree(port)) continue;
    throw new VerimeshError(`Port ${port} of 127.0.0.1 is in use.`, {
      code: "PORT_IN_USE",
      details: `Stop what listens there (perhaps another npm start), or choose another: npm start -- ${option} ${port + 1000}`,
    });
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
