export interface VerimeshErrorOptions {
  /** What a program can switch on: stable, SCREAMING_SNAKE. */
  readonly code: string;
  /** What was expected and what to do, for a person. */
  readonly details?: string | undefined;
  readonly cause?: unknown;
  /** Path below the project's docs. */
  readonly docsPath?: string | undefined;
}

/** The one error that Verimesh's packages throw: what was wrong, what was expected, what to do. */
export class VerimeshError extends Error {
  readonly code: string;
  readonly shortMessage: string;
  readonly details: string | undefined;
  readonly docsPath: string | undefined;

  constructor(shortMessage: string, options: VerimeshErrorOptions) {
    super(
      [shortMessage, options.details, options.docsPath && `See docs/${options.docsPath}`].filter(Boolean).join("\n"),
      { cause: options.cause },
    );
    this.name = "VerimeshError";
    this.code = options.code;
    this.shortMessage = shortMessage;
    this.details = options.details;
    this.docsPath = options.docsPath;
  }
}
