import { readFile } from "node:fs/promises";
import { VerimeshError } from "@verimesh/core";

/**
 * The password of a keystore: the first line of a file, or typed without echo. Never an argument, which every process
 * of the machine can read.
 *
 * @throws VerimeshError PASSWORD_FILE_UNREADABLE, PASSWORD_MISSING if there is neither file nor terminal, ABORTED
 */
export async function readPassword(question: string, passwordFile: string | undefined): Promise<string> {
  if (passwordFile !== undefined) {
    try {
      return (await readFile(passwordFile, "utf8")).split(/\r?\n/, 1)[0] ?? "";
    } catch (cause) {
      throw new VerimeshError(`The password file ${passwordFile} cannot be read.`, {
        code: "PASSWORD_FILE_UNREADABLE",
        cause,
      });
    }
  }
  if (!process.stdin.isTTY) {
    throw new VerimeshError("A password is needed and there is no terminal to ask at.", {
      code: "PASSWORD_MISSING",
      details: "Pass --password-file, or set VERIMESH_PASSWORD_FILE.",
    });
  }
  return askHidden(question);
}

/** Reads a line from the terminal, which must be one, without showing it. */
export function askHidden(question: string): Promise<string> {
  const { stdin } = process;
  process.stderr.write(`${question}: `);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = "";
    const finish = (settle: () => void): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.removeListener("data", onData);
      process.stderr.write("\n");
      settle();
    };
    const onData = (chunk: string): void => {
      for (const character of chunk) {
        if (character === "\r" || character === "\n") {
          finish(() => resolve(typed));
          return;
        }
        if (character === "\u0003") {
          finish(() => reject(new VerimeshError("Aborted.", { code: "ABORTED" })));
          return;
        }
        typed = character === "\u007f" || character === "\b" ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on("data", onData);
  });
}
