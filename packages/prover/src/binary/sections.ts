import { VerimeshError } from "@verimesh/core";

/**
 * The container that .r1cs, .wtns and .zkey files share (iden3's binary format): 4 bytes of type, version, number of
 * sections, then per section its id (uint32), length (uint64) and bytes. All integers are little-endian.
 */
export interface SectionFile {
  readonly version: number;
  /** Section id → bytes, in the order of the file. Views into the file, not copies. */
  readonly sections: ReadonlyMap<number, Uint8Array>;
}

/**
 * Splits a file into its sections.
 *
 * @param type four characters, e.g. `r1cs`
 * @param code of the error that a malformed file gives
 * @throws VerimeshError with that code: other type, truncated, trailing bytes, a section twice
 */
export function readSections(file: Uint8Array, type: string, code: string): SectionFile {
  const fail = (what: string): never => {
    throw new VerimeshError(`This is not a valid .${type} file: ${what}.`, {
      code,
      details: "The file is corrupt or of another kind: build or fetch it again.",
    });
  };
  if (file.length < 12) fail(`it has ${file.length} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found = String.fromCharCode(...file.subarray(0, 4));
  if (found !== type) fail(`it begins with ${JSON.stringify(found)}`);
  const sections = new Map<number, Uint8Array>();
  const count = view.getUint32(8, true);
  let position = 12;
  for (let index = 0; index < count; index++) {
    if (position + 12 > file.length) fail("it ends within a section header");
    const id = view.getUint32(position, true);
    const length = Number(view.getBigUint64(position + 4, true));
    position += 12;
    if (length > file.length - position) fail(`section ${id} ends beyond the file`);
    if (sections.has(id)) fail(`section ${id} is there twice`);
    sections.set(id, file.subarray(position, position + length));
    position += length;
  }
  if (position !== file.length) fail(`${file.length - position} bytes follow its last section`);
  return { version: view.getUint32(4, true), sections };
}

/** The section, or a VerimeshError with that code. */
export function requireSection(file: SectionFile, id: number, type: string, code: string): Uint8Array {
  const section = file.sections.get(id);
  if (section === undefined) {
    throw new VerimeshError(`This .${type} file has no section ${id}.`, { code, details: "The file is corrupt." });
  }
  return section;
}

/** Writes such a file; a section may be given in parts. */
export function writeSections(
  type: string,
  version: number,
  sections: Iterable<readonly [id: number, parts: readonly Uint8Array[]]>,
): Uint8Array {
  const list = [...sections].map(([id, parts]) => ({ id, parts, length: parts.reduce((sum, p) => sum + p.length, 0) }));
  const file = new Uint8Array(12 + list.reduce((sum, section) => sum + 12 + section.length, 0));
  const view = new DataView(file.buffer);
  for (let i = 0; i < 4; i++) file[i] = type.charCodeAt(i);
  view.setUint32(4, version, true);
  view.setUint32(8, list.length, true);
  let position = 12;
  for (const { id, parts, length } of list) {
    view.setUint32(position, id, true);
    view.setBigUint64(position + 4, BigInt(length), true);
    position += 12;
    for (const part of parts) {
      file.set(part, position);
      position += part.length;
    }
  }
  return file;
}
