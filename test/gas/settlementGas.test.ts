import { readFile } from "node:fs/promises";
import { estimateJobGas } from "@verimesh/compiler/report";
import { expect } from "chai";
import { onAnvil } from "../helpers/chain.ts";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { FEE, GROTH16_BN254, jobRequest, MANIFEST_CID, type Protocol, startProtocol } from "../helpers/protocol.ts";

describe("the gas that a model's report states", function () {
  before(function () {
    if (onAnvil) this.skip();
  });

  it("is the snapshot's for one output and one input word", async () => {
    const { gas } = JSON.parse(await readFile(new URL("./snapshot.json", import.meta.url), "utf8")) as {
      gas: Record<"requestEth" | "assignJob" | "submitProof", number>;
    };
    expect(estimateJobGas({ outputWords: 1, inputWords: 1 })).to.deep.equal({
      request: gas.requestEth,
      assign: gas.assignJob,
      settle: gas.submitProof,
    });
  });

  it("grows with the public words as a job's gas does", async () => {
    const protocol = await startProtocol();
    const few = await gasOfJob(protocol, 2n, { outputWords: 1, inputWords: 1 });
    const many = await gasOfJob(protocol, 3n, { outputWords: 4, inputWords: 3 });
    const least = estimateJobGas({ outputWords: 1, inputWords: 1 });
    const most = estimateJobGas({ outputWords: 4, inputWords: 3 });
    expect(many.request - few.request).to.be.closeTo(most.request - least.request, 100);
    expect(many.settle - few.settle).to.be.closeTo(most.settle - least.settle, 500);
  });
});

/** Of the second of two jobs of a new model: the first also pays for the storage of balances. */
async function gasOfJob(protocol: Protocol, modelId: bigint, words: { outputWords: number; inputWords: number }) {
  const { author, provider, requester, market, models, verifiers, selection, mined, publicClient } = protocol;
  const { outputWords, inputWords } = words;
  const key = createForgingKey(outputWords + inputWords + 1, modelId);
  const keyArgs = [GROTH16_BN254, key.verificationKey] as const;
  await mined(author.writeContract({ ...verifiers, functionName: "deployVerifier", args: keyArgs }));
  const verifier = await publicClient.readContract({ ...verifiers, functionName: "predictVerifier", args: keyArgs });
  const modelArgs = ["model", 500n, MANIFEST_CID, verifier, outputWords, inputWords] as const;
  await mined(author.writeContract({ ...models, functionName: "registerModel", args: modelArgs }));
  await mined(provider.writeContract({ ...selection, functionName: "listModel", args: [modelId, 1n, true] }));
  const ask = [modelId, 1n, jobRequest(1n).token, true, FEE] as const;
  await mined(provider.writeContract({ ...selection, functionName: "setAsk", args: ask }));
  await protocol.networkHelpers.mine(64);
  const wordsOf = (count: number) => Array.from({ length: count }, (_, k) => 2n ** 247n + 3n ** BigInt(140 + k));
  const [outputs, inputs] = [wordsOf(outputWords), wordsOf(inputWords)];
  const gas = { request: 0, settle: 0 };
  for (let job = 0; job < 2; job++) {
    const args = [jobRequest(modelId, { inputWords: inputs })] as const;
    const requested = await mined(requester.writeContract({ ...market, functionName: "requestJob", args, value: FEE }));
    const jobId = await publicClient.readContract({ ...market, functionName: "jobCount" });
    const header = await protocol.drawHeader(jobId);
    await mined(provider.writeContract({ ...market, functionName: "assignJob", args: [jobId, header] }));
    const bindingArgs = [jobId, provider.account.address] as const;
    const binding = await publicClient.readContract({ ...market, functionName: "bindingOf", args: bindingArgs });
    const proof = key.prove([...outputs, ...inputs, binding]);
    const delivery = [jobId, inputs, outputs, proof] as const;
    const settled = await mined(provider.writeContract({ ...market, functionName: "submitProof", args: delivery }));
    gas.request = Number(requested.gasUsed);
    gas.settle = Number(settled.gasUsed);
  }
  return gas;
}
