import { CircuitUnderTest } from "./CircuitUnderTest.ts";
import { compileBatch } from "./compileBatch.ts";
import type { TemplateInstance } from "./instances/TemplateInstance.ts";

const COMMON = ["arithmetic/UpperBits.circom", "arithmetic/Bits.circom"];

/** Hashes take most of a witness's time: apart from the others, they are calculated for their own cases only. */
const isHash = ({ include }: TemplateInstance) => include.startsWith("commitments/");

/**
 * The circuit of each instance, in their order, compiled in two batches.
 *
 * @throws VerimeshError CIRCUIT_INVALID if circom refuses one of them
 */
export async function compileInstances(instances: readonly TemplateInstance[]): Promise<CircuitUnderTest[]> {
  const circuits = new Map<TemplateInstance, CircuitUnderTest>();
  for (const batch of [instances.filter(isHash), instances.filter((instance) => !isHash(instance))]) {
    const members = batch.map(({ include, body, cases }) => ({
      includes: [...COMMON, include],
      body,
      honest: cases.map(({ inputs }) => inputs),
    }));
    const parts = await compileBatch(members);
    batch.forEach((instance, i) => circuits.set(instance, CircuitUnderTest.ofPart(parts[i]!)));
  }
  return instances.map((instance) => circuits.get(instance)!);
}
