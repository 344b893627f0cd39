import { createRequire } from "node:module";
import HardhatMocha from "@nomicfoundation/hardhat-mocha";
import HardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import HardhatViem from "@nomicfoundation/hardhat-viem";
import HardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { defineConfig } from "hardhat/config";

/** The compiler comes from the lockfile: Hardhat downloads nothing. */
const compiler = {
  version: "0.8.37",
  path: createRequire(import.meta.url).resolve("solc/soljson.js"),
};

const settings = {
  evmVersion: "cancun",
  // Low, for the market must stay below 24,576 bytes (EIP-170).
  optimizer: { enabled: true, runs: 100 },
};

/** `npm run test:deep` draws sixteen times as many cases. */
const depth = process.env["VERIMESH_DEEP"] ? 16 : 1;

export default defineConfig({
  plugins: [HardhatViem, HardhatViemAssertions, HardhatNetworkHelpers, HardhatMocha],
  paths: {
    sources: { solidity: ["contracts", "examples/credit-desk/contracts"] },
    tests: { mocha: "test", solidity: "test/contracts" },
  },
  solidity: {
    profiles: {
      default: { ...compiler, isolated: false, settings },
      production: { ...compiler, isolated: false, settings },
    },
  },
  networks: {
    localhost: { type: "http", url: "http://127.0.0.1:8545" },
  },
  test: {
    mocha: { timeout: 120_000 },
    solidity: { fuzz: { runs: 256 * depth }, invariant: { runs: 64 * depth, depth: 160 } },
  },
});
