import { VerimeshError } from "@verimesh/core";
import { type Address, type Hex, parseAbi, parseSignature } from "viem";
import { getBlock, signTypedData } from "viem/actions";
import { attempt, read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions } from "../client/types.ts";
import { addressOf, requireAccount } from "../client/write.ts";

/** ERC-2612 and ERC-5267. */
const permitAbi = parseAbi([
  "function nonces(address owner) view returns (uint256)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
]);
const PERMIT_SECONDS = 3600n;

export interface SignPermitParameters extends WriteOptions {
  readonly token: Address;
  readonly spender: Address;
  readonly amount: bigint;
}

export interface Permit {
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly v: number;
  readonly r: Hex;
  readonly s: Hex;
}

/**
 * Signs an ERC-2612 permit (https://eips.ethereum.org/EIPS/eip-2612) for one hour. Chain and contract of the signature are
 * ours, not what the token says: a hostile token cannot have a permit for another token signed.
 * @throws VerimeshError `PERMIT_UNSUPPORTED`, `TRANSACTION_REJECTED`
 */
export async function signPermit(client: VerimeshClient, parameters: SignPermitParameters): Promise<Permit> {
  const { deployment, token, spender, amount, signal } = parameters;
  const account = requireAccount(client, parameters.account);
  const owner = addressOf(account);
  const contract = { address: token, abi: permitAbi } as const;
  const [nonce, [, name, version]] = await Promise.all([
    read(client, { ...contract, functionName: "nonces", args: [owner] }, signal),
    read(client, { ...contract, functionName: "eip712Domain" }, signal),
  ]).catch((error: unknown) => {
    if (error instanceof VerimeshError && error.code === "RPC_UNREACHABLE") throw error;
    signal?.throwIfAborted();
    throw new VerimeshError(`The token ${token} has no permits (ERC-2612 with ERC-5267).`, {
      code: "PERMIT_UNSUPPORTED",
      details: 'Pass tokenApproval: "approve" to approve the amount by a transaction.',
      cause: error,
    });
  });
  const { timestamp } = await attempt(() => getBlock(client), signal);
  const deadline = timestamp + PERMIT_SECONDS;
  const signature = await attempt(
    () =>
      signTypedData(client, {
        account,
        domain: { name, version, chainId: deployment.chainId, verifyingContract: token },
        types: {
          Permit: [
            { name: "owner", type: "address" },
            { name: "spender", type: "address" },
            { name: "value", type: "uint256" },
            { name: "nonce", type: "uint256" },
            { name: "deadline", type: "uint256" },
          ],
        },
        primaryType: "Permit",
        message: { owner, spender, value: amount, nonce, deadline },
      }),
    signal,
  );
  const { r, s, yParity } = parseSignature(signature);
  return { deadline, v: 27 + yParity, r, s };
}
