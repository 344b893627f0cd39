import type { LinearNode, ModelNode, NonLinearNode, RearrangingNode } from "../types.ts";
import type { LinearKind, NonLinearKind, RearrangingKind } from "./NodeKind.ts";
import { atLeast } from "./atLeast.ts";
import { broadcast } from "./broadcast.ts";
import { combine } from "./combine.ts";
import { concat } from "./concat.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { gather } from "./gather.ts";
import { lookup } from "./lookup.ts";
import { matMul } from "./matMul.ts";
import { maxPool2d } from "./maxPool2d.ts";
import { multiply } from "./multiply.ts";
import { oneHot } from "./oneHot.ts";
import { pad } from "./pad.ts";
import { requantizeKind as requantize } from "./requantize.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { sumPool2d } from "./sumPool2d.ts";
import { transpose } from "./transpose.ts";

type KindOf<Node extends ModelNode> = Node extends LinearNode
  ? LinearKind<Node>
  : Node extends RearrangingNode
    ? RearrangingKind<Node>
    : Node extends NonLinearNode
      ? NonLinearKind<Node>
      : never;

/** Every kind of node. A new kind is a file here, and a template in the circuits if it is not linear. */
export const NODE_KINDS: { readonly [Kind in ModelNode["kind"]]: KindOf<Extract<ModelNode, { kind: Kind }>> } = {
  dense,
  conv2d,
  sumPool2d,
  combine,
  reshape,
  transpose,
  slice,
  concat,
  pad,
  broadcast,
  gather,
  requantize,
  lookup,
  maxPool2d,
  multiply,
  matMul,
  atLeast,
  oneHot,
};

export type AnyKind = LinearKind | RearrangingKind | NonLinearKind;

/** What the kind of a node does; the caller passes it that node. */
export function kindOf(node: LinearNode): LinearKind;
export function kindOf(node: RearrangingNode): RearrangingKind;
export function kindOf(node: NonLinearNode): NonLinearKind;
export function kindOf(node: ModelNode): AnyKind;
export function kindOf(node: ModelNode): AnyKind {
  return NODE_KINDS[node.kind] as unknown as AnyKind;
}
