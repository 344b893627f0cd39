import type { verimeshErrorsAbi } from "@verimesh/abi";
import type { ContractErrorArgs, ContractErrorName } from "viem";
import { LIBRARY_EXPLANATIONS } from "./libraryExplanations.ts";
import { MARKET_EXPLANATIONS } from "./marketExplanations.ts";
import { MODEL_EXPLANATIONS } from "./modelExplanations.ts";
import { PANEL_EXPLANATIONS } from "./panelExplanations.ts";
import { PROVIDER_EXPLANATIONS } from "./providerExplanations.ts";

/** What was wrong; what was expected and what to do. */
export type Explanation = readonly [shortMessage: string, details: string];
export type ErrorName = ContractErrorName<typeof verimeshErrorsAbi>;
export type Explanations<names extends ErrorName> = {
  readonly [name in names]: (args: ContractErrorArgs<typeof verimeshErrorsAbi, name>) => Explanation;
};

/** Every error of the contracts; the type makes a missing or surplus one a compile error. */
const EXPLANATIONS: Explanations<ErrorName> = {
  ...MODEL_EXPLANATIONS,
  ...PROVIDER_EXPLANATIONS,
  ...MARKET_EXPLANATIONS,
  ...PANEL_EXPLANATIONS,
  ...LIBRARY_EXPLANATIONS,
};

/** Plain words for a contract error; a name that is not in the table is shown with its values. */
export function explain(name: string, args: readonly unknown[]): Explanation {
  const explanation = (EXPLANATIONS as Readonly<Record<string, ((args: never) => Explanation) | undefined>>)[name];
  return (
    explanation?.(args as never) ?? [
      `The contract refused: ${name}(${args.join(", ")}).`,
      "The error has no explanation yet.",
    ]
  );
}

/** Names that the table explains. */
export const EXPLAINED_ERRORS: readonly string[] = Object.keys(EXPLANATIONS);
