import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { loadBackend } from "./backend.ts";

describe("loadBackend", () => {
  it("refuses when none loads, and says why for each", async () => {
    // CI has neither CUDA nor the native library; where it has, there is nothing to refuse.
    const gpu = await loadBackend("node-gpu").catch((error: unknown) => error);
    if (!(gpu instanceof VerimeshError)) return expect(gpu).to.have.property("name", "node-gpu");
    expect(gpu.code).to.equal("BACKEND_UNAVAILABLE");
    expect(gpu.details).to.match(/^node-gpu: .+/);
    return undefined;
  });

  it("falls back to WASM with SIMD, and reports what it skipped", async () => {
    const backend = await loadBackend();
    if (backend.name === "node-gpu") return;
    expect(backend.name).to.equal("wasm");
    expect(backend.description).to.match(/^wasm \(SIMD\), TensorFlow.js 4/);
    expect(backend.skipped.map(({ name }) => name)).to.deep.equal(["node-gpu"]);
  });
});
