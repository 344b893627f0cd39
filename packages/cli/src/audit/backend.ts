import { type Backend, loadBackend, selfTest } from "@verimesh/executor";

let tested: Promise<Backend> | undefined;

/** A backend that was seen to agree with the reference; once in a process. */
export function loadTestedBackend(): Promise<Backend> {
  tested ??= (async () => {
    const backend = await loadBackend(["wasm", "cpu"]);
    await selfTest(backend);
    return backend;
  })();
  return tested;
}
