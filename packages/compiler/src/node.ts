/** What reads files: not for browsers. */
export { readModelFile, type ReadModelFileOptions } from "./read/readModelFile.ts";
export { unsupportedLayers, type UnsupportedLayer } from "./read/unsupportedLayers.ts";
