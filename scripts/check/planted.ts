/**
 * `npm run check:planted`: plants one violation per check, wants that check to fail on it, and takes it away again.
 * A check that passes here checks nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { checks } from "./checks.ts";

let blind = 0;
for (const { name, command, violation } of checks) {
  if (existsSync(violation.file))
    throw new Error(`${violation.file} exists: planting would overwrite it. Move it away.`);
  writeFileSync(violation.file, violation.text);
  try {
    const [program, ...args] = command;
    const done = spawnSync(program, args, { stdio: "pipe", encoding: "utf8" });
    const output = `${done.stdout}${done.stderr}`;
    const seen = done.status !== 0 && /planted/i.test(output);
    if (!seen) blind++;
    process.stdout.write(`${seen ? "fails as it should" : "DOES NOT SEE IT   "}  ${name}\n`);
  } finally {
    rmSync(violation.file);
  }
}
process.stdout.write(`${checks.length - blind} of ${checks.length} checks see their planted violation\n`);
process.exitCode = blind === 0 ? 0 : 1;
