/** What snarkjs calls with texts while it works. */
export interface SnarkjsLog {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** What is not snarkjs says itself which share is done. */
  progress(share: number): void;
  /** The last error that it logged. */
  problem(ifNone: string): string;
}

/**
 * The parts of each task in their order, by what snarkjs logs when it begins or goes on with one. They take about as long
 * as each other; a text that says "12/64" tells how far a part is.
 */
const PARTS: Readonly<Record<string, readonly RegExp[]>> = {
  checkPhase1: [
    /relations: tauG1/,
    /relations: tauG2/,
    /relations: alphatauG1/,
    /relations: betatauG1/,
    /calculated values tauG1/,
    /calculated values tauG2/,
    /calculated values alpha/,
    /calculated values beta/,
  ],
  start: [/Reading r1cs/, /processing constraints/, /HashingHPoints/, / C:/, / A:/, / B1:/, / B2:/],
  contribute: [/L Section/, /H Section/],
  applyBeacon: [/L Section/, /H Section/],
  checkKey: [/processing constraints/, /HashingHPoints/, / C:/, / A:/, / B1:/, / B2:/],
};

/** A log that turns snarkjs' texts into the share of the task that is done, which never falls. */
export function logTo(task: string, onProgress: (share: number) => void): SnarkjsLog {
  const parts = PARTS[task] ?? [];
  let [done, last] = [0, ""];
  const progress = (share: number): void => {
    if (share <= done) return;
    done = share;
    onProgress(share);
  };
  const follow = (text: string): void => {
    const part = parts.findIndex((pattern) => pattern.test(text));
    if (part < 0) return;
    const [, at, of] = /(\d+)\/(\d+)/.exec(text) ?? [];
    progress((part + (at === undefined || Number(of) === 0 ? 0 : Number(at) / Number(of))) / parts.length);
  };
  return {
    debug: follow,
    info: follow,
    warn: () => undefined,
    progress,
    error: (text) => {
      last = text;
    },
    problem: (ifNone) => (last === "" ? ifNone : `snarkjs: ${last}`),
  };
}
