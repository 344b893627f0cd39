import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { VerimeshError } from "@verimesh/core";
import * as Keystore from "ox/Keystore";
import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from "viem/accounts";

/** As geth: about a second and 256 MiB for each guess. */
const SCRYPT_N = 2 ** 18;
const MIN_PASSWORD_LENGTH = 8;

/** A keystore file, version 3 (https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/). */
type KeystoreFile = Keystore.Keystore & { readonly address?: string };

/**
 * Makes a new key and writes it, encrypted, to a file that must not exist.
 *
 * @param options.scryptN cost of a guess, a power of two; lower it in tests only
 * @throws VerimeshError PASSWORD_TOO_SHORT, KEYSTORE_EXISTS
 */
export async function createKeystore(
  path: string,
  password: string,
  { scryptN = SCRYPT_N }: { scryptN?: number } = {},
): Promise<PrivateKeyAccount> {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw new VerimeshError("The password is too short.", {
      code: "PASSWORD_TOO_SHORT",
      details: `Expected at least ${MIN_PASSWORD_LENGTH} characters.`,
    });
  }
  const privateKey = generatePrivateKey();
  const account = privateKeyToAccount(privateKey);
  const [key, options] = await Keystore.scryptAsync({ password, n: scryptN });
  const keystore = { address: account.address.slice(2).toLowerCase(), ...Keystore.encrypt(privateKey, key, options) };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, `${JSON.stringify(keystore, null, 2)}\n`, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw new VerimeshError(`${path} exists.`, {
      code: "KEYSTORE_EXISTS",
      details: "A keystore is never overwritten. Choose another file.",
      cause,
    });
  }
  return account;
}

/** The address in a keystore file, without its password. Throws VerimeshError KEYSTORE_NOT_FOUND or KEYSTORE_INVALID. */
export async function keystoreAddress(path: string): Promise<Hex | undefined> {
  const { address } = await readKeystore(path);
  return address === undefined ? undefined : `0x${address.replace(/^0x/, "")}`;
}

/** Opens a keystore file. Throws VerimeshError KEYSTORE_NOT_FOUND, KEYSTORE_INVALID or PASSWORD_WRONG. */
export async function openKeystore(path: string, password: string): Promise<PrivateKeyAccount> {
  const keystore = await readKeystore(path);
  let privateKey: Hex;
  try {
    privateKey = Keystore.decrypt(keystore, await Keystore.toKeyAsync(keystore, { password }));
  } catch {
    // The cause is left out: it may quote what it worked with.
    throw new VerimeshError(`The password does not open ${path}.`, {
      code: "PASSWORD_WRONG",
      details: "Check the password, and the password file for a line too many.",
    });
  }
  return privateKeyToAccount(privateKey);
}

async function readKeystore(path: string): Promise<KeystoreFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new VerimeshError(`There is no keystore at ${path}.`, {
      code: "KEYSTORE_NOT_FOUND",
      details: "Make one with verimesh account new, or pass --keystore.",
      cause,
    });
  }
  const keystore = parse(text);
  if (
    keystore?.version === 3 &&
    typeof (keystore.crypto as KeystoreFile["crypto"] | undefined)?.ciphertext === "string"
  )
    return keystore;
  throw new VerimeshError(`${path} is not a keystore.`, {
    code: "KEYSTORE_INVALID",
    details: "Expected an encrypted key file, version 3, as geth and verimesh account new write it.",
  });
}

function parse(text: string): KeystoreFile | undefined {
  try {
    return JSON.parse(text) as KeystoreFile;
  } catch {
    return undefined;
  }
}
