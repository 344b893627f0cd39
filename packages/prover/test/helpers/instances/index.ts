import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { commitments } from "./commitments.ts";
import { comparisons } from "./comparisons.ts";
import { lookups } from "./lookup.ts";
import { outputs } from "./output.ts";
import { pooling } from "./pooling.ts";
import { products } from "./products.ts";
import type { TemplateInstance } from "./TemplateInstance.ts";

/** Instances of every template, in the order of the folders of `circuits/`. */
export const instances: readonly TemplateInstance[] = [
  ...arithmetic,
  ...activations,
  ...lookups,
  ...pooling,
  ...products,
  ...comparisons,
  ...commitments,
  ...outputs,
];
