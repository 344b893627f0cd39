import { serveTasks } from "../processes/serveTasks.ts";
import { makeDevKey } from "./makeDevKey.ts";

/** What `setupDev` asks of its process. */
export interface SetupRequest {
  readonly r1cs: Uint8Array;
}

serveTasks<SetupRequest>(({ r1cs }, onProgress) => makeDevKey(r1cs, onProgress));
