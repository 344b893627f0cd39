import { VerimeshError } from "@verimesh/core";

export interface FetchBoundedOptions {
  readonly method?: "GET" | "HEAD" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** Further attempts after a network error; never after an answer, whatever it says. */
  readonly retries: number;
  readonly maxBytes: number;
}

export interface BoundedResponse {
  readonly status: number;
  /** Undefined if the body was larger than `maxBytes`: the rest was not read. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * `fetch` with bounds on time, size and attempts.
 * @throws VerimeshError `GATEWAY_UNREACHABLE` after the last network error or timeout; the signal's reason if it aborts.
 */
export async function fetchBounded(url: URL, options: FetchBoundedOptions): Promise<BoundedResponse> {
  const { signal, retries, timeoutMs } = options;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await fetchOnce(url, options, signal ? AbortSignal.any([signal, timeout]) : timeout);
    } catch (cause) {
      signal?.throwIfAborted();
      if (attempt < retries) {
        await pause(200 * 2 ** attempt, signal);
        continue;
      }
      throw new VerimeshError(`The gateway ${safeOrigin(url)} cannot be reached.`, {
        code: "GATEWAY_UNREACHABLE",
        details: `${attempt + 1} attempts failed (${timeout.aborted ? `no full answer within ${timeoutMs} ms` : reasonOf(cause)}). Check that it runs and that the address is right.`,
        cause,
      });
    }
  }
}

async function fetchOnce(url: URL, options: FetchBoundedOptions, signal: AbortSignal): Promise<BoundedResponse> {
  const { method = "GET", headers, body, maxBytes } = options;
  const response = await fetch(url, {
    method,
    signal,
    redirect: "error",
    ...(headers && { headers }),
    ...(body && { body: body as Uint8Array<ArrayBuffer> }),
  });
  if (response.body === null) return { status: response.status, bytes: new Uint8Array() };
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel().catch(() => {});
      return { status: response.status, bytes: undefined };
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { status: response.status, bytes };
}

/** Scheme and host only: a URL may carry a password or a key in its path or query. */
export function safeOrigin(url: URL): string {
  return url.origin;
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: string; message?: string } }).cause;
  return inner?.code ?? inner?.message ?? (cause instanceof Error ? cause.message : String(cause));
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(finish, milliseconds);
    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    }
    signal?.addEventListener("abort", finish, { once: true });
  });
}
