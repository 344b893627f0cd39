import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { DEPLOYMENT, errorOf, run, temporaryDirectory } from "./run.ts";

describe("verimesh", () => {
  let directory: string;
  let deployment: string;
  const before = process.cwd();

  beforeEach(async () => {
    directory = await temporaryDirectory();
    deployment = join(directory, "deployment.json");
    await writeFile(deployment, JSON.stringify(DEPLOYMENT));
    process.chdir(directory);
  });

  afterEach(() => process.chdir(before));

  it("says how to name a deployment when there is none", async () => {
    const ran = await run("models", "--json");
    expect(ran.status).to.equal(1);
    expect(errorOf(ran).code).to.equal("OPTION_MISSING");
    expect(errorOf(ran).details).to.contain("npm start").and.contain("--deployment");
  });

  it("says so when the deployment file is missing or not one", async () => {
    expect(errorOf(await run("models", "--json", "--deployment", "nowhere.json")).code).to.equal(
      "DEPLOYMENT_NOT_FOUND",
    );
    await writeFile(deployment, "{}");
    expect(errorOf(await run("models", "--json", "--deployment", deployment)).code).to.equal("DEPLOYMENT_INVALID");
  });

  it("says so when no chain answers, without the path of the URL, which may be a key", async () => {
    const ran = await run("job", "1", "--json", "--deployment", deployment, "--rpc", "http://127.0.0.1:1/v2/secret");
    expect(errorOf(ran).code).to.equal("RPC_UNREACHABLE");
    expect(errorOf(ran).message).to.contain("127.0.0.1:1");
    expect(ran.stdout + ran.stderr).not.to.contain("secret");
  });

  it("refuses URLs that are none", async () => {
    expect(errorOf(await run("models", "--json", "--rpc", "8545")).code).to.equal("OPTION_INVALID");
    expect(errorOf(await run("models", "--json", "--gateway", "file:///etc")).code).to.equal("OPTION_INVALID");
  });

  it("refuses a job id that is not a number, an unknown option and an unknown command, with status 1", async () => {
    expect(errorOf(await run("job", "one", "--json")).code).to.equal("USAGE");
    expect(errorOf(await run("models", "--json", "--nope")).code).to.equal("USAGE");
    expect((await run("frobnicate")).status).to.equal(1);
  });

  it("refuses input files that are missing, of another kind, or hold something else than numbers", async () => {
    const infer = async (name: string, text?: string) => {
      if (text !== undefined) await writeFile(name, text);
      return errorOf(await run("infer", "digits", "--json", "--input", name)).code;
    };
    expect(await infer("none.json")).to.equal("INPUT_FILE_UNREADABLE");
    expect(await infer("seven.png", "")).to.equal("INPUT_INVALID");
    expect(await infer("broken.json", "[1,")).to.equal("INPUT_INVALID");
    expect(await infer("text.json", '["1"]')).to.equal("INPUT_INVALID");
    expect(await infer("null.json", "null")).to.equal("INPUT_INVALID");
  });

  it("refuses a fee that is not an amount", async () => {
    await writeFile("seven.json", "[1]");
    const ran = await run("infer", "digits", "--json", "--input", "seven.json", "--fee", "-1");
    expect(errorOf(ran).code).to.equal("OPTION_INVALID");
  });

  it("prints what was wrong and what to do for people, on standard error", async () => {
    const { status, stdout, stderr } = await run("models");
    expect(status).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.match(/^Error: There is no deployment\.\n.+npm start/);
  });

  it("shows an example in the help of every command", async () => {
    const commands = [["models"], ["infer"], ["job"], ["verify"], ["account", "new"], ["account", "address"]];
    for (const name of ["start", "status", "stake", "unstake", "withdraw"]) commands.push(["provider", name]);
    for (const command of commands) {
      const { status, stdout } = await run(...command, "--help");
      expect(status, command.join(" ")).to.equal(0);
      expect(stdout, command.join(" "))
        .to.contain(`$ verimesh ${command.join(" ")}`)
        .and.contain("--json");
    }
  });
});
