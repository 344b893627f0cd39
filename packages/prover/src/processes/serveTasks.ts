import { VerimeshError } from "@verimesh/core";

export type ChildMessage =
  | { readonly progress: number }
  | { readonly result: unknown }
  | { readonly error: { readonly code: string; readonly shortMessage: string; readonly details?: string | undefined } };

/**
 * The child's side of `ChildTask`: answers each request with a result or an error, and ends with its parent, however
 * that one ends.
 */
export function serveTasks<Request>(
  run: (request: Request, onProgress: (progress: number) => void) => Promise<unknown>,
): void {
  const send = (message: ChildMessage) => process.send?.(message);
  process.on("disconnect", () => process.exit());
  process.on("message", (request: Request) => {
    run(request, (progress) => send({ progress })).then(
      (result) => send({ result }),
      (error: unknown) => send({ error: describeError(error) }),
    );
  });
}

/** What of an error passes to another process or thread. */
export function describeError(error: unknown): { code: string; shortMessage: string; details?: string | undefined } {
  if (error instanceof VerimeshError) {
    return { code: error.code, shortMessage: error.shortMessage, details: error.details };
  }
  return {
    code: "PROVER_FAILED",
    shortMessage: "The prover failed.",
    details: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
