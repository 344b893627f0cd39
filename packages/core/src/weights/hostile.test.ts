import { expect } from "chai";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { checkManifestFits } from "../manifest/checkManifestFits.ts";
import { parseManifest } from "../manifest/parseManifest.ts";
import { runReference } from "../model/runReference.ts";
import { Random } from "../random.ts";
import { deepRuns } from "../testing/deepRuns.ts";
import { exampleManifest } from "../testing/exampleManifest.ts";
import { randomInput, randomModel } from "../testing/randomModel.ts";
import { parseModel } from "./parseModel.ts";
import { serializeWeights } from "./serializeWeights.ts";

type Json = null | boolean | number | string | Json[] | { [field: string]: Json };

const VALUES: readonly Json[] = [
  0,
  -1,
  1,
  2,
  3,
  255,
  0.5,
  1e9,
  2 ** 24,
  2 ** 40,
  -(2 ** 31),
  null,
  true,
  "",
  "dense",
  [],
  [1],
  {},
];

/** Everything in a document that can be replaced: its container and its key. */
function places(document: Json): [container: Record<string, Json>, key: string][] {
  if (typeof document !== "object" || document === null) return [];
  const container = document as Record<string, Json>;
  return Object.keys(container).flatMap((key) => [
    [container, key] as [Record<string, Json>, string],
    ...places(container[key]!),
  ]);
}

/** Changes one place: another value, nothing, or a copy of what another place holds. */
function corrupt(random: Random, document: Json): void {
  const all = places(document);
  const [container, key] = random.pick(all);
  const what = random.pick(["value", "value", "delete", "copy", "near"] as const);
  const old = container[key]!;
  if (what === "near" && typeof old === "number") container[key] = old + random.pick([-1, 1]);
  else if (what === "delete") delete container[key];
  else if (what === "copy") {
    const [from, at] = random.pick(all);
    container[key] = structuredClone(from[at]!);
  } else container[key] = structuredClone(random.pick(VALUES));
}

/** The document with its nodes changed in one to three places. */
function corrupted(random: Random, manifest: object): Uint8Array {
  const document = JSON.parse(JSON.stringify(manifest)) as { architecture: Json };
  for (let changes = random.integer(1, 3); changes > 0; changes--) corrupt(random, document.architecture);
  return new TextEncoder().encode(JSON.stringify(document));
}

describe("a hostile manifest", () => {
  it("is refused by name, or is a valid model that runs: never a crash", () => {
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < deepRuns(1500); seed++) {
      const random = new Random(seed);
      const model = randomModel(seed % 100, { maxElements: 24, maxTableLength: 20 });
      const { weights } = serializeWeights(model);
      const bytes = corrupted(random, exampleManifest(model));
      let outcome = "accepted";
      try {
        const manifest = parseManifest(bytes);
        const parsed = parseModel(manifest.architecture, weights);
        runReference(parsed, randomInput(seed, parsed.inputShape));
        checkManifestFits(manifest, parsed);
      } catch (error) {
        if (!(error instanceof VerimeshError)) throw new Error(`seed ${seed}`, { cause: error });
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()]).to.include.members([
      "MANIFEST_INVALID",
      "WEIGHTS_INVALID",
      "MODEL_INVALID",
      "accepted",
    ]);
  });
});
