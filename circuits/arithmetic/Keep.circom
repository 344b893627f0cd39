pragma circom 2.2.0;

include "integers.circom";

// Makes n >= 1 values part of constraints that any values satisfy, so that no optimizer drops their wires: ties a proof
// to its binding, which the computation does not use, and keeps values that only linked rows name.
// Any field elements are accepted. Constraints: 1 for each 64 values.
template Keep(n) {
    assert(n >= 1);
    signal input value[n];
    var count = ceilDivide(n, 64);
    signal square[count];
    for (var k = 0; k < count; k++) {
        var sum = 0;
        for (var i = 64 * k; i < smaller(n, 64 * (k + 1)); i++) {
            sum += value[i];
        }
        square[k] <== sum * sum;
    }
}
