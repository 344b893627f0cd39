/** A rule of GUIDELINES.md that a machine can hold us to. */
export interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** A file that breaks the rule; `npm run check:planted` writes it and wants the check to fail. */
  readonly violation: { readonly file: string; readonly text: string };
}

export const checks: readonly Check[] = [
  {
    name: "format",
    command: ["prettier", "--check", "--log-level=warn", "."],
    violation: { file: "scripts/check/planted.format.ts", text: "export const  planted = 'x'\n" },
  },
  {
    name: "lint TypeScript",
    command: ["eslint", "--max-warnings=0", "."],
    violation: {
      file: "packages/core/src/planted.ts",
      text: "export function planted(): void {\n  Promise.resolve(1);\n}\n",
    },
  },
  {
    name: "lint Solidity",
    command: ["solhint", "--max-warnings", "0", "contracts/**/*.sol", "examples/*/contracts/**/*.sol"],
    violation: {
      file: "contracts/mocks/Planted.sol",
      text: "// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\n\ncontract planted {\n    function Origin() external view returns (address) {\n        return tx.origin;\n    }\n}\n",
    },
  },
  {
    name: "unused code",
    command: ["knip", "--no-progress"],
    violation: { file: "packages/core/src/planted.ts", text: "export const neverImported = 1;\n" },
  },
  {
    name: "import boundaries",
    command: ["depcruise", "--output-type", "err", "packages", "scripts", "test", "examples", "hardhat.config.ts"],
    violation: {
      file: "packages/core/src/planted.ts",
      text: 'export { type ContentStore } from "../../storage/src/ContentStore.ts";\n',
    },
  },
  {
    name: "types",
    command: ["turbo", "run", "typecheck", "--output-logs=errors-only"],
    violation: { file: "packages/core/src/planted.ts", text: 'export const planted: number = "text";\n' },
  },
  {
    name: "types of scripts and tests",
    command: ["tsc", "--noEmit"],
    violation: { file: "scripts/check/planted.types.ts", text: 'export const planted: number = "text";\n' },
  },
  {
    name: "generated files",
    command: [
      "sh",
      "-c",
      "hardhat build --quiet --no-tests && node scripts/generate/abi.ts --check && node scripts/generate/layers.ts --check",
    ],
    violation: { file: "packages/abi/src/generated/planted.ts", text: "export const plantedAbi = [] as const;\n" },
  },
];
