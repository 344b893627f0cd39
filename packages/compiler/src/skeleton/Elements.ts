import type { Bounds, Interval, Shape, SourceWires } from "@verimesh/core";
import type { SkeletonText } from "./SkeletonText.ts";

/** The elements of a source as circuits see them: wires or constants, with what is proven of them. */
export class Elements {
  readonly shape: Shape;
  private readonly text: SkeletonText;
  private readonly where: SourceWires;
  private readonly bounds: Bounds;

  constructor(text: SkeletonText, where: SourceWires, bounds: Bounds, shape: Shape) {
    this.text = text;
    this.where = where;
    this.bounds = bounds;
    this.shape = shape;
  }

  get length(): number {
    return this.where.wires.length;
  }

  /** 0 for a constant. */
  wire(index: number): number {
    return this.where.wires[index]!;
  }

  /** The value of an element that is a constant, null for one that is not. */
  constant(index: number): number | null {
    return this.wire(index) === 0 ? this.where.constants[index]! : null;
  }

  /** Every value that the element can take lies in it. */
  interval(index: number): Interval {
    const period = this.bounds.lo.length;
    return { lo: this.bounds.lo[index % period]!, hi: this.bounds.hi[index % period]! };
  }

  /** The element in circom: to be named in a constraint, so that its wire stays. */
  name(index: number): string {
    return this.wire(index) === 0 ? String(this.where.constants[index]!) : this.text.signal(this.wire(index));
  }

  names(): string[] {
    return Array.from({ length: this.length }, (_, index) => this.name(index));
  }
}
