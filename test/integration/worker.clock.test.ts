import { tinyDenseModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { forger, record, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const HOUR_MS = 3_600_000;
const model = tinyDenseModel();
const { prover, files } = forger(model);

describe("worker, whose clock is not the chain's", () => {
  for (const [what, shift] of [
    ["an hour behind", -HOUR_MS],
    ["an hour ahead", HOUR_MS],
  ] as const) {
    it(`settles on a chain that is ${what}: deadlines are the chain's`, async () => {
      const net = await startWorkerNetwork({ initialDate: new Date(Date.now() + shift) });
      const workers = new Workers(net);
      try {
        const modelId = await net.publish(model, files);
        await net.stake(PROVIDER);
        await net.list(PROVIDER, modelId);
        const worker = await workers.start(PROVIDER, { prover });
        const jobId = await net.request(modelId, Uint8Array.of(3, 200, 41), { drawSeconds: 60, answerSeconds: 60 });
        expect((await record(worker, jobId)).phase).to.equal("settled");
        expect((await net.jobOf(jobId)).status).to.equal(4);
        expect((await net.poolOf(PROVIDER)).locked).to.equal(0n);
      } finally {
        await workers.stopAll();
        await net.close();
      }
    });
  }
});
