import { defineConfig } from "tsdown";

/** Shared by the packages: ES modules and types into `dist/`, dependencies left as imports. */
export default defineConfig({
  cwd: process.cwd(),
  entry: ["src/index.ts"],
  format: "esm",
  dts: true,
  clean: true,
  platform: "neutral",
  target: "node20",
});
