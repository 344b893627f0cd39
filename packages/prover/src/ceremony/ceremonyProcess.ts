import { serveTasks } from "../processes/serveTasks.ts";
import { type CeremonyTask, doCeremonyTask } from "./ceremonyTasks.ts";

// snarkjs leaves a file open after a check, of which Node warns on the standard error of whoever asked.
process.removeAllListeners("warning");
serveTasks<CeremonyTask>(doCeremonyTask);
