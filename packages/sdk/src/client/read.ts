import type {
  Abi,
  ContractFunctionArgs,
  ContractFunctionName,
  ReadContractParameters,
  ReadContractReturnType,
} from "viem";
import { readContract } from "viem/actions";
import { toVerimeshError } from "../errors/toVerimeshError.ts";
import { abortable } from "./abort.ts";
import type { VerimeshClient } from "./types.ts";

/** `readContract` that can be aborted and whose errors are `VerimeshError`s. */
export async function read<
  const abi extends Abi,
  name extends ContractFunctionName<abi, "pure" | "view">,
  const args extends ContractFunctionArgs<abi, "pure" | "view", name>,
>(
  client: VerimeshClient,
  call: ReadContractParameters<abi, name, args>,
  signal?: AbortSignal,
): Promise<ReadContractReturnType<abi, name, args>> {
  return attempt(() => readContract(client, call) as Promise<ReadContractReturnType<abi, name, args>>, signal);
}

/** Runs any RPC call with abort and errors as the SDK has them. */
export async function attempt<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await abortable(run(), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw toVerimeshError(error);
  }
}
