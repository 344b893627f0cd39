import { expect } from "chai";
import fc from "fast-check";
import type { InputEncoding, OutputEncoding } from "../manifest/types.ts";
import { BN254_SCALAR_ORDER } from "../constants.ts";
import { tinyDenseModel } from "../testing/smallModels.ts";
import { expectError } from "../testing/expectError.ts";
import { decodeOutput } from "./decodeOutput.ts";
import { encodeInput } from "./encodeInput.ts";
import { inputBindingOf, inputWords, outputWords, packInput, poseidonCommitment, unpackInput } from "./packInput.ts";
import { bitLength, outputPackingOf, outputWordCount, packOutputs, unpackOutputs } from "./packOutputs.ts";
import { poseidon } from "./poseidon.ts";

describe("encodeInput", () => {
  const encoding: InputEncoding = { shape: [2], scale: [1, 0.5], offset: [0, -10], names: ["age", "rate"] };

  it("refuses a wrong count, an unknown or missing name, and values that no byte stands for", () => {
    expectError(() => encodeInput([1], encoding), "INPUT_INVALID", /1 values; the model takes 2/);
    expectError(() => encodeInput({ age: 1, rat: 2 }, encoding), "INPUT_INVALID", /no input "rat"/);
    expectError(() => encodeInput({ age: 1 }, encoding), "INPUT_INVALID", /lacks "rate"/);
    expectError(() => encodeInput([NaN, 0], encoding), "INPUT_INVALID", /age is NaN/);
    expectError(() => encodeInput([256, 0], encoding), "INPUT_INVALID", /age is 256.\nExpected 0 to 255/);
    expectError(() => encodeInput([0, -11], encoding), "INPUT_INVALID", /rate is -11.\nExpected -10 to 117.5/);
    expectError(() => encodeInput(["7", 0] as never, encoding), "INPUT_INVALID", /finite number/);
    expectError(() => encodeInput({ age: 1, rate: 0 }, { ...encoding, names: undefined }), "INPUT_INVALID", /no names/);
  });

  it("rounds to the nearest level, by order or by name", () => {
    expect([...encodeInput([3.4, 0], encoding)]).to.deep.equal([3, 20]);
    expect([...encodeInput({ rate: 0.3, age: 255 }, encoding)]).to.deep.equal([255, 21]);
    expect([...encodeInput([999, -99], encoding, { clamp: true })]).to.deep.equal([255, 0]);
    expect([...encodeInput([0, 1], { shape: [2], scale: [1 / 255], offset: [0] })]).to.deep.equal([0, 255]);
  });
});

describe("packInput", () => {
  it("puts 31 bytes in a word, the first least significant", () => {
    const bytes = Uint8Array.from({ length: 33 }, (_, i) => i + 1);
    const [first, second, ...rest] = packInput(bytes);
    expect(first! & 0xffffn).to.equal(0x0201n);
    expect(first! >> 240n).to.equal(31n);
    expect(second).to.equal(0x2120n);
    expect(rest).to.deep.equal([]);
    expect(packInput(new Uint8Array(31).fill(255))[0]).to.equal(2n ** 248n - 1n);
  });

  it("is undone by unpackInput, which does not see what the words hold beyond", () => {
    const bytes = Uint8Array.from({ length: 70 }, (_, i) => (37 * i) % 256);
    const words = packInput(bytes);
    expect(unpackInput(words, 70)).to.deep.equal(bytes);
    words[2]! += 1n << 64n;
    expect(unpackInput(words, 70)).to.deep.equal(bytes);
    expect(packInput(unpackInput(words, 70))).to.not.deep.equal(words);
  });

  it("makes an input public as it is up to 124 bytes, and by commitment beyond", () => {
    expect([inputBindingOf(124), inputBindingOf(125)]).to.deep.equal(["words", "poseidon"]);
    const long = new Uint8Array(125).fill(1);
    expect(inputWords(long)).to.deep.equal([poseidonCommitment(packInput(long))]);
    expect(inputWords(long.subarray(0, 124))).to.have.length(4);
  });
});

describe("a salted commitment", () => {
  const bytes = Uint8Array.of(1, 2, 3);

  it("is refused without a salt, and a salt is refused where nothing is hidden", () => {
    expectError(() => inputWords(bytes, { hides: "input" }), "SALT_INVALID", /missing/);
    expectError(() => outputWords([1n], { hides: "inputAndOutput" }), "SALT_INVALID", /missing/);
    expectError(() => inputWords(bytes, { salt: 1n }), "SALT_INVALID", /takes no salt/);
    expectError(() => inputWords(bytes, { hides: "input", salt: BN254_SCALAR_ORDER }), "SALT_INVALID", /field element/);
  });

  it("is the chain over the packed words and then the salt, however short the input", () => {
    expect(inputBindingOf(3, "input")).to.equal("poseidon");
    expect(inputWords(bytes, { hides: "input", salt: 9n })).to.deep.equal([poseidon([0x030201n, 9n])]);
    const long = new Uint8Array(31 * 16).fill(1);
    const head = poseidon(packInput(long));
    expect(inputWords(long, { hides: "input", salt: 9n })).to.deep.equal([poseidon([head, 9n])]);
  });

  it("of an output has a salt of its own, and is there only if the output is hidden", () => {
    const packed = [5n, 6n];
    expect(outputWords(packed)).to.deep.equal(packed);
    expect(outputWords(packed, { hides: "input", salt: 9n })).to.deep.equal(packed);
    const hidden = outputWords(packed, { hides: "inputAndOutput", salt: 9n });
    expect(hidden).to.deep.equal([poseidon([5n, 6n, poseidon([9n, 1n])])]);
  });
});

describe("poseidonCommitment", () => {
  it("equals circomlib's hash of known inputs", () => {
    expect(poseidon([1n, 2n])).to.equal(7853200120776062878684798364095072458815029376092732009249414926327459813530n);
  });

  it("chains 16 words, then 15 at a time", () => {
    const words = Array.from({ length: 40 }, (_, i) => BigInt(i + 1));
    const first = poseidon(words.slice(0, 16));
    const second = poseidon([first, ...words.slice(16, 31)]);
    expect(poseidonCommitment(words)).to.equal(poseidon([second, ...words.slice(31)]));
    expect(poseidonCommitment(words.slice(0, 16))).to.equal(first);
    expect(poseidonCommitment(words.slice(0, 17))).to.equal(poseidon([first, 17n]));
    expectError(() => poseidonCommitment([]), "INPUT_INVALID", /1 to 16/);
  });

  it("changes with every byte of a 784-byte input", () => {
    const bytes = new Uint8Array(784);
    const seen = new Set([inputWords(bytes)[0]]);
    for (const at of [0, 30, 31, 495, 496, 783]) {
      const changed = bytes.slice();
      changed[at] = 1;
      seen.add(inputWords(changed)[0]);
    }
    expect(seen.size).to.equal(7);
  });
});

describe("packOutputs", () => {
  const packing = { length: 3, bits: 9, offset: 200 };

  it("refuses a wrong count and a value outside the packing", () => {
    expectError(() => packOutputs([1, 2], packing), "OUTPUT_INVALID", /2 outputs; expected 3/);
    expectError(() => packOutputs([0, -201, 0], packing), "OUTPUT_INVALID", /Output 1 is -201; expected -200 to 311/);
    expectError(() => packOutputs([0, 312, 0], packing), "OUTPUT_INVALID", /expected -200 to 311/);
  });

  it("refuses words with surplus bits, surplus words and negative words", () => {
    expectError(() => unpackOutputs([1n << 27n], packing), "OUTPUT_INVALID", /above bit 27/);
    expectError(() => unpackOutputs([0n, 0n], packing), "OUTPUT_INVALID", /2 output words; expected 1/);
    expectError(() => unpackOutputs([-1n], packing), "OUTPUT_INVALID", /above bit/);
  });

  it("gives back what was packed, in words below 2^248", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.nat()),
        (bits, length, stream) => {
          const offset = 2 ** (bits - 1);
          const outputs = [...stream.take(length)].map((value) => (value % 2 ** bits) - offset);
          const words = packOutputs(outputs, { length, bits, offset });
          expect(words.length).to.equal(outputWordCount({ length, bits }));
          for (const word of words) expect(word < 2n ** 248n).to.equal(true);
          expect([...unpackOutputs(words, { length, bits, offset })]).to.deep.equal(outputs);
        },
      ),
    );
  });

  it("counts bits up to the largest value", () => {
    expect([0, 1, 2, 3, 4, 255, 256].map(bitLength)).to.deep.equal([1, 1, 2, 2, 3, 8, 9]);
  });
});

describe("outputPackingOf", () => {
  it("takes bits and offset from the proven bounds of the scores, or the bits of an index", () => {
    // Scores from 2 · 0 − 3 · 255 + 5 to 2 · 255 + 5, and from −255 to 255.
    const offset = 3 * 255 - 5;
    expect(outputPackingOf(tinyDenseModel("scores"))).to.deep.equal({ kind: "scores", length: 2, bits: 11, offset });
    expect(outputPackingOf(tinyDenseModel("argmax"))).to.deep.equal({ kind: "argmax", length: 1, bits: 1, offset: 0 });
    expect(outputPackingOf(tinyDenseModel("topK"))).to.deep.equal({ kind: "topK", length: 1, bits: 1, offset: 0 });
  });
});

describe("decodeOutput", () => {
  const digit: OutputEncoding = { kind: "argmax", length: 1, bits: 4, offset: 0, labels: ["zero", "one"] };

  it("refuses a class that has no label", () => {
    expectError(() => decodeOutput([2n], digit), "OUTPUT_INVALID", /class 2 of 2/);
  });

  it("names the k best", () => {
    const best: OutputEncoding = { kind: "topK", length: 2, bits: 4, offset: 0 };
    expect(decodeOutput([0x01n], best)).to.deep.equal({ kind: "topK", indices: [1, 0] });
    const labels = ["zero", "one"];
    expect(decodeOutput([0x01n], { ...best, labels })).to.deep.equal({
      kind: "topK",
      indices: [1, 0],
      labels: ["one", "zero"],
    });
    expectError(() => decodeOutput([0x21n], { ...best, labels }), "OUTPUT_INVALID", /class 2 of 2/);
  });

  it("names the class, and scales scores", () => {
    expect(decodeOutput([1n], digit)).to.deep.equal({ kind: "argmax", index: 1, label: "one" });
    const scores: OutputEncoding = { kind: "scores", length: 2, bits: 8, offset: 100, scale: 0.5 };
    expect(decodeOutput([(90n << 8n) | 104n], scores)).to.deep.equal({
      kind: "scores",
      integers: [4, -10],
      scores: [2, -5],
    });
  });
});
