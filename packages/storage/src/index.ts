export type { ContentStore, GetOptions } from "./ContentStore.ts";
