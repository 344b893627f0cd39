pragma circom 2.2.0;

// a = b, as a quadratic constraint: (a - b)^2 = 0. circom's simplification merges two wires that a linear constraint
// makes equal, and drops a wire that one makes constant; weights are linked to private inputs, so these must stay.
// Constraints: 1.
template Same() {
    signal input a;
    signal input b;
    (a - b) * (a - b) === 0;
}
