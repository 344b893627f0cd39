import type { ProvingJob } from "@verimesh/core";
import { serveTasks } from "../processes/serveTasks.ts";
import { SnarkjsProver } from "./SnarkjsProver.ts";

const prover = new SnarkjsProver();
serveTasks<ProvingJob>((job) => prover.prove(job));
