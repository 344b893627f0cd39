pragma circom 2.2.0;

// All bits but the lowest of in + offset: out[i] is bit i + 1. Range enforced: in + offset is in [0, 2^n).
// n <= 250, so that 2^n < r and the decomposition is the only one: at 254 bits, in + r would be a second.
// The lowest bit is what the others leave, as an expression: that saves a wire and the linear constraint.
// Constraints: n.
template UpperBits(n, offset) {
    assert(n >= 1 && n <= 250);
    signal input in;
    signal output out[n - 1];

    var sum = 0;
    for (var i = 0; i < n - 1; i++) {
        out[i] <-- ((in + offset) >> (i + 1)) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * (1 << (i + 1));
    }
    (in + offset - sum) * (in + offset - sum - 1) === 0;
}
