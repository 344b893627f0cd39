import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { VerimeshError } from "@verimesh/core";

interface Holder {
  readonly pid: number;
  /** When the process started, in the kernel's ticks: a process id alone may have been given to another by now. */
  readonly startedAt: string | null;
  readonly token: string;
}

/**
 * Takes a lock file for this process; returns the function that releases it. The lock of a process that no longer lives
 * is taken over, so a killed worker can be started again at once.
 *
 * @throws VerimeshError WORKER_ALREADY_RUNNING if a living process holds it
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const me: Holder = { pid: process.pid, startedAt: await startTime(process.pid), token: randomUUID() };
  const own = `${path}.${me.token}`;
  await writeFile(own, JSON.stringify(me), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      // link() fails if the name is taken, and the content is complete the moment the name exists.
      if (await link(own, path).then(() => true, isTaken)) return () => release(path, me);
      const holder = await readHolder(path);
      if (holder && (await isAlive(holder))) throw alreadyRunning(path, holder.pid);
      if (holder) await removeStale(path, holder, own);
    }
    throw alreadyRunning(path, undefined);
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Removes the lock of a dead process. Nobody but who holds the guard that is named after it may, and so it cannot be
 * another's new lock that is removed: until then the name is taken. A guard whose own holder died is removed in the same way.
 */
async function removeStale(path: string, stale: Holder, own: string): Promise<void> {
  const guard = `${path}.${stale.token.slice(0, 8)}`;
  if (!(await link(own, guard).then(() => true, isTaken))) {
    const guardian = await readHolder(guard);
    if (guardian && !(await isAlive(guardian))) await removeStale(guard, guardian, own);
    return;
  }
  if ((await readHolder(path))?.token === stale.token) await rm(path, { force: true });
  await rm(guard, { force: true });
}

async function release(path: string, me: Holder): Promise<void> {
  if ((await readHolder(path))?.token === me.token) await rm(path, { force: true });
}

function isTaken(error: NodeJS.ErrnoException): false {
  if (error.code === "EEXIST") return false;
  throw error;
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    // Not written by us: no process can be shown to hold it.
    return { pid: 0, startedAt: null, token: "unreadable" };
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.pid <= 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return holder.startedAt === null || holder.startedAt === (await startTime(holder.pid));
}

/** Field 22 of /proc/<pid>/stat; null where there is no /proc. */
async function startTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command, field 2, may hold spaces and parentheses: count from its closing one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function alreadyRunning(path: string, pid: number | undefined): VerimeshError {
  return new VerimeshError(`Another worker${pid === undefined ? "" : ` (process ${pid})`} uses this data directory.`, {
    code: "WORKER_ALREADY_RUNNING",
    details: `Stop it first, or choose another data directory. The lock is ${path}.`,
  });
}
