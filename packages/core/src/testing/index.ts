export { randomInput, randomModel, type RandomModelOptions } from "./randomModel.ts";
