import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { PublishedModel } from "./models.ts";

/** Writes input files for `verimesh infer`: a digit as an array of pixels, an applicant as an object by name. */
export function writeSamples(
  directory: string,
  models: { readonly digits: PublishedModel; readonly credit: PublishedModel; readonly clearlyGood: number },
): { readonly model: string; readonly file: string }[] {
  const folder = join(directory, "samples");
  mkdirSync(folder, { recursive: true });
  const digit = models.digits.samples[2]!;
  const applicant = models.credit.samples[models.clearlyGood]!;
  const names = models.credit.manifest.input.names!;
  const files = [
    { model: models.digits.name, name: `digit-${digit.label}.json`, value: [...digit.features] as unknown },
    {
      model: models.credit.name,
      name: "applicant.json",
      value: Object.fromEntries(names.map((name, index) => [name, applicant.features[index]])),
    },
  ];
  return files.map(({ model, name, value }) => {
    const file = join(folder, name);
    writeFileSync(file, `${JSON.stringify(value)}\n`);
    return { model, file: relative(process.cwd(), file) };
  });
}
