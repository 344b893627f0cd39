import type { ProvableManifest } from "@verimesh/core";
import { deepRuns } from "@verimesh/core/testing";
import { MemorySaltStore, verimeshPublicActions } from "@verimesh/sdk";
import { type ContentStore, MemoryContentStore } from "@verimesh/storage";
import { expect } from "chai";
import { createPublicClient, custom } from "viem";
import { hardhat } from "viem/chains";
import { auditEndedJob } from "../../packages/cli/src/audit/auditJob.ts";
import type { AuditContext } from "../../packages/cli/src/audit/AuditContext.ts";
import { type Finding, Findings } from "../../packages/cli/src/audit/Findings.ts";
import { type Asked, type Kind, type KindNetwork, startKindNetwork } from "./auditNetworkKinds.ts";
import { NAMED_BY, UNNAMED } from "./auditNetworkTable.ts";
import { type Alteration, Tampering } from "./auditNetworkTampering.ts";

/** What an audit of an honest job says of it beside its request, terms, phases, end, model and escrow. */
const CHECKED: Readonly<Record<Kind, readonly string[]>> = {
  proof: ["draw", "public signals", "proof, checked here", "payment", "bonds", "re-execution"],
  "proof in tokens, with delegators": ["draw", "proof, checked on the chain", "escrow", "payment", "re-execution"],
  "proof, hidden": ["draw", "public signals", "proof, checked here", "input", "re-execution"],
  "proof, in the open round": ["draw", "proof, checked here", "payment", "re-execution"],
  "proof, after a miss": ["draw", "proof, checked here", "bonds", "re-execution"],
  "refunded, after a step back and a miss": ["draw", "payment", "bonds"],
  cancelled: ["payment"],
  "quorum, with a dissenter": ["draw", "votes", "payment", "bonds", "re-execution"],
  "quorum, undrawn again": ["draw", "votes", "payment", "bonds"],
  "unchallenged, input by CID": ["draw", "challenge", "payment", "input", "re-execution"],
  "challenged and proven": ["challenge", "proof", "proof, checked here", "bonds", "shares of the bond", "re-execution"],
  "challenged and not proven": ["draw", "challenge", "payment", "bonds", "shares of the bond"],
  "upheld by a jury": ["draw of the jury", "votes", "challenge", "bonds", "shares of the bond", "re-execution"],
  "overturned by a jury": ["draw of the jury", "votes", "challenge", "bonds", "shares of the bond"],
  "without a jury": ["draw", "votes", "challenge", "payment", "bonds", "shares of the bond"],
};
const KINDS = Object.keys(CHECKED) as Kind[];
const EVERY = ["request", "input hash", "terms", "requested terms", "phases", "end", "model", "version", "escrow"];
const everything = deepRuns(1) > 1;

describe("verimesh audit job, of every kind", () => {
  let world: KindNetwork;
  const tamperings = new Map<Kind, Tampering>();
  const linesOf = (name: string): string[] =>
    Object.entries(NAMED_BY).flatMap(([line, names]) => (names.includes(name) ? [line] : []));

  before(async function () {
    this.timeout(300_000);
    world = await startKindNetwork();
    for (const kind of KINDS) {
      tamperings.set(kind, new Tampering((args) => world.publicClient.request(args as never)));
    }
  });

  async function audit(kind: Kind, parts: Partial<Pick<AuditContext, "store" | "salts">> = {}): Promise<Finding[]> {
    const { deployment, store } = world;
    const transport = custom({ request: tamperings.get(kind)!.request }, { retryCount: 0 });
    const client: unknown = createPublicClient({ chain: hardhat, transport, cacheTime: 0 }).extend(
      verimeshPublicActions(deployment),
    );
    const { signal } = new AbortController();
    const findings = new Findings(signal);
    const context = { client: client as AuditContext["client"], deployment, store, findings, signal, ...parts };
    await auditEndedJob(context, world.jobs.get(kind)!);
    return findings.list;
  }
  const wrongIn = (list: readonly Finding[]): string[] =>
    list.filter(({ verdict }) => verdict === "wrong").map(({ check }) => check);
  const named = (list: readonly Finding[], check: string): Finding => list.find((each) => each.check === check)!;

  for (const kind of KINDS) {
    it(`finds nothing wrong with one that is honest: ${kind}`, async () => {
      const list = await audit(kind);
      expect(list.filter(({ verdict }) => verdict === "wrong")).to.deep.equal([]);
      const right = list.flatMap(({ check, verdict }) => (verdict === "ok" ? [check] : []));
      expect(right).to.include.members([...EVERY, ...CHECKED[kind]]);
    });
  }

  it("names every value of the chain that is altered, by a line that the table states", async function () {
    this.timeout(600_000);
    const seen = new Set<string>();
    for (const kind of KINDS) {
      const tampering = tamperings.get(kind)!;
      const lines = new Set<string>();
      // Each value once, and of each kind each line once; all of all kinds in the deep run.
      const isNew = ({ name }: Alteration): boolean => {
        const fresh = !seen.has(name) || linesOf(name).some((line) => !lines.has(line));
        for (const line of linesOf(name)) lines.add(line);
        seen.add(name);
        return everything || fresh;
      };
      for (const alteration of tampering.alterations(world.jobs.get(kind)).filter(isNew)) {
        const { name } = alteration;
        if (name in UNNAMED) continue;
        const wrong = wrongIn(await tampering.while(alteration, () => audit(kind)));
        expect(
          linesOf(name).filter((line) => wrong.includes(line)),
          `${name}, of ${kind}: wrong are ${wrong.join(", ") || "none"}`,
        ).not.to.deep.equal([]);
      }
    }
    const stated = [...Object.values(NAMED_BY).flat(), ...Object.keys(UNNAMED)];
    expect([...seen].filter((name) => !stated.includes(name))).to.deep.equal([]);
    expect(stated.filter((name) => !seen.has(name))).to.deep.equal([]);
  });

  it("names the file that was altered, where a gateway gives it and nobody checks it against its CID", async () => {
    for (const [kind, asked] of [
      ["unchallenged, input by CID", world.models.wide],
      ["proof", world.models.open],
    ] as const) {
      for (const [altered, lines] of await filesOf(kind, asked)) {
        const get: ContentStore["get"] = async (cid, options) => {
          const bytes = await world.store.get(cid, options);
          return String(cid) === altered ? bytes.with(-1, bytes.at(-1)! ^ 1) : bytes;
        };
        expect(wrongIn(await audit(kind, { store: storeThat(get) })), kind).to.deep.equal(lines);
      }
    }
  });

  /** The files of a job and its model, with the lines that are wrong where one of them is altered. */
  async function filesOf(kind: Kind, { manifest, modelId }: Asked): Promise<[cid: string, lines: string[]][]> {
    const jobId = world.jobs.get(kind)!;
    const { inputCid } = await world.stranger.getJobRequest({ jobId });
    const { versions } = await world.stranger.getModel({ modelId });
    const { weights, verificationKey } = manifest.files as Partial<ProvableManifest["files"]>;
    const files: [cid: string | undefined, lines: string[]][] = [
      [String(versions[0]!.manifestCid), verificationKey ? ["manifest", "proof, checked here"] : ["manifest"]],
      [weights, ["weights"]],
      [verificationKey, ["proof, checked here"]],
      [inputCid?.toString(), ["input"]],
    ];
    return files.flatMap(([cid, lines]) => (cid === undefined ? [] : [[cid, lines]]));
  }

  it("names an answer that is not the model's, and that stood all the same", async () => {
    const job = await world.request("unchallenged, input by CID", world.models.wide, { policy: "optimistic" });
    const { jobId, answer } = job;
    const person = await world.assign(jobId);
    await person.submitAnswer({ jobId, outputWords: world.lie(answer) });
    const running = await failureOf(() => audit("unchallenged, input by CID"));
    expect(running).to.include({ code: "JOB_NOT_ENDED" });
    await world.networkHelpers.time.increase(601);
    await world.stranger.finalizeAnswer({ jobId });
    tamperings.set("unchallenged, input by CID", new Tampering((args) => world.publicClient.request(args as never)));
    expect(wrongIn(await audit("unchallenged, input by CID"))).to.deep.equal(["re-execution"]);
  });

  describe("of a hidden input whose file is no longer to be had", () => {
    let gone: ContentStore;
    let inputCid: string;
    before(async () => {
      inputCid = String((await world.stranger.getJobRequest({ jobId: world.jobs.get("proof, hidden")! })).inputCid);
      const empty = new MemoryContentStore();
      gone = storeThat((cid, options) => (String(cid) === inputCid ? empty : world.store).get(cid, options));
    });

    it("says that input and answer cannot be checked, and checks all the rest", async () => {
      for (const salts of [undefined, new MemorySaltStore()]) {
        const list = await audit("proof, hidden", { store: gone, ...(salts && { salts }) });
        expect(wrongIn(list)).to.deep.equal([]);
        expect(named(list, "input")).to.include({ verdict: "skipped" });
        expect(named(list, "input").detail).to.contain(inputCid).and.contain("nothing is kept here");
        expect(named(list, "re-execution")).to.include({
          verdict: "skipped",
          detail: "there is no input to run the model on",
        });
        expect(named(list, "proof, checked here")).to.include({ verdict: "ok" });
      }
    });

    it("opens it with what its requester kept, and with nothing else", async () => {
      const list = await audit("proof, hidden", { store: gone, salts: world.salts });
      expect(named(list, "re-execution")).to.include({ verdict: "ok" });
      expect(named(list, "re-execution").detail).to.contain("opens the commitment");
      const kept = { bytes: Uint8Array.of(1, 2, 3), salt: 5n };
      const foreign = { get: () => Promise.resolve(kept) };
      const other = await audit("proof, hidden", { store: gone, salts: foreign });
      expect(named(other, "input")).to.include({ verdict: "skipped" });
    });
  });
});

function storeThat(get: ContentStore["get"]): ContentStore {
  const nothing = () => Promise.reject(new Error("an audit only reads"));
  return { get, put: nothing, has: nothing };
}

async function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => undefined,
    (error: unknown) => error,
  );
}
