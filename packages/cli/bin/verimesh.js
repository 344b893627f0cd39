#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one gets a sentence instead of a syntax error.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `verimesh needs Node 22.18 or later; this is Node ${process.versions.node}.\n` +
      "In a clone of the repository, `npx verimesh` uses the Node that `npm install` brought.\n",
  );
  process.exit(1);
}

const { main } = await import("../src/main.ts");
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) {
  // The first asks for an orderly end; the second takes no for an answer.
  process.on(name, () => (stop.signal.aborted ? process.exit(130) : stop.abort(new Error(name))));
}
process.exit(await main(process.argv.slice(2), stop.signal));
