import { expect } from "chai";
import { nodeShapes } from "../model/graph.ts";
import { isRearranging, runNode, sourcesOf } from "../model/node.ts";
import { runReference } from "../model/runReference.ts";
import { randomInput, randomModel } from "../testing/randomModel.ts";
import { tinyConvModel } from "../testing/smallModels.ts";
import { circuitLayout, signalAt, signalOf } from "./layout.ts";
import { wiring } from "./wiring.ts";

describe("wiring", () => {
  it("reads through a reshape to the wires of its source", () => {
    const layout = circuitLayout(tinyConvModel());
    const wiresOf = wiring(tinyConvModel(), layout);
    const first = signalOf(layout, "v_2").firstWire;
    expect([...wiresOf(3).wires]).to.deep.equal([first, first + 1, first + 2, first + 3]);
    expect([...wiresOf(3).wires]).to.deep.equal([...wiresOf(2).wires]);
    expect(wiresOf(0).wires[0]).to.equal(signalOf(layout, "x").firstWire);
  });

  it("gives every element of every source its value, on random networks", () => {
    for (let seed = 0; seed < 200; seed++) {
      const model = randomModel(seed);
      const trace = runReference(model, randomInput(seed, model.inputShape));
      const layout = circuitLayout(model);
      const wiresOf = wiring(model, layout);
      const shapes = nodeShapes(model);
      const computed: Int32Array[] = [Int32Array.from(trace.input)];
      const valueAt = (wire: number) => {
        const { name, index } = signalAt(layout, wire);
        return name === "x" ? trace.input[index] : trace.values[Number(name.slice(2)) - 1]![index];
      };
      for (const [k, node] of model.nodes.entries()) {
        const sources = sourcesOf(node);
        computed.push(
          runNode(
            node,
            sources.map((source) => shapes[source]!),
            sources.map((source) => computed[source]!),
          ),
        );
        if (!isRearranging(node)) continue;
        const { wires, constants } = wiresOf(k + 1);
        const values = Array.from(wires, (wire, i) => (wire === 0 ? constants[i] : valueAt(wire)));
        expect(values, `seed ${seed}, node ${k + 1}`).to.deep.equal([...computed[k + 1]!]);
        wires.forEach((wire, i) => expect(wire === 0 || constants[i] === 0).to.equal(true));
      }
    }
  });
});
