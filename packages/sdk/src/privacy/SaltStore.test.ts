import { inputWords, VerimeshError } from "@verimesh/core";
import { exampleManifest, tinyDenseModel } from "@verimesh/core/testing";
import { assert } from "chai";
import { prepareInput } from "../requester/prepareInput.ts";
import { keptInputFromText, keptInputToText } from "./keptInputText.ts";
import { MemorySaltStore } from "./MemorySaltStore.ts";
import { isKeptFor, keepSalt, type SaltStore } from "./SaltStore.ts";
import { WebSaltStore } from "./WebSaltStore.ts";

const codeOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => "nothing thrown",
    (error: unknown) => (error instanceof VerimeshError ? error.code : String(error)),
  );

/** A page's storage. */
function storage(entries = new Map<string, string>()) {
  return {
    entries,
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  };
}

const hidden = exampleManifest({ ...tinyDenseModel(), hides: "input" });
const input = prepareInput(hidden, Uint8Array.of(1, 200, 3));
const commitment = input.inputWords[0]!;

describe("keepSalt", () => {
  it("refuses a store that throws, forgets, or gives back another input or salt", async () => {
    const kept = { bytes: input.bytes, salt: input.salt! };
    const store = (get: SaltStore["get"], put: SaltStore["put"] = () => Promise.resolve()): SaltStore => ({ get, put });
    const wrong = [
      store(
        () => Promise.resolve(kept),
        () => Promise.reject(new Error("quota")),
      ),
      store(() => Promise.reject(new Error("locked"))),
      store(() => Promise.resolve(undefined)),
      store(() => Promise.resolve({ ...kept, salt: kept.salt ^ 1n })),
      store(() => Promise.resolve({ ...kept, bytes: Uint8Array.of(1, 200, 4) })),
    ];
    for (const salts of wrong) assert.equal(await codeOf(keepSalt(salts, input)), "SALT_NOT_KEPT");
    await keepSalt(
      store(() => Promise.resolve(kept)),
      input,
    );
  });

  it("asks nothing of the store for an input that is not hidden", async () => {
    const open = prepareInput(exampleManifest(tinyDenseModel()), Uint8Array.of(1, 200, 3));
    const refusing: SaltStore = { get: () => Promise.reject(new Error()), put: () => Promise.reject(new Error()) };
    await keepSalt(refusing, open);
  });

  for (const [name, open] of [
    ["memory", () => new MemorySaltStore()],
    ["a page's storage", () => new WebSaltStore(storage())],
  ] as const) {
    it(`finds again in ${name} what opens the commitment, and nothing for another`, async () => {
      const salts = open();
      await keepSalt(salts, input);
      await keepSalt(salts, input);
      const other = prepareInput(hidden, input.bytes);
      await keepSalt(salts, other);
      const kept = await salts.get(commitment);
      assert.deepEqual(kept, { bytes: input.bytes, salt: input.salt! });
      assert.isTrue(isKeptFor(input.inputWords, kept));
      assert.isFalse(isKeptFor(other.inputWords, kept));
      assert.isFalse(isKeptFor([...input.inputWords, 0n], kept));
      assert.isUndefined(await salts.get(commitment + 1n));
    });
  }

  it("survives the page: another session's store reads the same storage", async () => {
    const page = storage();
    await keepSalt(new WebSaltStore(page), input);
    const kept = await new WebSaltStore(storage(page.entries)).get(commitment);
    assert.deepEqual(inputWords(kept!.bytes, { hides: "input", salt: kept!.salt }), input.inputWords);
  });
});

describe("the text of what is kept", () => {
  it("is refused when damaged, without quoting the salt", () => {
    const text = keptInputToText({ bytes: input.bytes, salt: input.salt! });
    assert.deepEqual(keptInputFromText(text), { bytes: input.bytes, salt: input.salt! });
    const salt = /"salt":"0x([0-9a-f]{64})"/.exec(text)![1]!;
    const wrong = ["", "null", "{}", text.slice(0, -1), text.replace(salt, salt.slice(1)), text.replace('"0x', '"0y')];
    for (const damaged of [...wrong, text.replace(salt, "f".repeat(64))]) {
      try {
        keptInputFromText(damaged);
        assert.fail(`took ${damaged}`);
      } catch (error) {
        assert.propertyVal(error, "code", "SALT_UNREADABLE");
        assert.notInclude(`${String(error)} ${String((error as Error).cause)}`, salt.slice(1));
      }
    }
  });
});
