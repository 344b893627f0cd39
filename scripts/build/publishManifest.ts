/**
 * Second half of a package's `build`: writes `dist/package.json`, so that `npm publish dist` gives what the sources
 * export, as JavaScript. Inside the repository the packages export their sources and need no build.
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const exports = Object.fromEntries(
  Object.entries(manifest.exports).map(([path, source]) => {
    const built = source.replace(/^\.\/src\//, "./").replace(/\.ts$/, "");
    return [path, { types: `${built}.d.ts`, default: `${built}.js` }];
  }),
);
const published = { ...manifest, engines: { node: ">=20" }, exports, scripts: undefined, devDependencies: undefined };
writeFileSync("dist/package.json", `${JSON.stringify(published, null, 2)}\n`);
copyFileSync(fileURLToPath(new URL("../../LICENSE", import.meta.url)), "dist/LICENSE");
