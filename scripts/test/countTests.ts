export interface Counts {
  passed: number;
  failed: number;
}

/** Adds up the `N passing` and `N failing` lines of mocha and Hardhat, whatever prefix or colour they carry. */
export function countTests(output: string): Counts {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  return { passed: sum(plain, "passing"), failed: sum(plain, "failing") };
}

/** What mocha and Hardhat say of the tests that failed, from their "N failing" on; empty if none did. */
export function failuresIn(output: string): string {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const first = /^(?:\S+:test: )?\s*\d+ failing\b/m.exec(plain);
  return first === null ? "" : plain.slice(first.index).slice(0, 8_000);
}

function sum(output: string, word: string): number {
  const pattern = new RegExp(`^(?:\\S+:test: )?\\s*(\\d+) ${word}\\b`, "gm");
  return [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
}
