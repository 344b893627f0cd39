import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DemoOptions {
  /** Ends after the table. */
  readonly once: boolean;
  /** Progress goes to standard error; the last line of standard output is one JSON object. */
  readonly json: boolean;
  readonly port: number;
  readonly gatewayPort: number;
  /** Where the network's files are left: below it `local.json`, `samples`, `run`. */
  readonly stateDirectory: string;
}

const HELP = `npm start: a local chain with the protocol, two models, two workers, and jobs that they answer.

  npm start                          stays up until Ctrl-C
  npm start -- --once                ends after the table
  npm start -- --json                last line of standard output: one JSON object
  npm start -- --port 9545           the chain's port (default 8545)
  npm start -- --gateway-port 9090   the content gateway's port (default 8090)
  npm start -- --state ./elsewhere   where its files go (default .verimesh, where \`verimesh\` looks for them)
`;

/** Reads the command line; prints the help and exits for --help, or with status 2 for what it does not know. */
export function readOptions(args: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        port: { type: "string", default: "8545" },
        "gateway-port": { type: "string", default: "8090" },
        state: { type: "string", default: ".verimesh" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    return {
      once: values.once,
      json: values.json,
      port: readPort("--port", values.port),
      gatewayPort: readPort("--gateway-port", values["gateway-port"]),
      stateDirectory: resolve(values.state),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new Error(`${name} is ${text}; expected a port from 1 to 65535.`);
}
