import { readFile, rename, writeFile } from "node:fs/promises";

/** The next block to scan. Losing it costs a longer scan, nothing else: jobs are journalled before it moves. */
export interface Cursor {
  read(): Promise<bigint | null>;
  write(nextBlock: bigint): Promise<void>;
}

export function fileCursor(path: string): Cursor {
  return {
    async read() {
      const text = await readFile(path, "utf8").catch(() => "");
      return /^\d{1,19}$/.test(text.trim()) ? BigInt(text.trim()) : null;
    },
    async write(nextBlock) {
      await writeFile(`${path}.new`, `${nextBlock}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}
