import { requantize } from "@verimesh/core";
import type { TemplateInstance } from "./TemplateInstance.ts";

export const activations: readonly TemplateInstance[] = [
  // Sign and saturation; signed; no saturation; no sign; neither; upper clamps that are no power of two.
  requantizeInstance(8, -200_000, 200_000, 0, 255),
  requantizeInstance(5, -32_768, 32_767, -128, 127),
  requantizeInstance(4, -5000, 4000, 0, 255),
  requantizeInstance(3, 0, 16_000, 0, 255),
  requantizeInstance(4, -1000, 1000, -128, 127),
  requantizeInstance(6, -9000, 9000, -127, 127),
  requantizeInstance(3, -4000, 1000, 0, 255),
  requantizeInstance(2, 0, 1100, 0, 260),
  // Block 0 below the top bit: as many blocks above as below and one.
  requantizeInstance(2, -3070, 5100, 0, 255),
  requantizeInstance(0, -300, 300, 0, 255),
  requantizeInstance(0, -1, 2, 0, 1),
  // Two blocks; one bit of remainder; a copy; constants.
  requantizeInstance(0, 0, 511, 0, 255),
  requantizeInstance(1, 0, 3, 0, 5),
  requantizeInstance(0, -7, 100, -128, 127),
  requantizeInstance(2, -900, -5, 0, 255),
  requantizeInstance(2, 5000, 9000, 0, 255),
  requantizeInstance(9, 10, 20, 0, 255),
  requantizeInstance(3, -5, 8000, 0, 255),
];

function requantizeInstance(shift: number, accLo: number, accHi: number, lo: number, hi: number): TemplateInstance {
  const unit = 2 ** shift;
  const edges = [accLo, accLo + 1, accHi - 1, accHi, -unit, -unit / 2 - 1, -unit / 2, -1, 0, 1, unit / 2 - 1, unit / 2];
  const beyond = [lo * unit, hi * unit, (hi + 1) * unit, 2 * (hi + 1) * unit + 5, Math.floor((accLo + accHi) / 2)];
  const candidates = [...edges, ...beyond].filter((acc) => Number.isInteger(acc) && acc >= accLo && acc <= accHi);
  return {
    name: `Requantize(${shift}, ${accLo}, ${accHi}, ${lo}, ${hi})`,
    include: "activations/Requantize.circom",
    body: `signal input acc; signal output y <== Requantize(${shift}, ${accLo}, ${accHi}, ${lo}, ${hi})(acc);`,
    cases: [...new Set(candidates)].map((acc) => ({
      inputs: { acc: BigInt(acc) },
      outputs: [BigInt(requantize(acc, shift, lo, hi))],
    })),
  };
}
