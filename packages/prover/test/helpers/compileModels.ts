import { circuitInputs, circuitLayout, type IntegerModel, runReference } from "@verimesh/core";
import { randomInput } from "@verimesh/core/testing";
import { generateSkeleton } from "../../../compiler/src/skeleton/generateSkeleton.ts";
import { checkLayout } from "../../src/index.ts";
import { CircuitUnderTest } from "./CircuitUnderTest.ts";
import { type BatchMember, compileBatch } from "./compileBatch.ts";

const SKELETON = /^template Skeleton\(\) \{$([\s\S]*)^\}\s*^component main \{public \[(.*)\]\} = Skeleton\(\);$/m;

/**
 * The linked circuits of models, in their order, compiled at once.
 *
 * @throws VerimeshError CIRCUIT_INVALID, LAYOUT_MISMATCH, LINK_INVALID
 */
export async function compileModels(models: readonly IntegerModel[]): Promise<CircuitUnderTest[]> {
  const parts = await compileBatch(models.map(memberOf));
  return models.map((model, i) => {
    checkLayout(parts[i]!.compiled, circuitLayout(model));
    return CircuitUnderTest.ofLinked(model, parts[i]!);
  });
}

function memberOf(model: IntegerModel): BatchMember {
  const source = generateSkeleton(model);
  const [, body, publicInputs] = SKELETON.exec(source) ?? [];
  if (body === undefined || publicInputs === undefined) throw new Error("the skeleton is not as skeletons were");
  const salt = model.hides === "nothing" ? undefined : 1n;
  return {
    includes: [...source.matchAll(/^include "(.*)";$/gm)].map(([, path]) => path!),
    body,
    publicInputs: publicInputs.split(", "),
    honest: [circuitInputs(model, runReference(model, randomInput(1, model.inputShape)), 1n, salt)],
  };
}
