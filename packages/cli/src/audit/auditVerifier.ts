import { toSolidityProof } from "@verimesh/core";
import { groth16VerifierAbi, type ModelVersion, toVerimeshError, verifierRegistryAbi } from "@verimesh/sdk";
import { type Address, concat, getContractAddress, type Hex, isAddressEqual, keccak256, numberToHex, size } from "viem";
import { type AuditContext, readChain } from "./AuditContext.ts";
import type { AuditedKeys } from "./auditKeys.ts";
import { mismatch } from "./Findings.ts";

/** The verifier on the chain, held against the key: its address, its code, and what it says to proofs. */
export async function auditVerifier(
  context: AuditContext,
  { verifier }: ModelVersion,
  keys: AuditedKeys | undefined,
): Promise<void> {
  const { findings, client, deployment } = context;
  const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const proofSystem = keccak256(new TextEncoder().encode("groth16-bn254"));

  await findings.check("verifier's registration", async () => {
    const args = [verifier] as const;
    const recorded = await readChain(context, { ...registry, functionName: "proofSystemOf", args });
    if (recorded !== proofSystem) mismatch(`the registry has not deployed ${verifier} for groth16-bn254`);
    const retired = await readChain(context, { ...registry, functionName: "isRetired", args: [proofSystem] });
    return retired ? "deployed by the registry; its proof system takes no new versions" : "deployed by the registry";
  });
  if (keys === undefined) {
    for (const check of ["verifier's address", "verifier's code", "verifier's answers"]) {
      findings.skip(check, "there is no key to derive it from");
    }
    return;
  }

  const args = [proofSystem] as const;
  const clone = await findings.derive("verifier's address", async () => {
    const implementation = await readChain(context, { ...registry, functionName: "implementationOf", args });
    const derived = cloneOf(implementation, keys.verificationKey, registry.address);
    const predicted = await readChain(context, {
      ...registry,
      functionName: "predictVerifier",
      args: [proofSystem, keys.verificationKey],
    });
    if (!isAddressEqual(derived.address, verifier)) mismatch(`the key gives ${derived.address}, not ${verifier}`);
    if (!isAddressEqual(derived.address, predicted)) mismatch(`the registry derives ${predicted} from the key`);
    return { value: derived, detail: `${verifier}, derived from the key` };
  });
  await findings.check("verifier's code", async () => {
    if (clone === undefined) mismatch("it could not be derived");
    const code = await client.getCode({ address: verifier }).catch((error: unknown) => {
      throw toVerimeshError(error);
    });
    if (code?.toLowerCase() !== clone.code.toLowerCase()) mismatch("on the chain is other code than the key's clone");
    return `the key's clone, ${size(clone.code)} bytes`;
  });
  const { example } = keys;
  if (example === undefined) findings.skip("verifier's answers", "there is no proof to show it");
  else {
    await findings.check("verifier's answers", async () => {
      const proof = toSolidityProof(example.proof);
      const accepts = (signals: readonly bigint[]) =>
        readChain(context, {
          ...{ address: verifier, abi: groth16VerifierAbi, functionName: "verifyProof" },
          args: [proof, signals],
        });
      if (!(await accepts(example.publicSignals))) mismatch("it refuses a true statement");
      for (const index of example.publicSignals.keys()) {
        const other = example.publicSignals.map((signal, i) => (i === index ? signal ^ 1n : signal));
        if (await accepts(other)) mismatch(`it accepts a proof with another public signal ${index}`);
      }
      return `accepts a true statement, and none of ${example.publicSignals.length} false ones`;
    });
  }
}

/** OpenZeppelin's clone with immutable arguments, at the address that CREATE2 gives it. */
function cloneOf(implementation: Address, key: Hex, deployer: Address): { address: Address; code: Hex } {
  const code = concat(["0x363d3d373d3d3d363d73", implementation, "0x5af43d82803e903d91602b57fd5bf3", key]);
  const bytecode = concat(["0x61", numberToHex(size(code), { size: 2 }), "0x3d81600a3d39f3", code]);
  const address = getContractAddress({ opcode: "CREATE2", from: deployer, salt: keccak256(key), bytecode });
  return { address, code };
}
