import { CommanderError } from "commander";
import type { Command } from "commander";
import { Output, type Streams } from "./output/Output.ts";
import { createProgram } from "./program/createProgram.ts";
import { resolveSettings } from "./settings/Settings.ts";

/**
 * Runs the command line.
 *
 * @param args without the program's own name
 * @param signal ends what runs; Ctrl-C and SIGTERM in `bin/verimesh.js`
 * @returns the exit status: 0, or 1 after an error or a check that failed
 */
export async function main(args: readonly string[], signal: AbortSignal, streams: Streams = process): Promise<number> {
  let status = 0;
  const noColour = Boolean(process.env["NO_COLOR"]);
  const program = createProgram(async (options, command) => {
    const out = new Output(streams, { json: options.json === true, noColour });
    try {
      const settings = await resolveSettings(options);
      if ((await command({ settings, out, signal })) === false) status = 1;
    } catch (error) {
      if (!signal.aborted) out.error(error);
      status = 1;
    }
  });
  quieten(program, streams);
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // commander has told a person already; a program wants its line as well.
    if (args.includes("--json")) {
      const message = error.message.replace(/^error: /, "");
      streams.stdout.write(`${JSON.stringify({ error: { code: "USAGE", message, details: null } })}\n`);
    }
    return 1;
  }
  return status;
}

/** No command ends the process by itself, and all write to the given streams. */
function quieten(command: Command, streams: Streams): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => streams.stdout.write(text),
    writeErr: (text) => streams.stderr.write(text),
  });
  for (const child of command.commands) quieten(child, streams);
}
