pragma circom 2.2.0;

// a = b, as a quadratic constraint: (a - b)^2 = 0. circom's simplification solves a linear constraint for one of its
// wires and drops it; weights are linked to private inputs, so these must stay.
// Constraints: 1.
template Same() {
    signal input a;
    signal input b;
    // Zero, but not the constant 0, which would stay wide in the witness calculator after meeting wide numbers.
    (a - b) * (a - b) === a - a;
}
