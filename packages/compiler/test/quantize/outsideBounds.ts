import { modelBounds, runReference, type IntegerModel } from "@verimesh/core";

/** Names of the nodes of which a value leaves what is proved of it, on one input. */
export function outsideBounds(model: IntegerModel, input: Uint8Array): string[] {
  const bounds = modelBounds(model).values;
  const { values } = runReference({ ...model, output: { kind: "scores" } }, input);
  return model.nodes.flatMap(({ name }, k) => {
    const { lo, hi } = bounds[k + 1]!;
    const isOutside = values[k]?.some((value, i) => value < lo[i % lo.length]! || value > hi[i % hi.length]!);
    return isOutside ? [name] : [];
  });
}
