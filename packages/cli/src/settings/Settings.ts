import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { parseDeployment, type Deployment } from "@verimesh/sdk";
import { readLocalNetwork, type LocalNetwork } from "./LocalNetwork.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly rpc?: string;
  readonly deployment?: string;
  readonly gateway?: string;
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly devAccount?: number;
  readonly json?: boolean;
}

/** Where things are: flags first, then the environment, then what `npm start` left in this directory. */
export interface Settings {
  readonly rpcUrl: string | undefined;
  readonly deployment: Deployment | undefined;
  readonly gatewayUrl: string | undefined;
  readonly keystore: string | undefined;
  readonly passwordFile: string | undefined;
  readonly devAccount: number | undefined;
  /** The local network, unless flags or environment point elsewhere. */
  readonly local: LocalNetwork | undefined;
}

/** @throws VerimeshError OPTION_INVALID, DEPLOYMENT_NOT_FOUND, DEPLOYMENT_INVALID, LOCAL_NETWORK_INVALID */
export async function resolveSettings(
  options: GlobalOptions,
  env: NodeJS.ProcessEnv = process.env,
  directory?: string,
): Promise<Settings> {
  const rpcUrl = options.rpc ?? env["VERIMESH_RPC_URL"];
  const deploymentFile = options.deployment ?? env["VERIMESH_DEPLOYMENT"];
  const gatewayUrl = options.gateway ?? env["VERIMESH_GATEWAY"];
  if (rpcUrl !== undefined) checkUrl("RPC URL", rpcUrl);
  if (gatewayUrl !== undefined) checkUrl("gateway", gatewayUrl);
  const local = await readLocalNetwork(
    directory === undefined ? undefined : join(directory, ".verimesh", "local.json"),
  );
  const given = deploymentFile === undefined ? undefined : await readDeployment(deploymentFile);
  // Accounts and gateway of the local network belong to its deployment: another one has nothing to do with them.
  const isLocal = local !== undefined && (given === undefined || sameDeployment(given, local.deployment));
  return {
    rpcUrl: rpcUrl ?? (isLocal ? local.rpcUrl : undefined),
    deployment: given ?? local?.deployment,
    gatewayUrl: gatewayUrl ?? (isLocal ? local.gatewayUrl : undefined),
    keystore: options.keystore ?? env["VERIMESH_KEYSTORE"],
    passwordFile: options.passwordFile ?? env["VERIMESH_PASSWORD_FILE"],
    devAccount: options.devAccount,
    local: isLocal ? local : undefined,
  };
}

/** The value, or an error that says how to give it. */
export function required<T>(value: T | undefined, what: string, how: string): T {
  if (value !== undefined) return value;
  throw new VerimeshError(`There is no ${what}.`, {
    code: "OPTION_MISSING",
    details: `Start the local network with npm start in this directory, or ${how}.`,
  });
}

/** Folder of derived things, such as fetched content. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "verimesh");
}

/** Folder of things that must not be lost, such as a worker's journal. */
export function dataDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return join(env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "verimesh");
}

async function readDeployment(path: string): Promise<Deployment> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new VerimeshError(`There is no deployment file at ${path}.`, {
      code: "DEPLOYMENT_NOT_FOUND",
      details: "Pass --deployment or set VERIMESH_DEPLOYMENT to the file that the deployment wrote.",
      cause,
    });
  });
  return parseDeployment(text);
}

function sameDeployment(a: Deployment, b: Deployment): boolean {
  return a.chainId === b.chainId && a.jobMarket === b.jobMarket;
}

function checkUrl(what: string, value: string): void {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return;
  throw new VerimeshError(`The ${what} is not a URL: ${value.slice(0, 60)}`, {
    code: "OPTION_INVALID",
    details: "Expected http:// or https://.",
  });
}
