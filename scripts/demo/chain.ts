/**
 * The local chain, in a process of its own so that nothing heavy delays its answers: Hardhat's network on 127.0.0.1,
 * one block per transaction and one per second. Forked by the demo with an IPC channel; ends when its parent does.
 */
import { network } from "hardhat";

/** Development accounts that have ETH: see PARTS of accounts.ts. */
const ACCOUNTS = 32;
const port = Number(process.argv[2]);
try {
  const server = await network.createServer(
    {
      override: { mining: { auto: true, interval: 1000 }, accounts: { count: ACCOUNTS } },
    },
    "127.0.0.1",
    port,
  );
  const address = await server.listen();
  process.send?.({ url: `http://${address.address}:${address.port}` });
  const stop = (): void => void server.close().finally(() => process.exit(0));
  process.on("disconnect", stop);
  process.on("SIGTERM", stop);
  // Ctrl-C reaches the whole group; the demo decides when the chain goes.
  process.on("SIGINT", () => {});
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
