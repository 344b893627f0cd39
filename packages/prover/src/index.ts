export { circuitsDirectory } from "./compile/circuitsDirectory.ts";
export { compileCircuit, type CompileCircuitOptions, type CompiledCircuit } from "./compile/compileCircuit.ts";
