export { devAccount } from "./account/devAccounts.ts";
export { main } from "./main.ts";
export {
  type LocalNetwork,
  localNetworkPath,
  readLocalNetwork,
  removeLocalNetwork,
  writeLocalNetwork,
} from "./settings/LocalNetwork.ts";
export { buildBundle, type BuildBundleOptions, type BundleSource, type ModelBundle } from "./author/buildBundle.ts";
export { encodedEvaluation } from "./author/encodedEvaluation.ts";
export { storeBundle } from "./author/storeBundle.ts";
