import { VerimeshError } from "@verimesh/core";
import type { JobView, WorkerStatus } from "@verimesh/worker";
import { formatEther, getAddress, isAddress, type Address } from "viem";
import { resolveAccount } from "../account/resolveAccount.ts";
import { timeText } from "../output/format.ts";
import { connect, type Context } from "./Context.ts";
import { answerTimeText } from "./listing.ts";
import { amountText, vmeshText } from "./payment.ts";

export interface ProviderStatusOptions {
  readonly address?: string;
  readonly statusUrl?: string;
}

interface Row {
  readonly address: Address;
  readonly statusUrl: string | undefined;
}

/** Shows stake and earnings of providers, and what their workers tell. */
export async function providerStatus(context: Context, options: ProviderStatusOptions): Promise<void> {
  const { out, signal } = context;
  const { client, deployment } = await connect(context);
  const providers = [];
  for (const { address, statusUrl } of await whom(context, options, deployment.chainId)) {
    const stake = await client.getProvider({ provider: address, signal });
    const earned = await client.getClaimable({ owner: address, signal });
    const worker = statusUrl === undefined ? undefined : await askWorker<WorkerStatus>(`${statusUrl}/status`, signal);
    const jobs = worker && (await askWorker<JobView[]>(`${statusUrl}/jobs`, signal));
    const listings = await client.getListings({ provider: address, signal });
    providers.push({
      address,
      stake: {
        total: stake.stake,
        own: stake.ownStake,
        locked: stake.locked,
        free: stake.free,
        unbonding: stake.unbonding,
        unbondingReadyAt: Number(stake.unbondingReadyAt),
        slashProceeds: stake.slashProceeds,
        bondProceeds: stake.bondProceeds,
        bond: stake.bondAmount,
      },
      capacity: stake.capacity,
      activeJobs: stake.activeJobs,
      placesFree: Number(stake.placesFree),
      declinesLeft: Number(stake.declinesLeft),
      commissionBps: stake.commissionBps,
      delegationRoom: stake.delegationRoom,
      listings: listings.map((listing) => ({
        ...listing,
        modelId: Number(listing.modelId),
        version: Number(listing.version),
      })),
      claimableWei: earned,
      worker: worker ?? null,
      jobs: jobs?.slice(-20) ?? [],
      statusUrl: statusUrl ?? null,
    });
    out.facts({
      Provider: address,
      Stake: `${vmeshText(stake.stake)}, ${vmeshText(stake.ownStake)} of it its own, ${vmeshText(stake.locked)} locked in bonds`,
      Unbonding:
        stake.unbonding === 0n
          ? undefined
          : `${vmeshText(stake.unbonding)}, ready at ${timeText(stake.unbondingReadyAt)}`,
      Places: `${stake.placesFree} free: ${stake.activeJobs} of ${stake.capacity} jobs, a bond of ${vmeshText(stake.bondAmount)} each`,
      "Commission of delegated earnings": `${stake.commissionBps / 100} %`,
      "Room for delegations": vmeshText(stake.delegationRoom),
      "Declines left today": Number(stake.declinesLeft),
      Earned: `${formatEther(earned)} ETH to withdraw`,
      "From slashed bonds": stake.slashProceeds === 0n ? undefined : `${vmeshText(stake.slashProceeds)} to withdraw`,
      "From challenges": stake.bondProceeds === 0n ? undefined : `${vmeshText(stake.bondProceeds)} to withdraw`,
      Worker: worker
        ? `${worker.state} on ${worker.backend}; ${worker.settled} settled, ${worker.failed} failed, ${worker.open} open`
        : "does not answer",
    });
    if (listings.length > 0) {
      out.table(
        ["model", "version", "asks", "inputs off the chain", "answer time", "weight"],
        listings.map(({ modelId, version, asks, acceptsOffChain, minAnswerSeconds, weight }) => [
          Number(modelId),
          Number(version),
          asks.map(({ token, ask }) => (ask === undefined ? "" : amountText(ask, token, deployment))).join(", "),
          acceptsOffChain ? "yes" : "no",
          answerTimeText(minAnswerSeconds),
          vmeshText(weight),
        ]),
      );
    }
    const latest = jobs?.slice(-10) ?? [];
    if (latest.length > 0) {
      out.table(
        ["job", "model", "phase", "reason", "execute s", "witness s", "prove s", "total s"],
        latest.map(({ jobId, modelId, phase, reason, seconds }) => [
          jobId,
          modelId,
          phase,
          reason?.code ?? "",
          ...[seconds.execute, seconds.witness, seconds.prove, seconds.total].map((value) => value?.toFixed(2) ?? ""),
        ]),
      );
    }
    out.line();
  }
  out.result({ providers });
}

async function whom(context: Context, options: ProviderStatusOptions, chainId: number): Promise<readonly Row[]> {
  const { settings } = context;
  const local = settings.local?.providers ?? [];
  if (options.address !== undefined) {
    if (!isAddress(options.address)) {
      throw new VerimeshError(`${options.address.slice(0, 60)} is not an address.`, { code: "OPTION_INVALID" });
    }
    const address = getAddress(options.address);
    const known = local.find((provider) => getAddress(provider.address) === address)?.statusUrl;
    return [{ address, statusUrl: options.statusUrl ?? known }];
  }
  if (settings.keystore === undefined && settings.devAccount === undefined && local.length > 0) {
    return local.map(({ address, statusUrl }) => ({ address: getAddress(address), statusUrl }));
  }
  const { address } = await resolveAccount(settings, chainId, "provider");
  return [{ address, statusUrl: options.statusUrl }];
}

/** What a worker's status server says; undefined if it does not answer. */
async function askWorker<T>(url: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(3000)]) });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
