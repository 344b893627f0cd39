/** `npm run check`: every check, all of them even after one has failed. `npm run check -- format types` runs some. */
import { spawnSync } from "node:child_process";
import { checks } from "./checks.ts";

const wanted = process.argv.slice(2);
const selected = checks.filter((check) => wanted.length === 0 || wanted.some((word) => check.name.includes(word)));
const failed: string[] = [];
for (const { name, command } of selected) {
  const started = performance.now();
  const [program, ...args] = command;
  const done = spawnSync(program, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  const ok = done.status === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${ok ? "ok    " : "FAILED"} ${name} (${seconds} s)\n`);
  if (!ok) {
    failed.push(name);
    process.stdout.write(`${done.stdout}${done.stderr}${done.error ? `${done.error.message}\n` : ""}`);
  }
}
process.stdout.write(`${selected.length - failed.length} checks passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 && selected.length > 0 ? 0 : 1;
