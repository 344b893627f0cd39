import { expect } from "chai";
import { Slots } from "./Slots.ts";

const never = new AbortController().signal;

describe("Slots", () => {
  it("admits no more than its capacity, in order", async () => {
    const slots = new Slots(2);
    const admitted: bigint[] = [];
    const takes = [1n, 2n, 3n, 4n].map((id) => slots.take(id, never).then(() => admitted.push(id)));
    await Promise.all(takes.slice(0, 2));
    expect(admitted).to.deep.equal([1n, 2n]);
    slots.release(2n);
    await takes[2];
    expect(admitted).to.deep.equal([1n, 2n, 3n]);
    slots.release(1n);
    await takes[3];
    expect(slots.held).to.equal(2);
  });

  it("does not count a holder twice, nor a release of what was not held", async () => {
    const slots = new Slots(1);
    await slots.take(1n, never);
    await slots.take(1n, never);
    slots.release(2n);
    slots.release(1n);
    slots.release(1n);
    expect(slots.held).to.equal(0);
  });

  it("lets what has a bond at stake go before what waits longer", async () => {
    const slots = new Slots(1);
    await slots.take(1n, never);
    const admitted: bigint[] = [];
    const note = (id: bigint, urgent: boolean) => slots.take(id, never, urgent).then(() => admitted.push(id));
    const waiting = [note(2n, false), note(3n, true), note(4n, false), note(5n, true)];
    for (const id of [1n, 3n, 5n, 2n]) slots.release(id);
    await Promise.all(waiting);
    expect(admitted).to.deep.equal([3n, 5n, 2n, 4n]);
  });

  it("forgets who gives up waiting", async () => {
    const slots = new Slots(1);
    await slots.take(1n, never);
    const controller = new AbortController();
    const waiting = slots.take(2n, controller.signal);
    controller.abort(new Error("enough"));
    const outcome = await waiting.catch((error: Error) => error.message);
    expect(outcome).to.equal("enough");
    slots.release(1n);
    expect(slots.held).to.equal(0);
  });
});
