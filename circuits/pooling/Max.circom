pragma circom 2.2.0;

include "../arithmetic/UpperBits.circom";
include "../arithmetic/integers.circom";

// y = the largest of n values. Few: a tournament of comparisons. Many: y is none below any, and is one of them.
//
// Ranges: x[i] in an interval of length `span` >= 1, not enforced here; where it lies does not matter. span < 2^120.
// Enforced: y is one of x and no x is larger.
// Constraints, with b = bitLength(span): the smaller of (n - 1) * (b + 2) and n * (b + 1) - 1.
template Max(n, span) {
    assert(n >= 2 && span >= 1 && span < 1 << 120);
    signal input x[n];
    signal output y;
    var b = bitLength(span);

    if (n <= b + 1) {
        // x[i] - best is in [-2^b, 2^b): its bit b, after adding 2^b, says whether x[i] >= best.
        signal best[n];
        signal upper[n][b];
        best[0] <== x[0];
        for (var i = 1; i < n; i++) {
            upper[i] <== UpperBits(b + 1, 1 << b)(x[i] - best[i - 1]);
            best[i] <== best[i - 1] + upper[i][b - 1] * (x[i] - best[i - 1]);
        }
        y <== best[n - 1];
    } else {
        var largest = x[0];
        for (var i = 1; i < n; i++) {
            // By bit b, as above: a comparison of field elements would not see the order of negative ones.
            largest += ((x[i] - largest + (1 << b)) >> b & 1) * (x[i] - largest);
        }
        y <-- largest;
        signal product[n - 1];
        product[0] <== (y - x[0]) * (y - x[1]);
        for (var i = 0; i < n; i++) {
            _ <== UpperBits(b, 0)(y - x[i]);
            if (i > 1 && i < n - 1) {
                product[i - 1] <== product[i - 2] * (y - x[i]);
            }
        }
        product[n - 3] * (y - x[n - 1]) === 0;
    }
}
