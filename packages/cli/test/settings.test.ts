import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { VerimeshError } from "@verimesh/core";
import { parseDeployment } from "@verimesh/sdk";
import { expect } from "chai";
import {
  localNetworkPath,
  readLocalNetwork,
  removeLocalNetwork,
  writeLocalNetwork,
} from "../src/settings/LocalNetwork.ts";
import { resolveSettings } from "../src/settings/Settings.ts";
import { DEPLOYMENT, temporaryDirectory } from "./run.ts";

const NETWORK = {
  rpcUrl: "http://127.0.0.1:8545",
  gatewayUrl: "http://127.0.0.1:8090",
  deployment: parseDeployment(DEPLOYMENT),
  models: [{ name: "digits", modelId: 1, version: 1 }],
  providers: [],
  accounts: { requester: 1, author: 0, providers: [2] },
};

describe("resolveSettings", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  it("refuses a local network file that is damaged, and says where it comes from", async () => {
    await mkdir(join(directory, ".verimesh"));
    await writeFile(localNetworkPath(directory), "{}");
    const error = await resolveSettings({}, {}, directory).catch((caught: unknown) => caught as VerimeshError);
    expect((error as VerimeshError).code).to.equal("LOCAL_NETWORK_INVALID");
    expect((error as VerimeshError).details).to.contain("npm start");
  });

  it("takes flags before the environment before the local network", async () => {
    await writeLocalNetwork(NETWORK, localNetworkPath(directory));
    const env = { VERIMESH_RPC_URL: "http://env:1" };
    const rpcUrlOf = async (rpc?: string, environment: NodeJS.ProcessEnv = {}) =>
      (await resolveSettings(rpc === undefined ? {} : { rpc }, environment, directory)).rpcUrl;
    expect(await rpcUrlOf()).to.equal("http://127.0.0.1:8545");
    expect(await rpcUrlOf(undefined, env)).to.equal("http://env:1");
    expect(await rpcUrlOf("http://flag:1", env)).to.equal("http://flag:1");
  });

  it("takes nothing from the local network when another deployment is named", async () => {
    await writeLocalNetwork(NETWORK, localNetworkPath(directory));
    const file = join(directory, "mainnet.json");
    await writeFile(file, JSON.stringify({ ...DEPLOYMENT, chainId: 1 }));
    const settings = await resolveSettings({ deployment: file }, {}, directory);
    expect(settings.deployment!.chainId).to.equal(1);
    expect([settings.rpcUrl, settings.gatewayUrl, settings.local]).to.deep.equal([undefined, undefined, undefined]);
  });

  it("reads back the local network it wrote, and nothing once it is removed", async () => {
    const path = localNetworkPath(directory);
    await writeLocalNetwork(NETWORK, path);
    expect(await readLocalNetwork(path)).to.deep.equal(NETWORK);
    await removeLocalNetwork(path);
    expect(await readLocalNetwork(path)).to.equal(undefined);
  });
});
