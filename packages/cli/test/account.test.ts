import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { devAccount } from "../src/account/devAccounts.ts";
import { createKeystore, keystoreAddress, openKeystore } from "../src/account/keystore.ts";
import { errorOf, run, temporaryDirectory } from "./run.ts";

const cheap = { scryptN: 1024 };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: VerimeshError) => error.code,
  );
}

describe("accounts", () => {
  let file: string;

  beforeEach(async () => {
    file = join(await temporaryDirectory(), "keys", "provider.json");
  });

  it("refuses a wrong password and quotes neither password nor key", async () => {
    await createKeystore(file, "correct horse", cheap);
    const error = await openKeystore(file, "battery staple").catch((caught: unknown) => caught as VerimeshError);
    expect((error as VerimeshError).code).to.equal("PASSWORD_WRONG");
    expect((error as VerimeshError).message).not.to.contain("battery");
    expect((error as VerimeshError).cause).to.equal(undefined);
  });

  it("refuses to overwrite a keystore, a short password, and files that are no keystore", async () => {
    await createKeystore(file, "correct horse", cheap);
    expect(await codeOf(createKeystore(file, "correct horse", cheap))).to.equal("KEYSTORE_EXISTS");
    expect(await codeOf(createKeystore(`${file}.2`, "short", cheap))).to.equal("PASSWORD_TOO_SHORT");
    expect(await codeOf(openKeystore(`${file}.2`, "correct horse"))).to.equal("KEYSTORE_NOT_FOUND");
    for (const text of ["", "[]", "null", '{"version":3}', '{"version":3,"crypto":{}}']) {
      await writeFile(`${file}.3`, text);
      expect(await codeOf(openKeystore(`${file}.3`, "correct horse")), text).to.equal("KEYSTORE_INVALID");
    }
  });

  it("opens what it made, keeps the key out of the file and the file from others", async () => {
    const made = await createKeystore(file, "correct horse", cheap);
    const opened = await openKeystore(file, "correct horse");
    expect(opened.address).to.equal(made.address);
    expect((await keystoreAddress(file))!.toLowerCase()).to.equal(made.address.toLowerCase());
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect((await stat(dirname(file))).mode & 0o777).to.equal(0o700);
    expect(JSON.parse(await readFile(file, "utf8"))).to.have.all.keys("address", "crypto", "id", "version");
  });

  it("makes and shows an account by command, with a password file", async () => {
    const password = `${file}.password`;
    await mkdir(dirname(file));
    await writeFile(password, "correct horse\n");
    const made = await run("account", "new", file, "--password-file", password, "--json");
    expect(made.status).to.equal(0);
    const { address } = JSON.parse(made.stdout) as { address: string };
    const shown = await run("account", "address", file, "--json");
    expect((JSON.parse(shown.stdout) as { address: string }).address.toLowerCase()).to.equal(address.toLowerCase());
  });

  it("says so when the password file cannot be read", async () => {
    const ran = await run("account", "new", file, "--password-file", `${file}.none`, "--json");
    expect(errorOf(ran).code).to.equal("PASSWORD_FILE_UNREADABLE");
  });

  it("accepts development accounts on chain 31337 only", () => {
    expect(devAccount(0, 31337).address).to.equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    for (const chainId of [1, 10, 11155111]) {
      expect(() => devAccount(0, chainId)).to.throw(VerimeshError, "refused on chain");
    }
    expect(() => devAccount(-1, 31337)).to.throw(VerimeshError, "no development account");
  });
});
