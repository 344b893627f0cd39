import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompiledModel } from "@verimesh/compiler";
import { type ModelReport, writeReportHtml, writeReportSvg } from "@verimesh/compiler/report";

/** Writes the report, as page and picture, and what was compiled; files of before are replaced. Gives the paths. */
export async function writeCompiled(
  directory: string,
  { architecture, weights, skeleton }: CompiledModel,
  report: ModelReport,
): Promise<Record<"report" | "picture" | "circuit" | "weights" | "architecture", string>> {
  await mkdir(directory, { recursive: true });
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  };
  return {
    report: await write("report.html", writeReportHtml(report)),
    picture: await write("report.svg", writeReportSvg(report)),
    circuit: await write("skeleton.circom", skeleton),
    weights: await write("weights.bin", weights),
    architecture: await write("architecture.json", `${JSON.stringify(architecture, null, 2)}\n`),
  };
}
