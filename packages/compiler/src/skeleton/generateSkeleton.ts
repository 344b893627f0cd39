import {
  circuitLayout,
  elementCount,
  isNonLinear,
  modelBounds,
  nodeShapes,
  packedWordCount,
  sourcesOf,
  wiring,
  type CircuitLayout,
  type IntegerModel,
  type NonLinearNode,
  type Source,
} from "@verimesh/core";
import { Decompositions } from "./Decompositions.ts";
import { Elements } from "./Elements.ts";
import { enforcedByRequantize } from "./enforcedByRequantize.ts";
import type { Place } from "./Place.ts";
import { SkeletonText } from "./SkeletonText.ts";
import { writeAtLeast } from "./writeAtLeast.ts";
import { writeLookup } from "./writeLookup.ts";
import { writeMatMul } from "./writeMatMul.ts";
import { writeMaxPool2d } from "./writeMaxPool2d.ts";
import { writeMultiply } from "./writeMultiply.ts";
import { writeOneHot } from "./writeOneHot.ts";
import { writeOutput } from "./writeOutput.ts";
import { writeRequantize } from "./writeRequantize.ts";

/**
 * Writes the skeleton circuit of a model: everything that is not linear. It holds shapes, shifts, tables, thresholds and
 * rounded bounds but no weight, so that models of the same shape and ranges share it; weights are linked to its compiled
 * form.
 *
 * @returns circom source; its includes are relative to `circuits/`
 * @throws VerimeshError as `circuitLayout` and `modelBounds`
 */
export function generateSkeleton(model: IntegerModel): string {
  const layout = circuitLayout(model);
  const shapes = nodeShapes(model);
  const bounds = modelBounds(model).values;
  const wires = wiring(model, layout);
  const text = new SkeletonText(layout);
  const elements = (source: Source) => new Elements(text, wires(source), bounds[source]!, shapes[source]!);

  writeInput(text, model, layout);
  const decompositions = new Decompositions(text, "packing", Array.from(wires(0).wires));
  const enforced = enforcedByRequantize(model, elements);
  model.nodes.forEach((node, k) => {
    if (!isNonLinear(node)) return;
    text.add("", `// ${k + 1}: ${node.kind}`);
    const sources = sourcesOf(node).map(elements);
    writeNode(node, { text, id: k + 1, sources, values: elements(k + 1), enforced, decompositions });
  });
  text.add("");
  const last = model.nodes.length;
  writeOutput(text, model, elements(last), bounds[last]!);
  writeKept(text);

  return text.source(
    [
      "// Generated. The values of linear nodes are tied to their weights by constraints that are linked to the compiled",
      "// circuit: unlinked, this circuit proves nothing.",
      "template Skeleton() {",
    ],
    ["}", "", "component main {public [inputWords, binding]} = Skeleton();"],
  );
}

/** Signals in the order of the layout; the packed input bound to the public words. */
function writeInput(text: SkeletonText, model: IntegerModel, layout: CircuitLayout): void {
  const length = elementCount(model.inputShape);
  const words = packedWordCount(length);
  text.include("arithmetic/Keep.circom", "commitments/PackBytes.circom");
  text.add(
    `signal input inputWords[${layout.inputWords}];`,
    "signal input binding;",
    `signal output outputWords[${layout.outputWords}];`,
    ...layout.privateSignals.map(({ name, length: size }) => `signal input ${name}[${size}];`),
    "",
    "Keep(1)([binding]);",
    `component packing = PackBytes(${length});`,
    "packing.x <== x;",
  );
  for (const { name, firstWire, length: size } of layout.privateSignals) {
    if (name === "x" || name === "salt") for (let i = 0; i < size; i++) text.signal(firstWire + i);
  }
  if (model.hides !== "nothing") {
    text.include("commitments/SaltedCommitment.circom");
    text.add(
      `signal commitment <== SaltedCommitment(${words})(packing.words, salt[0]);`,
      "inputWords[0] === commitment;",
    );
  } else if (layout.inputBinding === "poseidon") {
    text.include("commitments/PoseidonChain.circom");
    text.add(`signal commitment <== PoseidonChain(${words})(packing.words);`, "inputWords[0] === commitment;");
  } else {
    text.add("inputWords === packing.words;");
  }
}

function writeNode(node: NonLinearNode, place: Place): void {
  switch (node.kind) {
    case "requantize": {
      writeRequantize(node, place);
      return;
    }
    case "lookup": {
      writeLookup(node, place);
      return;
    }
    case "maxPool2d": {
      writeMaxPool2d(node, place);
      return;
    }
    case "multiply": {
      writeMultiply(place);
      return;
    }
    case "matMul": {
      writeMatMul(place);
      return;
    }
    case "atLeast": {
      writeAtLeast(node, place);
      return;
    }
    case "oneHot": {
      writeOneHot(node, place);
      return;
    }
  }
}

/** Values that only linked rows name would have no wire. */
function writeKept(text: SkeletonText): void {
  const unnamed = text.unnamed();
  if (unnamed.length === 0) return;
  const list = text.list(
    "kept",
    unnamed.map((wire) => text.signal(wire)),
  );
  text.add(
    "",
    `component keep = Keep(${unnamed.length});`,
    `for (var i = 0; i < ${unnamed.length}; i++) {`,
    `    keep.value[i] <== ${list("i")};`,
    "}",
  );
}
