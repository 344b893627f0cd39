import { connect, type Context, openStore } from "./Context.ts";
import { checkProof } from "./checkProof.ts";

/** Verifies a settled job with snarkjs and with the deployed verifier; returns whether both say yes. */
export async function verifyJob(context: Context, jobId: bigint): Promise<boolean> {
  const { out, signal } = context;
  const reader = await connect(context);
  const check = await checkProof(reader, openStore(context), jobId, signal);
  out.facts({
    Job: String(jobId),
    Provider: check.provider,
    Verifier: check.verifier,
    "Key of the manifest": check.keyMatchesVerifier ? "is the verifier's" : "IS NOT THE VERIFIER'S",
    "snarkjs, here": check.snarkjs ? "valid" : "NOT VALID",
    "Contract, eth_call": check.contract ? "valid" : "NOT VALID",
  });
  const { outputWords, publicSignals, ...rest } = check;
  const words = { outputWords: outputWords.map(String), publicSignals: publicSignals.map(String) };
  out.result({ jobId: Number(jobId), ...rest, ...words });
  return check.valid;
}
