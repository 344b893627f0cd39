import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { validateModel } from "@verimesh/core";
import { loadBackend } from "@verimesh/executor";
import { expect } from "chai";
import { SUPPORTED_OPS } from "../../packages/compiler/src/read/graph/readGraphModel.ts";
import { ALTERNATIVES, SUPPORTED_LAYERS } from "../../packages/compiler/src/read/layers/readLayersModel.ts";
import { INSTEAD, SUPPORTED_OPERATORS } from "../../packages/compiler/src/read/onnx/operators/operators.ts";
import { FORMULAS, measure, type Formula, type FormulaName } from "../../scripts/generate/layers/formulas.ts";
import { countRecipe, RECIPES, type Recipe, type RecipeName } from "../../scripts/generate/layers/recipes.ts";
import { REFUSED_OPTIONS } from "../../scripts/generate/layers/refused.ts";
import { ROWS } from "../../scripts/generate/layers/rows.ts";

const files = globSync(["test/**/*.test.ts", "packages/*/{src,test}/**/*.test.ts"]);

describe("docs/layers.md", () => {
  before(() => loadBackend("cpu"));

  it("names what the readers read, all of it and nothing else", () => {
    const named = (of: "layers" | "graph" | "onnx") => [...new Set(ROWS.flatMap((row) => row[of]))].sort();
    expect(named("layers")).to.deep.equal([...SUPPORTED_LAYERS].sort());
    expect(named("graph")).to.deep.equal([...SUPPORTED_OPS].sort());
    expect(named("onnx")).to.deep.equal([...SUPPORTED_OPERATORS].sort());
  });

  it("offers an alternative to what is refused alone", () => {
    for (const name of Object.keys(ALTERNATIVES)) expect(SUPPORTED_LAYERS).to.not.include(name);
    for (const name of Object.keys(INSTEAD)) expect(SUPPORTED_OPERATORS).to.not.include(name);
  });

  it("names tests that exist", () => {
    for (const [file, name] of [...ROWS, ...REFUSED_OPTIONS].map(({ test }) => test)) {
      const found = files.filter((path) => basename(path) === file);
      expect(found, file).to.have.length(1);
      expect(readFileSync(found[0]!, "utf8"), `${file}: ${name}`).to.include(name);
    }
  });

  for (const [name, formula] of Object.entries<Formula>(FORMULAS)) {
    it(`gives the cost of ${name} at every size: ${formula.text}`, () => {
      expect(formula.examples).to.have.length.of.at.least(3);
      for (const sizes of formula.examples) {
        validateModel(formula.model(sizes));
        expect(measure(name as FormulaName, sizes), JSON.stringify(sizes)).to.equal(formula.evaluate(sizes));
      }
    });
  }

  for (const [name, recipe] of Object.entries<Recipe>(RECIPES)) {
    it(`gives the parts of ${name} at every size`, () => {
      expect(recipe.examples).to.have.length.of.at.least(3);
      for (const n of recipe.examples)
        expect(countRecipe(name as RecipeName, n).elements, `n = ${n}`).to.deep.equal(recipe.elements(n));
    });
  }
});
