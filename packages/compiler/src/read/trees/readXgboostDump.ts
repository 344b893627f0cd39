import type { FloatModel } from "../../float/types.ts";
import type { JsonValue } from "../json/JsonValue.ts";
import { flattenTree, MAX_TREES } from "./flattenTree.ts";
import { refuseTrees, treeModel } from "./treeModel.ts";
import { baseMargin, xgboostObjective } from "./xgboostObjectives.ts";

/** What a dump does not say. */
export interface XgboostDumpOptions {
  /** As the booster was trained: `binary:logistic`, `multi:softprob`, … */
  readonly objective: string;
  /** One, or one per class; a probability for logistic objectives. */
  readonly baseScore: number | readonly number[];
  /** Number of features, or their names as the dump has them. */
  readonly features: number | readonly string[];
  /** Default 1. */
  readonly classes?: number;
}

/** Whether the file is what XGBoost's `dump_model(…, dump_format="json")` writes: a list of trees. */
export function isXgboostDump(file: JsonValue): boolean {
  return Array.isArray(file.value) && file.value.length > 0 && file.items().every((tree) => tree.has("nodeid"));
}

/**
 * Reads a dump of an XGBoost booster. Dumps are for people and round nothing away in releases since 1.0; `save_model` is
 * the format for programs.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID`; `LAYER_UNSUPPORTED`
 */
export function readXgboostDump(file: JsonValue, options: XgboostDumpOptions): FloatModel {
  const objective = xgboostObjective(options.objective);
  const outputs = options.classes ?? 1;
  const names = typeof options.features === "number" ? undefined : options.features;
  const features = names?.length ?? (options.features as number);
  const bases = [options.baseScore].flat();
  if (bases.length !== 1 && bases.length !== outputs)
    refuseTrees(`is given ${bases.length} base scores`, `Expected 1 or ${outputs}.`);
  const trees = file.items(MAX_TREES).map((root, index) =>
    flattenTree(`Tree ${index}`, root, (node) => {
      const output = index % outputs;
      if (node.has("leaf")) {
        return { kind: "leaf", contributions: [{ output, value: Math.fround(node.get("leaf").number()) }] };
      }
      if (Array.isArray(node.get("split_condition").value))
        refuseTrees("splits categories", "Encode them as numbers, one per category, before training.");
      const children = node.get("children").items(2);
      const child = (key: "yes" | "no") => {
        const id = node.get(key).number();
        return (
          children.find((candidate) => candidate.get("nodeid").value === id) ??
          node.get("children").refuse(`node ${id}`)
        );
      };
      return {
        kind: "split",
        feature: featureIndex(node.get("split"), features, names),
        threshold: Math.fround(node.get("split_condition").number()),
        left: child("yes"),
        right: child("no"),
      };
    }),
  );
  return treeModel({
    format: "XGBoost dump",
    features,
    featureNames: names,
    outputs,
    base: Array.from({ length: outputs }, (_, o) =>
      baseMargin(objective, Math.fround(bases[bases.length === 1 ? 0 : o]!)),
    ),
    trees,
    droppedActivation: objective.activation,
  });
}

function featureIndex(split: JsonValue, features: number, names: readonly string[] | undefined): number {
  const name = split.string();
  const index = names?.indexOf(name) ?? -1;
  if (index >= 0) return index;
  const number = /^f(\d{1,7})$/.exec(name)?.[1];
  return number !== undefined && Number(number) < features ? Number(number) : split.refuse("one of the given features");
}
