import { ELEMENT_TYPES, type ElementKind } from "../file/elementTypes.ts";
import type { OnnxCall } from "../OnnxCall.ts";

/** What a Cast's target type is. */
export function kindOfCast(call: OnnxCall): ElementKind {
  const to = call.attributes.int("to");
  return (
    ELEMENT_TYPES.get(to)?.kind ?? call.refuse(`casts to element type ${to}`, "Numbers and truth values are supported.")
  );
}
