import { parseEther, type Hash } from "viem";
import { userOf } from "../accounts.ts";
import { giveTokens } from "../money.ts";
import { FAILURE_FEE, type FailureStage } from "./stage.ts";

/** An account that plays a provider by hand: it stakes and lists itself, and then does what its failure needs. */
export type Party = ReturnType<typeof userOf>;

const STAKE = parseEther("200");

/**
 * Stakes for some of the demo's accounts and lists each of them for one version, for any input, at a third of the fee.
 *
 * @param indexes of the development accounts
 */
export async function enlist(stage: FailureStage, indexes: readonly number[], version: bigint): Promise<Party[]> {
  const { rpcUrl, deployment, credit, signal } = stage;
  await stage.inTurn(() => giveTokens(rpcUrl, deployment, indexes, STAKE));
  const { modelId } = credit;
  return Promise.all(
    indexes.map(async (index) => {
      const party = userOf(rpcUrl, index, deployment);
      await party.stake({ amount: STAKE, signal });
      await party.setCapacity({ capacity: 1, signal });
      await party.setAsk({ modelId, version, ask: FAILURE_FEE / 3n, signal });
      // What a listing costs depends on those before it: two at once would each be sent with the other's gas.
      await stage.inTurn(() => party.listModel({ modelId, version, signal }));
      return party;
    }),
  );
}

/** Draws a job's provider, as soon as the randomness is there. */
export async function assign({ stranger, signal }: FailureStage, jobId: bigint): Promise<void> {
  await onceAllowed(signal, "DrawTooEarly", () => stranger.assignJob({ jobId, signal }));
}

/** Draws a job's panel, as soon as the randomness is there. */
export async function drawPanel({ stranger, signal }: FailureStage, jobId: bigint): Promise<void> {
  await onceAllowed(signal, "DrawTooEarly", () => stranger.drawPanel({ jobId, signal }));
}

/** Ends, step by step, whatever of a job is past its time, until the job has ended. */
export async function endWhenDue({ stranger, signal }: FailureStage, jobId: bigint): Promise<void> {
  for (;;) {
    const { status } = await stranger.getJob({ jobId, signal });
    if (status === "settled" || status === "refunded") return;
    await onceAllowed(signal, "JOB_NOT_OVERDUE", () => stranger.endOverdueJob({ jobId, signal }));
  }
}

interface Sent {
  readonly transactionHash: Hash;
}

/** Tries again twice a second while the chain says that it is too early. */
async function onceAllowed(signal: AbortSignal, tooEarly: string, send: () => Promise<Sent>): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await send();
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== tooEarly) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
