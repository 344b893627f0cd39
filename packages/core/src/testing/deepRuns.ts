/** Random cases of a property test: as many as given, ten times as many under `npm run test:deep`. */
export function deepRuns(runs: number): number {
  return process.env["VERIMESH_DEEP"] ? 10 * runs : runs;
}
