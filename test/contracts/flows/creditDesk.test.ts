import { applyForCredit, readDecision, reclaimFee, signCreditData } from "@verimesh/example-credit-desk/desk";
import { expect } from "chai";
import type { Address } from "viem";
import { artifactsIn } from "../../../scripts/deploy/artifacts.ts";
import { deployContract } from "../../../scripts/deploy/deployContract.ts";
import { FEE, INPUT_WORDS, OUTPUT_WORDS, type Protocol, startProtocol } from "../../helpers/protocol.ts";
import { refusalOf } from "../../helpers/refusalOf.ts";

const DESK = "examples/credit-desk/contracts/CreditDesk.sol:CreditDesk";
const OFFSET = 10n;
const LIMIT = 5n * FEE;

describe("the credit desk", () => {
  let setting: Protocol;
  let desk: Address;
  beforeEach(async () => {
    setting = await startProtocol();
    const { publicClient, author: lender, treasury: officer, market, modelId } = setting;
    const terms = {
      ...{ modelId, version: 1n, outputOffset: OFFSET, minScore: OUTPUT_WORDS[0] - OFFSET, creditLimit: LIMIT },
      ...{ dataOfficer: officer.account.address, outputBits: 8 },
    };
    const clients = { publicClient, walletClient: lender, loadArtifact: artifactsIn() };
    desk = (await deployContract(clients, DESK, [market.address, terms], { value: LIMIT })).address;
  });

  async function apply(fee: bigint) {
    const { publicClient, requester: applicant, treasury: officer } = setting;
    const deadline = (await publicClient.getBlock()).timestamp + 3_600n;
    const asked = { desk, applicant: applicant.account.address, inputWords: INPUT_WORDS, deadline };
    const data = await signCreditData(officer, asked);
    return { data, ...(await applyForCredit(applicant, { desk, data, fee })) };
  }

  it("refuses an officer's signature the second time, and to reclaim what is not there", async () => {
    const { requester: applicant } = setting;
    const { data, jobId } = await apply(FEE);
    expect(await refusalOf(applyForCredit(applicant, { desk, data, fee: FEE }))).to.equal("CreditDataNotSigned");
    expect(await refusalOf(reclaimFee(applicant, desk, jobId))).to.equal("JobNotEnded");
    await setting.submit(jobId, await setting.assign(jobId));
    expect(await refusalOf(reclaimFee(applicant, desk, jobId))).to.equal("NothingToReclaim");
  });

  it("lends on a proven score, and gives back what the answer did not cost", async () => {
    const { requester: applicant, rival } = setting;
    const { jobId } = await apply(3n * FEE);
    expect(await readDecision(applicant, desk, jobId)).to.include({ status: "pending", reclaimed: false });
    await setting.submit(jobId, await setting.assign(jobId));

    const score = OUTPUT_WORDS[0] - OFFSET;
    expect(await readDecision(applicant, desk, jobId)).to.include({ status: "granted", score, limit: LIMIT });
    expect(await reclaimFee(rival, desk, jobId)).to.equal(2n * FEE);
    expect((await readDecision(applicant, desk, jobId)).reclaimed).to.equal(true);
    expect(await refusalOf(reclaimFee(rival, desk, jobId))).to.equal("NothingToReclaim");
  });

  it("gives the whole fee back when nobody answers", async () => {
    const { requester: applicant, networkHelpers, market, mined } = setting;
    const { jobId } = await apply(2n * FEE);
    await networkHelpers.time.increase(25 * 60 + 1);
    await mined(applicant.writeContract({ ...market, functionName: "refundJob", args: [jobId] }));
    expect(await reclaimFee(applicant, desk, jobId)).to.equal(2n * FEE);
    expect((await readDecision(applicant, desk, jobId)).status).to.equal("unanswered");
  });
});
