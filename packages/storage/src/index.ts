export { type BlockOptions, type BlockStore, MAX_BLOCK_BYTES } from "./blocks/BlockStore.ts";
export { assertSupportedCid, cidOfBlock, parseCid, verifyBlock } from "./blocks/verifyBlock.ts";
export type { ContentStore, GetOptions, PutOptions } from "./ContentStore.ts";
export { DagContentStore } from "./DagContentStore.ts";
export { FileContentStore } from "./file/FileContentStore.ts";
export { type Gateway, type GatewayOptions, serveGateway } from "./gateway/serveGateway.ts";
export { HttpContentStore, type HttpContentStoreOptions } from "./http/HttpContentStore.ts";
export { MemoryContentStore } from "./MemoryContentStore.ts";
export { type LocalBlockStore, TieredContentStore } from "./TieredContentStore.ts";
