import { assert } from "chai";
import { abortable, sleep } from "./abort.ts";

describe("abortable", () => {
  const reason = new Error("stop");
  const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

  it("rejects with the signal's reason, before and after it aborts", async () => {
    assert.equal(await caught(abortable(new Promise(() => {}), AbortSignal.abort(reason))), reason);
    const controller = new AbortController();
    const waiting = caught(abortable(new Promise(() => {}), controller.signal));
    controller.abort(reason);
    assert.equal(await waiting, reason);
  });

  it("leaves no failure unhandled behind an aborted signal", async () => {
    assert.equal(await caught(abortable(Promise.reject(new Error("late")), AbortSignal.abort(reason))), reason);
  });

  it("passes results and errors on", async () => {
    assert.equal(await abortable(Promise.resolve(7), new AbortController().signal), 7);
    assert.equal(await caught(abortable(Promise.reject(reason), undefined)), reason);
  });
});

describe("sleep", () => {
  it("ends early when aborted", async () => {
    const controller = new AbortController();
    const started = Date.now();
    const sleeping = sleep(60_000, controller.signal).catch(() => "aborted");
    controller.abort();
    assert.equal(await sleeping, "aborted");
    assert.isBelow(Date.now() - started, 30_000);
  });
});
