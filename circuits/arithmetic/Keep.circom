pragma circom 2.2.0;

// Makes a value part of a constraint that any value satisfies, so that no optimizer drops its wire: ties a proof to its
// binding, which the computation does not use, and keeps the accumulator of a neuron whose output is constant.
// Any field element is accepted. Constraints: 1.
template Keep() {
    signal input value;
    signal square <== value * value;
}
