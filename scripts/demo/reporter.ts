export interface Step {
  /** Shows how far a long step is. On a terminal the line is rewritten; elsewhere a line at most every two seconds. */
  progress(detail: string): void;
  /** Ends the step with what came of it. */
  done(detail?: string): void;
}

export interface Reporter {
  heading(text: string): void;
  line(text: string): void;
  step(title: string): Step;
}

/** Writes for people to `stream`: standard output by default, standard error where `--json` keeps the former for programs. */
export function createReporter(stream: NodeJS.WriteStream): Reporter {
  const bold = (text: string): string => (colour(stream) ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string): string => (colour(stream) ? `\u001b[2m${text}\u001b[22m` : text);
  return {
    heading: (text) => void stream.write(`\n${bold(text)}\n`),
    line: (text) => void stream.write(`${text}\n`),
    step(title) {
      const started = performance.now();
      let lastPlain = started;
      if (stream.isTTY) stream.write(`  … ${title}`);
      return {
        progress(detail) {
          if (stream.isTTY) {
            // A line that wraps could not be rewritten.
            const room = Math.max(0, stream.columns - title.length - 6);
            stream.write(`\r\u001b[2K  … ${title} ${dim(detail.slice(0, room))}`);
          } else if (performance.now() - lastPlain > 2000) {
            lastPlain = performance.now();
            stream.write(`  … ${title} ${detail}\n`);
          }
        },
        done(detail = "") {
          const seconds = ((performance.now() - started) / 1000).toFixed(1);
          const text = `  ✓ ${title}${detail && ` · ${detail}`} ${dim(`${seconds} s`)}\n`;
          stream.write(stream.isTTY ? `\r\u001b[2K${text}` : text);
        },
      };
    },
  };
}

function colour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !process.env["NO_COLOR"];
}
