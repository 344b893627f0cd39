/** What reads files: not for browsers. */
export { readModelFile, type ReadModelFileOptions } from "./read/readModelFile.ts";
