import { type Logger, pino, type DestinationStream } from "pino";

export type { Logger };

/** Nothing under these names is ever printed, whoever logs it. */
const SECRETS = [
  "privateKey",
  "password",
  "mnemonic",
  "account.privateKey",
  "*.privateKey",
  "*.password",
  "*.mnemonic",
];

/** JSON lines; bigints as strings, secrets left out. */
export function createLogger(
  options: { level?: string; destination?: DestinationStream; bindings?: Record<string, unknown> } = {},
): Logger {
  const logger = pino(
    {
      level: options.level ?? "info",
      base: options.bindings ?? {},
      redact: { paths: SECRETS, censor: "[secret]" },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: describeError },
      formatters: { level: (label) => ({ level: label }), log: withoutBigints },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return logger;
}

/** What an error says, without the request bodies and call stacks that RPC errors carry. */
export function describeError(error: unknown): Record<string, unknown> {
  // A reason that was journalled is a plain object by now.
  if (typeof error === "object" && error !== null && !(error instanceof Error)) return { ...error };
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, shortMessage, details } = error as { code?: unknown; shortMessage?: unknown; details?: unknown };
  return { name: error.name, code, message: shortMessage ?? error.message.split("\n")[0], details };
}

function withoutBigints(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]),
  );
}
