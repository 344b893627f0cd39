import { verimeshErrorsAbi } from "@verimesh/abi";
import { VerimeshError } from "@verimesh/core";
import { BaseError, decodeErrorResult, type Hex, isHex } from "viem";
import { ContractRevert } from "./ContractRevert.ts";
import { explain } from "./explanations.ts";

/** Names of viem's errors of a node that cannot be reached, or does not answer as one. */
const UNREACHABLE = ["HttpRequestError", "WebSocketRequestError", "SocketClosedError", "TimeoutError"];

/**
 * Turns what viem throws into a `VerimeshError` with a stable code and plain words. A revert becomes a `ContractRevert`
 * whose code is the Solidity error's name. Errors that are neither viem's nor a revert are returned as they are, so that a
 * bug keeps its stack. viem's error is not kept as cause: its messages print the RPC URL, which often carries a key.
 */
export function toVerimeshError(error: unknown): Error {
  if (error instanceof VerimeshError) return error;
  const chain = causesOf(error);
  const revert = decodeRevert(chain);
  if (revert !== undefined) return revert;
  const named = (...names: string[]): Error | undefined => chain.find(({ name }) => names.includes(name));
  if (named("UserRejectedRequestError")) {
    return new VerimeshError("The transaction was rejected in the wallet.", {
      code: "TRANSACTION_REJECTED",
      details: "Nothing was sent. Run the action again and confirm it to go on.",
    });
  }
  if (
    named("InsufficientFundsError") ||
    chain.some(({ message }) => /insufficient funds|doesn't have enough funds/i.test(message))
  ) {
    return new VerimeshError("The account does not have enough ETH for the amount sent and the gas.", {
      code: "FUNDS_INSUFFICIENT",
      details: "Send ETH to the account on this chain, or pay a smaller fee.",
    });
  }
  if (named("WaitForTransactionReceiptTimeoutError")) {
    return new VerimeshError("The transaction was sent but not mined in time.", {
      code: "TRANSACTION_TIMEOUT",
      details: "It may still be mined: look for its hash before you send it again.",
    });
  }
  const unreachable = named(...UNREACHABLE);
  if (unreachable !== undefined) {
    const { url, details } = unreachable as { url?: string; details?: string };
    return new VerimeshError(
      `The chain's RPC node${url === undefined ? "" : ` at ${originOf(url)}`} does not answer.`,
      {
        code: "RPC_UNREACHABLE",
        details: `${withoutUrls(details ?? unreachable.name)}. Check that the node runs and that the URL is right.`,
      },
    );
  }
  const noContract = named("ContractFunctionZeroDataError", "AbiDecodingZeroDataError");
  if (noContract !== undefined) {
    return new VerimeshError("There is no Verimesh contract at this address.", {
      code: "CONTRACT_MISSING",
      details: "The deployment does not fit the chain: check chain id and addresses, or deploy the protocol first.",
    });
  }
  const reverted = named("ContractFunctionRevertedError", "ExecutionRevertedError");
  if (reverted !== undefined) {
    const { reason, shortMessage } = reverted as { reason?: string; shortMessage?: string };
    return foreignRevert(reason ?? shortMessage ?? reverted.message);
  }
  const first = chain.find((cause) => cause instanceof BaseError);
  if (first !== undefined) {
    const { shortMessage, details } = first;
    return new VerimeshError("The chain's RPC node refused the request.", {
      code: "RPC_FAILED",
      details: withoutUrls([shortMessage, details].filter(Boolean).join(" ")),
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** The error and its causes, outermost first; bounded, since a cause may be its own. */
function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && chain.length < 16; cause = cause.cause) chain.push(cause);
  return chain;
}

function decodeRevert(chain: readonly Error[]): VerimeshError | undefined {
  for (const data of chain.flatMap(revertDataOf)) {
    let name: string;
    let args: readonly unknown[];
    try {
      const decoded = decodeErrorResult({ abi: verimeshErrorsAbi, data }) as {
        errorName: string;
        args?: readonly unknown[];
      };
      name = decoded.errorName;
      args = decoded.args ?? [];
    } catch {
      // Neither ours nor Solidity's: a token's own error, which the caller reports as it is.
      continue;
    }
    // The compiler's own: require with a text, and a failed assertion, an overflow or the like.
    if (name === "Error" || name === "Panic")
      return foreignRevert(name === "Error" ? String(args[0]) : `Panic(${String(args[0])})`);
    const [shortMessage, details] = explain(name, args);
    return new ContractRevert(name, args, shortMessage, details);
  }
  return undefined;
}

function foreignRevert(reason: string): VerimeshError {
  return new VerimeshError("A contract refused without an error that Verimesh knows.", {
    code: "CONTRACT_REVERTED",
    details: withoutUrls(reason),
  });
}

/** Revert data, where the layers of viem and of the nodes keep it. */
function revertDataOf(error: Error): Hex[] {
  const { raw, data } = error as { raw?: unknown; data?: unknown };
  const nested = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : undefined;
  return [raw, data, nested].filter((value): value is Hex => isHex(value) && value.length >= 10);
}

/** Scheme, host and port: an RPC URL's path, query or user often is a key. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin.replace(/^null$/, "its address") : "its address";
}

function withoutUrls(text: string): string {
  return text.replace(/(?:https?|wss?):\/\/[^\s"'<>]+/g, originOf).slice(0, 500);
}
