import { VerimeshError } from "@verimesh/core";

/** A contract refused. `code` is the name of its Solidity error. */
export class ContractRevert extends VerimeshError {
  /** The offending values, in the order of the Solidity error. */
  readonly args: readonly unknown[];

  constructor(name: string, args: readonly unknown[], shortMessage: string, details: string) {
    super(shortMessage, { code: name, details });
    this.name = "ContractRevert";
    this.args = args;
  }
}
