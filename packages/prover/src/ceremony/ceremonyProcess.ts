import { serveTasks } from "../processes/serveTasks.ts";
import { type CeremonyTask, doCeremonyTask } from "./ceremonyTasks.ts";

serveTasks<CeremonyTask>(doCeremonyTask);
