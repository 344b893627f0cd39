import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { parseJson, stringifyJson } from "./json.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";

const FORMAT = "verimesh-worker-journal/2";
/** Rewritten at start once it holds this many lines more than jobs, so that it does not grow without bound. */
const COMPACT_SLACK = 1_000;
/** Ended jobs beyond this many are forgotten at that rewrite, the oldest first: the chain still knows them. */
const KEEP_ENDED = 1_000;

/** Whose journal it is. A journal is never continued for another chain, market or provider. */
export interface JournalOwner {
  readonly chainId: number;
  readonly market: string;
  readonly provider: string;
}

/** The journal is what makes the worker safe: without it, it must not go on. */
export function isJournalFailure(error: unknown): boolean {
  return error instanceof VerimeshError && error.code.startsWith("JOURNAL_");
}

/** Where the worker writes what it is about to do. `append` returns once the line is on the disk. */
export interface Journal {
  /** The last record of each job, by id. */
  readonly records: ReadonlyMap<string, JobRecord>;
  /**
   * A record of a request that the journal has replaced meanwhile is dropped: its runner may have been about to end. Only
   * with `replaces` does a record take the place of one of another request.
   */
  append(record: JobRecord, options?: { readonly replaces?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a journal of JSON lines, each a whole job record, the last one of a job being the one that counts. Each append is
 * forced to the disk before it returns. A torn last line, which a crash in the middle of an append leaves, is cut off.
 *
 * @throws VerimeshError JOURNAL_CORRUPT if a line before the last does not parse; JOURNAL_FOREIGN if the journal belongs
 * to another chain, market or provider
 */
export async function openJournal(
  path: string,
  owner: JournalOwner,
  isEnded: (r: JobRecord) => boolean,
): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { records, lines, goodBytes } = await load(path, owner);
  let length = goodBytes;
  if (goodBytes === 0 || lines > records.size + COMPACT_SLACK) length = await rewrite(path, owner, records, isEnded);
  const file = await open(path, "r+");
  // A torn tail would otherwise become the start of the next line.
  await file.truncate(length);
  await file.datasync();
  return new FileJournal(file, records, length);
}

class FileJournal implements Journal {
  readonly records: Map<string, JobRecord>;
  readonly #file: FileHandle;
  #length: number;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(file: FileHandle, records: Map<string, JobRecord>, length: number) {
    this.#file = file;
    this.records = records;
    this.#length = length;
  }

  append(record: JobRecord, { replaces = false } = {}): Promise<void> {
    const write = this.#queue.then(async () => {
      const current = this.records.get(record.jobId.toString());
      if (current && current.requestHash !== record.requestHash && !replaces) return;
      const line = Buffer.from(`${stringifyJson(record)}\n`);
      try {
        await this.#file.write(line, 0, line.length, this.#length);
        await this.#file.datasync();
      } catch (cause) {
        await this.#file.truncate(this.#length).catch(() => undefined);
        throw new VerimeshError("The worker's journal cannot be written.", {
          code: "JOURNAL_WRITE_FAILED",
          details: "Without its journal the worker takes no job. Free the disk or choose another data directory.",
          cause,
        });
      }
      this.#length += line.length;
      this.records.set(record.jobId.toString(), record);
    });
    this.#queue = write.catch(() => undefined);
    return write;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }
}

async function load(path: string, owner: JournalOwner) {
  const records = new Map<string, JobRecord>();
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { records, lines: 0, goodBytes: 0 };
    throw error;
  }
  // Whatever follows the last newline was never acknowledged.
  const goodBytes = bytes.lastIndexOf(10) + 1;
  const lines = bytes.subarray(0, goodBytes).toString("utf8").split("\n").slice(0, -1);
  lines.forEach((line, index) => {
    const value = parseLine(line, path, index + 1);
    if (index === 0) checkHeader(value as Header, owner, path);
    else records.set((value as JobRecord).jobId.toString(), value as JobRecord);
  });
  return { records, lines: lines.length, goodBytes };
}

type Header = { readonly format?: string } & Partial<JournalOwner>;

function parseLine(line: string, path: string, number: number): unknown {
  try {
    return parseJson(line);
  } catch (cause) {
    throw new VerimeshError(`Line ${number} of the worker's journal cannot be read.`, {
      code: "JOURNAL_CORRUPT",
      details: `${path} was changed or damaged. Move it away: the worker then rebuilds what it needs from the chain.`,
      cause,
    });
  }
}

function checkHeader(header: Header, owner: JournalOwner, path: string): void {
  const same =
    header.format === FORMAT &&
    header.chainId === owner.chainId &&
    header.market === owner.market &&
    header.provider === owner.provider;
  if (same) return;
  throw new VerimeshError("The worker's journal belongs to another worker.", {
    code: "JOURNAL_FOREIGN",
    details: `${path} is of ${header.format ?? "an unknown format"}, chain ${header.chainId}, market ${header.market}, provider ${header.provider}. Choose another data directory.`,
  });
}

async function rewrite(
  path: string,
  owner: JournalOwner,
  records: Map<string, JobRecord>,
  isEnded: (r: JobRecord) => boolean,
): Promise<number> {
  const ended = [...records.values()].filter(isEnded);
  for (const old of ended.slice(0, Math.max(0, ended.length - KEEP_ENDED))) records.delete(old.jobId.toString());
  const text = [{ format: FORMAT, ...owner }, ...records.values()].map((value) => `${stringifyJson(value)}\n`).join("");
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(temporary, path);
  return Buffer.byteLength(text);
}
