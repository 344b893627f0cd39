/** Who may import whom (left imports right): the table of docs/architecture.md, enforced. */
const allowed = {
  core: [],
  abi: [],
  storage: ["core"],
  executor: ["core"],
  compiler: ["core"],
  "prover-native": ["core"],
  prover: ["core", "prover-native"],
  sdk: ["core", "abi"],
  worker: ["sdk", "prover", "executor", "storage", "core"],
  cli: ["sdk", "worker", "executor", "compiler", "prover", "storage", "core"],
};

const boundaries = Object.entries(allowed).map(([name, targets]) => ({
  name: `${name}-imports-only-${targets.join("-") || "no-workspace-package"}`,
  severity: "error",
  from: { path: `^packages/${name}/(src|bin)/`, pathNot: "\\.test\\.ts$" },
  to: { path: "^(packages|scripts|test|examples)/", pathNot: `^packages/(${[name, ...targets].join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...boundaries,
    {
      name: "nothing-imports-test",
      severity: "error",
      from: { path: "^(packages/[^/]+/(src|bin)|scripts|examples)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^test/" },
    },
    {
      name: "no-package-imports-hardhat",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "node_modules/(hardhat|@nomicfoundation)/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "sdk-runs-in-a-browser",
      severity: "error",
      from: { path: "^packages/(sdk|core|abi)/src/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(artifacts|cache|coverage)/|/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
