import { expect } from "chai";
import { compileCircuit, readR1cs } from "../../src/index.ts";
import { forEachTerm } from "../../src/r1cs/forEachTerm.ts";
import { CircuitUnderTest } from "../helpers/CircuitUnderTest.ts";
import { compileInstances } from "../helpers/compileInstances.ts";
import { instances } from "../helpers/instances/index.ts";
import { splitCircuit } from "../helpers/splitCircuit.ts";

/** Every test of a template stands on this: what is forged must be the template's circuit, whole and alone. */
describe("a batch of circuits that is split", () => {
  const outer = (index: number) => `signal input i${index}_x; signal output i${index}_y; component i${index} = Part();`;
  const inner = (index: number) => `i${index}.x <== i${index}_x; i${index}_y <== i${index}.y;`;
  const part = "template Part() { signal input x; signal output y; signal h <== x * x; y <== h * (x + 1); }";
  const batch = (main: string) =>
    compileCircuit(`pragma circom 2.2.0; ${part} template Main() { ${main} } component main = Main();`);

  it("is refused if two of them share a row", async () => {
    const shared = await batch(`${outer(0)} ${outer(1)} ${inner(0)} ${inner(1)} i0_x * i1_x === i0_y;`);
    expect(() => splitCircuit(shared, 2)).to.throw("a row is of two components");
  });

  it("is refused if two of them share a wire", async () => {
    const main = `${outer(0)} signal output i1_y; component i1 = Part(); ${inner(0)} i1.x <== i0_x; i1_y <== i1.y;`;
    const shared = await batch(main);
    expect(() => splitCircuit(shared, 2)).to.throw(/of two components/);
    // Without a row that shows it: an output that circom found to be another's.
    const sound = await batch(`${outer(0)} ${outer(1)} ${inner(0)} ${inner(1)}`);
    const wire = /^\d+,(\d+),\d+,main\.i0_y$/m.exec(sound.symbols)![1]!;
    const symbols = sound.symbols.replace(/^(\d+),\d+(,\d+,main\.i1_y)$/m, `$1,${wire}$2`);
    expect(() => splitCircuit({ ...sound, symbols }, 2)).to.throw(`wire ${wire} is of two components`);
  });

  it("is refused if something belongs to none of them, or an input or output lost its wire", async () => {
    const sound = await batch(`${outer(0)} ${outer(1)} ${inner(0)} ${inner(1)}`);
    expect(() => splitCircuit(sound, 2)).not.to.throw();
    expect(() => splitCircuit(sound, 1)).to.throw(/is no component's/);
    const named = await batch(`${outer(0)} ${inner(0)} signal input other; signal output more <== other * other;`);
    expect(() => splitCircuit(named, 1)).to.throw(/is no component's/);
    const symbols = sound.symbols.replace(/^(\d+),\d+(,\d+,main\.i1_y)$/m, "$1,-1$2");
    expect(symbols).not.to.equal(sound.symbols);
    expect(() => splitCircuit({ ...sound, symbols }, 2)).to.throw("i1_y has no wire");
    const unnamed = sound.symbols.replace(/^.*main\.i0\.h\n/m, "");
    expect(() => splitCircuit({ ...sound, symbols: unnamed }, 2)).to.throw(/wire \d+ is no component's/);
  });

  it("gives each the rows, wires and names that it has alone", async () => {
    const names = ["OneHot(-1, 4)", "Requantize(2, -3070, 5100, 0, 255)", "Argmax(4, -500, 500)"];
    const chosen = instances.filter(({ name }) => names.includes(name));
    expect(chosen).to.have.length(names.length);
    const parts = await compileInstances(chosen);
    for (const [index, instance] of chosen.entries()) {
      const alone = await CircuitUnderTest.compile(
        ["arithmetic/UpperBits.circom", "arithmetic/Bits.circom", instance.include],
        instance.body,
      );
      expect(rowsOf(parts[index]!), instance.name).to.deep.equal(rowsOf(alone));
      const { wires, publicOutputs, publicInputs, privateInputs } = parts[index]!.r1cs;
      expect([wires, publicOutputs, publicInputs, privateInputs]).to.deep.equal([
        alone.r1cs.wires,
        alone.r1cs.publicOutputs,
        alone.r1cs.publicInputs,
        alone.r1cs.privateInputs,
      ]);
      for (const { inputs } of instance.cases) {
        expect(await parts[index]!.witness(inputs)).to.deep.equal(await alone.witness(inputs));
      }
    }
  });
});

/** Each row as its terms by name, without the places in the source that are in the names of anonymous components. */
function rowsOf(circuit: CircuitUnderTest): string[] {
  const rows: string[][] = Array.from({ length: circuit.r1cs.constraints }, () => []);
  forEachTerm(readR1cs(circuit.compiled.r1cs), (matrix, row, wire, coefficient) => {
    rows[row]!.push(`${"abc"[matrix]} ${coefficient} ${circuit.nameOf(wire).replace(/_\d+_\d+/, "")}`);
  });
  return rows.map((terms) => terms.join("; "));
}
