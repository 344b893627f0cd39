pragma circom 2.2.0;

// All bits but the lowest of in + offset: out[i] is bit i + 1. Range enforced: in + offset is in [0, 2^n).
// n <= 250, so that 2^n < r and the decomposition is the only one: at 254 bits, in + r would be a second.
// The lowest bit is what the others leave, as an expression: that saves a wire and the linear constraint.
// Constraints: n.
template UpperBits(n, offset) {
    assert(n >= 1 && n <= 250);
    signal input in;
    signal output out[n - 1];

    var powers[n];
    powers[0] = 1;
    for (var i = 1; i < n; i++) {
        powers[i] = powers[i - 1] + powers[i - 1];
    }
    // By comparisons, which keep numbers narrow in the witness calculator; shifts do not.
    var rest = in + offset;
    for (var i = n - 1; i > 0; i--) {
        out[i - 1] <-- rest >= powers[i];
        rest -= out[i - 1] * powers[i];
    }
    for (var i = 1; i < n; i++) {
        out[i - 1] * (out[i - 1] - 1) === 0;
    }
    // (rest - 1) and 0, but not by constants: if the input is wide, what meets the rest becomes wide.
    rest * (rest - powers[0]) === rest - rest;
}
