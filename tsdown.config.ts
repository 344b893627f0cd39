import { readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, string> };

/** Shared by the packages that are published: ES modules and types into `dist/`, one file for each export. */
export default defineConfig({
  cwd: process.cwd(),
  entry: Object.values(exports),
  format: "esm",
  dts: true,
  clean: true,
  // Node's own modules and dependencies stay imports; the SDK has none of the former.
  platform: "node",
  target: "node20",
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  logLevel: "warn",
});
