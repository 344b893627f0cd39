/** JSON with bigints as `{"$n":"123"}`: ids, words and amounts do not fit a double. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? { $n: v.toString() } : v));
}

/** Reads what `stringifyJson` wrote; throws SyntaxError on anything that is not JSON. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_, v: unknown) => {
    const wrapped = v as { $n?: unknown } | null;
    if (typeof wrapped === "object" && wrapped !== null && typeof wrapped.$n === "string") return BigInt(wrapped.$n);
    return v;
  });
}
