import { assert } from "chai";
import { explainReason } from "./explainReason.ts";
import { END_REASONS } from "./names.ts";
import { type PanelFacts, type PhaseFacts, phaseOf, votingStepOf } from "./phase.ts";

const job: PhaseFacts = { status: "requested", policy: "proof", deadline: 1000n, openSeconds: 50 };
const panel: PanelFacts = {
  status: "voting",
  size: 3,
  committed: 0,
  revealed: 0,
  drawBefore: 900n,
  commitBefore: 1000n,
  revealBefore: 1100n,
};

describe("phaseOf", () => {
  const cases: [string, PhaseFacts, bigint, string, bigint | undefined, string | undefined][] = [
    ["is drawn for up to its deadline", job, 1000n, "drawing", 1000n, undefined],
    ["is open after it", job, 1001n, "open", 1050n, undefined],
    ["is open up to the last second", job, 1050n, "open", 1050n, undefined],
    ["can be refunded after that", job, 1051n, "open", 1050n, "refundJob"],
    ["can be refunded at once without an open round", { ...job, openSeconds: 0 }, 1001n, "drawing", 1000n, "refundJob"],
    ["waits for its provider", { ...job, status: "assigned" }, 1000n, "assigned", 1000n, undefined],
    ["no longer waits for it", { ...job, status: "assigned" }, 1001n, "assigned", 1000n, "expireAssignment"],
    ["waits for its panel", { ...job, status: "assigned", panel }, 1000n, "voting", 1100n, undefined],
    ["no longer waits for it", { ...job, status: "assigned", panel }, 1101n, "voting", 1100n, "closePanel"],
    [
      "is drawn for a second time",
      { ...job, status: "assigned", panel: { ...panel, status: "drawing" } },
      901n,
      "drawing",
      900n,
      "expirePanelDraw",
    ],
    ["can be challenged", { ...job, status: "answered" }, 1000n, "answered", 1000n, undefined],
    ["stands", { ...job, status: "answered" }, 1001n, "answered", 1000n, "finalizeAnswer"],
    [
      "is challenged",
      { ...job, status: "answered", claim: { status: "defending", before: 1200n } },
      1200n,
      "defending",
      1200n,
      undefined,
    ],
    [
      "was not defended",
      { ...job, status: "answered", claim: { status: "defending", before: 1200n } },
      1201n,
      "defending",
      1200n,
      "expireDefence",
    ],
    [
      "is judged",
      { ...job, status: "answered", claim: { status: "judging", before: 0n }, panel },
      1050n,
      "voting",
      1100n,
      "closePanel",
    ],
    ["is settled", { ...job, status: "settled" }, 5000n, "settled", undefined, undefined],
    ["is refunded", { ...job, status: "refunded" }, 5000n, "refunded", undefined, undefined],
  ];
  for (const [what, facts, now, phase, phaseBefore, overdueAction] of cases) {
    it(`says that a job ${what}, at second ${now}`, () => {
      assert.deepEqual(phaseOf(facts, now), { phase, phaseBefore, overdueAction } as never);
    });
  }
});

describe("votingStepOf", () => {
  it("begins the reveal when all have committed, or when the time for it is over", () => {
    assert.equal(votingStepOf({ ...panel, committed: 2 }, 1000n), "committing");
    assert.equal(votingStepOf({ ...panel, committed: 3 }, 1000n), "revealing");
    assert.equal(votingStepOf({ ...panel, committed: 2 }, 1001n), "revealing");
  });

  it("ends when all who committed have revealed, though others were silent", () => {
    assert.equal(votingStepOf({ ...panel, committed: 2, revealed: 2 }, 1000n), "committing");
    assert.equal(votingStepOf({ ...panel, committed: 2, revealed: 1 }, 1001n), "revealing");
    assert.equal(votingStepOf({ ...panel, committed: 2, revealed: 2 }, 1001n), "over");
    assert.equal(votingStepOf(panel, 1001n), "over");
  });

  it("knows no step of a panel that does not vote", () => {
    assert.isUndefined(votingStepOf({ ...panel, status: "closed" }, 2000n));
  });
});

describe("explainReason", () => {
  it("has a sentence of its own for each reason", () => {
    const sentences = END_REASONS.map(explainReason);
    assert.equal(new Set(sentences).size, END_REASONS.length);
    for (const sentence of sentences) assert.match(sentence, /^[A-Z].*\.$/);
  });
});
