/** circom2 ships no types. */
declare module "circom2" {
  export interface CircomRunnerOptions {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    /** Folder name that the compiler sees → folder on disk. */
    readonly preopens: Readonly<Record<string, string>>;
    readonly bindings: Readonly<Record<string, unknown>>;
  }
  export class CircomRunner {
    constructor(options: CircomRunnerOptions);
    /** Rejects with an error whose `code` is the compiler's exit status. */
    execute(compiler: Uint8Array): Promise<WebAssembly.Instance>;
  }
  const circom2: { CircomRunner: typeof CircomRunner; bindings: Readonly<Record<string, unknown>> };
  export default circom2;
}
