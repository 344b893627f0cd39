export { devAccount } from "./account/devAccounts.ts";
export { main } from "./main.ts";
export {
  type LocalNetwork,
  localNetworkPath,
  readLocalNetwork,
  removeLocalNetwork,
  writeLocalNetwork,
} from "./settings/LocalNetwork.ts";
