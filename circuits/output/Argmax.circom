pragma circom 2.2.0;

include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";

// The index of the largest of n >= 2 values; the lowest index on a tie.
// Ranges: y[i] in [lo, hi], not enforced here: linked weights over ranged inputs guarantee it. lo < hi, hi - lo < 2^120;
// only hi - lo matters.
// Constraints: (n - 1) * (bitLength(hi - lo) + 3), one less.
template Argmax(n, lo, hi) {
    assert(n >= 2 && lo < hi && hi - lo < 1 << 120);
    signal input y[n];
    signal output index;

    // y[i] - best - 1 is in [-2^k, 2^k): its bit k, after adding 2^k, says whether y[i] > best.
    var k = bitLength(hi - lo);
    signal best[n];
    signal at[n];
    best[0] <== y[0];
    at[0] <== 0;
    component comparison[n];
    for (var i = 1; i < n; i++) {
        comparison[i] = UpperBits(k + 1, (1 << k) - 1);
        comparison[i].in <== y[i] - best[i - 1];
        best[i] <== best[i - 1] + comparison[i].out[k - 1] * (y[i] - best[i - 1]);
        at[i] <== at[i - 1] + comparison[i].out[k - 1] * (i - at[i - 1]);
    }
    index <== at[n - 1];
}
