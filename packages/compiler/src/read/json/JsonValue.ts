import { VerimeshError } from "@verimesh/core";

/** A value of a JSON file that nobody has checked yet, and where it stands in the file. */
export class JsonValue {
  readonly value: unknown;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` if the text is not JSON */
  static parse(text: string, name: string): JsonValue {
    try {
      return new JsonValue(JSON.parse(text), name);
    } catch (cause) {
      throw new VerimeshError(`"${name}" is not JSON.`, { code: "MODEL_FILE_INVALID", details: String(cause), cause });
    }
  }

  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A member of an object, present or not; only an object's own members count. */
  get(key: string): JsonValue {
    return new JsonValue(
      this.has(key) ? (this.object() as Record<string, unknown>)[key] : undefined,
      `${this.path}.${key}`,
    );
  }

  has(key: string): boolean {
    return typeof this.value === "object" && this.value !== null && Object.hasOwn(this.value, key);
  }

  object(): object {
    const { value } = this;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : this.refuse("an object");
  }

  keys(): string[] {
    return Object.keys(this.object());
  }

  string(): string {
    return typeof this.value === "string" ? this.value : this.refuse("a text");
  }

  boolean(): boolean {
    return typeof this.value === "boolean" ? this.value : this.refuse("true or false");
  }

  /** Finite. */
  number(): number {
    return typeof this.value === "number" && Number.isFinite(this.value) ? this.value : this.refuse("a finite number");
  }

  integer(lo: number, hi: number): number {
    const { value } = this;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= lo && value <= hi;
    return fits ? value : this.refuse(`a whole number from ${lo} to ${hi}`);
  }

  /** A number written as a text, as protobuf's JSON and XGBoost have it, or as a number. */
  integerText(lo: number, hi: number): number {
    const { value } = this;
    const isText = typeof value === "string" && /^-?\d{1,15}$/.test(value);
    return new JsonValue(isText ? Number(value) : value, this.path).integer(lo, hi);
  }

  items(limit = 2 ** 24): JsonValue[] {
    if (!Array.isArray(this.value) || this.value.length > limit) return this.refuse(`a list of at most ${limit}`);
    return (this.value as unknown[]).map((item, index) => new JsonValue(item, `${this.path}[${index}]`));
  }

  numbers(length?: number): number[] {
    const { value } = this;
    const fits =
      Array.isArray(value) &&
      (length === undefined || value.length === length) &&
      (value as unknown[]).every((item) => typeof item === "number" && Number.isFinite(item));
    return fits ? (value as number[]) : this.refuse(`a list of ${length ?? "finite"} numbers`);
  }

  strings(): string[] {
    const { value } = this;
    const fits = Array.isArray(value) && (value as unknown[]).every((item) => typeof item === "string");
    return fits ? (value as string[]) : this.refuse("a list of texts");
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` saying where the value stands and what was expected */
  refuse(expected: string): never {
    throw new VerimeshError(`${this.path} is ${this.description()}.`, {
      code: "MODEL_FILE_INVALID",
      details: `Expected ${expected}.`,
    });
  }

  private description(): string {
    const { value } = this;
    if (value === undefined) return "missing";
    if (Array.isArray(value)) return `a list of ${value.length}`;
    if (typeof value === "object" && value !== null) return "an object";
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  }
}
